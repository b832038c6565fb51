"""`python -m hanse`."""

import signal

signal.signal(signal.SIGINT, signal.SIG_DFL)  # a Ctrl-C while the modules load ends quietly

from hanse.cli import main  # noqa: E402

main()
