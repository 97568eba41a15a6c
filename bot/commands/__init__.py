"""Words -> command -> Reply, one file per verb; nothing here knows a platform's types."""
