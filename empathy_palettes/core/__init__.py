"""The ground floor: time, files, colour, words and errors; no I/O but files, nothing of ours."""
