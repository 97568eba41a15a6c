"""Out of office: who is away shares their days' credits, and gets back what is still there."""
