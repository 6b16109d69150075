"""What a person has said of pairs, and what is asked next."""
