"""Tests of who may ask what, and how it is answered."""
