"""Checks: one question a file. Each file says in CHECK how it is called and asked; a new file is a new check."""
