"""Credits that people send each other."""
