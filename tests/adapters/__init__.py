"""Tests of how outside things are reached."""
