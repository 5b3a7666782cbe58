"""Tests of the HTTP API, asked as a client asks it."""
