"""What other programs and devices send, brought to the show's own terms by files of data."""
