"""Reply: what Alfred says, before any platform draws it."""
