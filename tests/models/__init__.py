"""Exhaustive models of the protocol over the real domain functions, and the mutants that they must catch."""
