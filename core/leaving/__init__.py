"""People leave: what they held, asked for and were asked comes to an end, everywhere at once."""
