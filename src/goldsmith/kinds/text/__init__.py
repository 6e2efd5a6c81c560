"""A text that somebody writes: a rewriting, a translation, a summary, a demonstration, a transcript."""
