"""Holdings: what an upload holds, listed and fetched part by part, be it a folder, an archive or a file alone."""
