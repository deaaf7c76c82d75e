"""The gallery: every preset in six states, as pictures, loops, a sheet and a page."""
