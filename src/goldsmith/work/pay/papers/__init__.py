"""What pay is written down on: statements, PDF, files for the bank."""
