"""The OpenAI-compatible proxy: authenticate, hold, forward, stream, settle."""
