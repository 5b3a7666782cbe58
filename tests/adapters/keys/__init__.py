"""Tests of keys: who signed what, and what a secret hides."""
