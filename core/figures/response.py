"""The response figure (in work by another hand; do not start it twice)."""
