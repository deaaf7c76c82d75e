"""What the gate keeps: who is here, who said yes or no, what waits, and how many may be new."""
