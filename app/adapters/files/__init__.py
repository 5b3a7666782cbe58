"""The files of the project's folders: preferences and plans, as people write them."""
