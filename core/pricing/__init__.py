"""What a model call costs: exact prices in USD, and the credits that follow from them."""
