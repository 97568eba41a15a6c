"""The composition root: settings, wiring and the `alfred` command."""
