"""Files over HTTP: out in pieces, in over our disk."""
