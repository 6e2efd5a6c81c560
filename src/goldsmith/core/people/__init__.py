"""What is known and asked of people: profiles, hours, requirements."""
