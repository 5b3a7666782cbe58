"""Tests of what the product does, over the real databases and a clock that the test advances."""
