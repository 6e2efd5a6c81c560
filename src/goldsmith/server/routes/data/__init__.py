"""Routes of data: imports, items and batches."""
