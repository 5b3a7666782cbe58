"""Tests of the tables and rules, without a database and without waiting."""
