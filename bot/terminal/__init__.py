"""The terminal: rendering of a Reply, and the chat window."""
