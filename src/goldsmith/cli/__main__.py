"""`python -m goldsmith.cli`."""

from goldsmith.cli import main

if __name__ == "__main__":
    main()
