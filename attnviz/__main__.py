"""`python -m attnviz` is the command `attnviz`."""

from attnviz.cli import main

if __name__ == "__main__":
    main()
