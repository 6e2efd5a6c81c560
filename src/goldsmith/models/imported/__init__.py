"""Models of other tools, whose predictions came with an import."""
