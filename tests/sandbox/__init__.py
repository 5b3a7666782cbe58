"""The stand-ins, and the audit of a demonstration."""
