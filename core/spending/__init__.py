"""Paying for calls: hold, settle or release; which account pays, in which order."""
