"""Notes for assistants."""
