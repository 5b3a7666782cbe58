"""The rules of the house, as tests. Each is also shown to catch a tree in which it is broken."""
