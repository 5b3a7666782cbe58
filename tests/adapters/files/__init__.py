"""Tests of the folders with the project's own files."""
