"""Signing in with a real provider, and how long what it said counts."""
