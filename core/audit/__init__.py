"""The append-only trail of every change."""
