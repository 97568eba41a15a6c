"""What happens by itself: everything that falls due, in one order, with its due moment as now."""
