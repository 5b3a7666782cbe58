"""The stand-ins as they are met: real HTTP, real processes, and what their logs say afterwards."""
