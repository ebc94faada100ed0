"""Mail for assistants."""

__version__ = "0.4.2"
