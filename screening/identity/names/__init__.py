"""Names read: scripts, forms, words, and how alike two of them are."""
