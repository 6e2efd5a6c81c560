"""Routes, one module per part; each only translates between HTTP and `work`."""
