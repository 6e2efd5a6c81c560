"""Shapes by skill: what is kept of how people draw (`kept`), one task weighed by it (`weighing`), and the measuring."""
