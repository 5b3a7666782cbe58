"""Keys that sign permits, and the seal that keeps their private halves."""
