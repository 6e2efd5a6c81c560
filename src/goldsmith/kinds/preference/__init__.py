"""Which of two responses is better, by criterion."""
