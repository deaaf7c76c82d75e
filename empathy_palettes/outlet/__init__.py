"""Where the picture goes: a window, a file, nowhere."""
