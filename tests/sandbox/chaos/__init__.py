"""The harness of `make chaos`: that its faults are real, and that it can fail."""
