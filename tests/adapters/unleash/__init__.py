"""Tests of reading flags from Unleash."""
