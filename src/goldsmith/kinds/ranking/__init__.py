"""An order of several responses, from best to worst."""
