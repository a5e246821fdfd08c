"""``python -m kamassess``."""

import sys

from kamassess.cli import main

sys.exit(main())
