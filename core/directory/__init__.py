"""Who there is in an organization, how it is divided, and the units it counts in."""
