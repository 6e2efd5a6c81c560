"""Setting a project up: its schema, guideline, templates and the demo."""
