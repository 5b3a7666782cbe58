"""What we do: one use case a file, plain functions over the ports of `ports`."""
