"""The process that answers requests loads none of the heavy libraries, however indirectly."""

import subprocess
import sys

HEAVY = {"PIL", "implicit", "matplotlib", "numpy", "openpyxl", "pandas", "scipy", "sklearn", "xlsxwriter"}
_SHOWN = "import sys, hanse.serve, api.app; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def test_the_api_loads_no_library_that_learns_draws_or_reads_workbooks() -> None:
    loaded = subprocess.run([sys.executable, "-c", _SHOWN], capture_output=True, text=True, check=True).stdout.split()

    assert "strawberry" in loaded
    assert HEAVY & set(loaded) == set()
