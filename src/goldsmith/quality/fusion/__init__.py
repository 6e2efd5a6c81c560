"""One shape, region, track or text from several people's, with how exact and how reliable each of them is."""
