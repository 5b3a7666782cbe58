"""`make chaos`: see `python -m sandbox.chaos --help`."""

import sys

from sandbox.chaos.run import main

if __name__ == "__main__":
    sys.exit(main())
