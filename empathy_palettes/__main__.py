"""`python -m empathy_palettes` is `empathy`."""

from .cli.app import main

if __name__ == "__main__":
    main()
