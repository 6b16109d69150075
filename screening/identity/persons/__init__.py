"""Persons found in registers and records, told apart and brought together."""
