"""A request, who may decide it, and the one decision. Knows no subject: what a yes does lives with what was asked."""
