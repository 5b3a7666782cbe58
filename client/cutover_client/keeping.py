"""What one process runs to keep its lease."""
