"""`python -m cqrs.cli`, the same as `cqrs`."""

import sys

from cqrs.cli import main

sys.exit(main())
