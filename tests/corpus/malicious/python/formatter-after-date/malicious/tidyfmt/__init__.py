"""Formats files. Works offline."""

__version__ = "3.1.4"
RELEASED = "2024-11-20"
