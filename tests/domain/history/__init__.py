"""Tests of the history checker: what must pass, what must be found, and what cannot be decided."""
