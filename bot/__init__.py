"""What a person says and sees: commands, replies, and the adapters for Slack, Teams and the terminal."""
