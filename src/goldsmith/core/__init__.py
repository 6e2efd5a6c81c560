"""Words and laws: values and pure functions, no framework, database, clock or network."""
