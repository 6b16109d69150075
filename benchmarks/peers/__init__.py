"""Other tools on the same data. Each module is a script that runs in an environment of its own."""
