"""Routes of a project's figures and signals, and what is kept of them between calls."""
