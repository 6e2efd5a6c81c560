"""Pay: what answers earn, where the money is, and how it reaches people; every step is safe to do twice."""
