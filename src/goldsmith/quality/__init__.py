"""Agreement, truth and certificates."""
