"""What tells a chat platform about the app: Slack's manifest as a file that `alfred manifest` fills in."""
