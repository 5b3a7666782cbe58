"""Tests of a plan as a timeline."""
