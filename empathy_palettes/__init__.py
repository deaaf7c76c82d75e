"""Empathy Palettes: what a crowd feels, as light."""

from importlib.metadata import version

__version__ = version("empathy-palettes")
