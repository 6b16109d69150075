"""Stage 5: findings to points, score, band, priority, and what changed."""
