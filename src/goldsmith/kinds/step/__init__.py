"""What is said of one step of an agent's trace."""
