"""What tells Teams about the app: a manifest that `alfred manifest teams` fills in, and two icons."""
