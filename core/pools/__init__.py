"""Team pools: credits that a team shares."""
