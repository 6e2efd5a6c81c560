"""Routing: which tasks a person may be given, how many, and when."""
