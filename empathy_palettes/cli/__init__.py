"""The command line: words into shows, faults into one line each."""
