"""The client of one service, shared by its threads."""
