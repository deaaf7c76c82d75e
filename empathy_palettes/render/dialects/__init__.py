"""Shaders written for other hosts: what stands around their text so that it is ISF."""

from .detect import detect
from .folder import Folder, read_folder, stray_tabs
from .wrap import wrap
from .wrapped import Wrapped
from .write import folder_to_isf, to_isf

__all__ = [
    "Folder",
    "Wrapped",
    "detect",
    "folder_to_isf",
    "read_folder",
    "stray_tabs",
    "to_isf",
    "wrap",
]
