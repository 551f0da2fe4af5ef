"""Make `import cqrs` and `.venv/bin/cqrs` work from this checkout, without a build or a network.

An editable install would need a build backend beyond the locked packages; a path file and a
four-line launcher do the same.
"""

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAUNCHER = """#!{python}
import sys
from cqrs.cli import main
sys.exit(main())
"""


def main() -> None:
    """Write the path file and the launcher into the virtual environment that runs this."""
    if sys.prefix == sys.base_prefix:
        sys.exit("link_project.py belongs to the virtual environment: run make setup.")
    purelib = Path(sysconfig.get_path("purelib"))
    (purelib / "cqrs.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    launcher = Path(sys.prefix) / "bin" / "cqrs"
    launcher.write_text(LAUNCHER.format(python=Path(sys.prefix) / "bin" / "python"))
    launcher.chmod(0o755)


if __name__ == "__main__":
    main()
