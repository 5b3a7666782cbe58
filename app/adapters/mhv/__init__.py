"""My HealtheVet (MHV), as a system that can hold preferences."""
