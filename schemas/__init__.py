"""Shapes that cross a border, as pydantic models: no I/O, error codes instead of sentences."""
