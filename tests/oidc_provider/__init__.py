"""A real provider of OpenID Connect in a process of its own, and a browser that signs in there."""
