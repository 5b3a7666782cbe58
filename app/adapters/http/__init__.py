"""HTTP to outside systems: repeated where that helps, left alone when down, over the wire of the client package."""
