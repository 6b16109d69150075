"""Suppliers matched with the companies of the register."""
