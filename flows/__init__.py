"""Prefect flows: thin faces over the stages of screening."""
