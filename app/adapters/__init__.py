"""How we reach things: each package or module is named after the thing outside."""
