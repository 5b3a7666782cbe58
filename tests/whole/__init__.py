"""Tests that show the whole: the real service, stand-ins and clients with the client package, each its own process."""
