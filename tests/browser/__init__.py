"""The pages in a real browser, against a real service with stand-ins for both systems."""
