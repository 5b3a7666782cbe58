"""Tests of the database itself: what it refuses, and who wins when two come at once."""
