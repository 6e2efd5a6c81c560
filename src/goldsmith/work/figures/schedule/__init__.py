"""Schedule: deadlines and service levels, and whether they are kept."""
