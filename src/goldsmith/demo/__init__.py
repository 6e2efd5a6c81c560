"""Made-up data with known truth: street scenes and product reviews of our own."""
