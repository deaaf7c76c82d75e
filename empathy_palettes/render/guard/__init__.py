"""The flash guard: what keeps the picture from flashing more than three times a second."""
