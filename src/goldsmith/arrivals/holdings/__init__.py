"""Holdings: what an upload holds, listed and fetched part by part, be it a folder, a ZIP archive or a file alone."""
