"""What people decided, kept in a database of its own that no run writes to."""
