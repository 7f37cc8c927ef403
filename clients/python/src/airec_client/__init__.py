"""Typed client of AiREC's API by key, for servers."""

from .client import Airec
from .sending import AirecError

__all__ = ["Airec", "AirecError"]
