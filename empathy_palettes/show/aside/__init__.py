"""What is tried in a process of its own: a shader may never come back."""
