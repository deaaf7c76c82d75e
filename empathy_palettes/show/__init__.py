"""An installation, running: the stage, the loop and its commands."""
