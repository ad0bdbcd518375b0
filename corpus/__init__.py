"""From raw report files to clean, placed passages."""
