"""Alfred's credit engine: decides who may hold, spend and send credits. Knows no chat SDK and no web framework."""
