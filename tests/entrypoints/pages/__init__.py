"""Tests of the pages, over a real database and made-up systems."""
