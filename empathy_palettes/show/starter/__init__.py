"""Where a work begins: a copy of a preset, or a preset for a shader that somebody brought."""
