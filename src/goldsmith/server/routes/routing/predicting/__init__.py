"""Routes of models that predict."""
