"""Film files of every kind: what they are, and the threads that write them."""
