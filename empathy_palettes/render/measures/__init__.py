"""What is to be seen in a run of pictures, as numbers: light, colour, change and form."""
