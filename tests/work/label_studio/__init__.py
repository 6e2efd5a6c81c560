"""Label Studio's configurations and its built-in templates."""
