"""Judges flashes in moving pictures, frame by frame, on the processor alone."""
