"""Tests of what plans come to while dates are uncertain."""
