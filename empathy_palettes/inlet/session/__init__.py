"""Recorded sessions: what a show was made of, in a file, so that it can be shown again."""
