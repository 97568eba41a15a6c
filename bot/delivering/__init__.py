"""What people are told unasked, on every platform where messages stand and can be changed."""
