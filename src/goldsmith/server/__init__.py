"""HTTP, sign-in and routes."""
