"""Roles, permissions, scopes."""
