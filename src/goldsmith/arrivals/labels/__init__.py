"""Labels that come along with an upload: read from the files of a format, and put under the fields of the schema."""
