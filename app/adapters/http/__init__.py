"""HTTP to outside systems: one absolute deadline, no late byte, and a precise answer to "was it sent?"."""
