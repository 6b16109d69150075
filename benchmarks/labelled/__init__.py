"""Synthetic companies, suppliers and persons with known truth and realistic trouble."""
