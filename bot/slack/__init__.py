"""Slack: transport, identity and rendering. What is said lies in bot.commands, how it is put in bot.replies."""
