"""In-memory stand-ins for ports. Each runs under the same suite as the real thing."""
