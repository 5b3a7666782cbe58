"""Tests of the systems that can hold preferences, over real connections."""
