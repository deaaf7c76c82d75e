"""What presets promise, measured: crowds whose moments are set, their pictures, and the verdict."""
