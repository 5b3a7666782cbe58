"""Unleash, read with its own client."""
