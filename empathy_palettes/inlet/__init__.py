"""What arrives: OSC into samples, through the one door."""
