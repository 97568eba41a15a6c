"""Load on the Slack side of the bot."""
