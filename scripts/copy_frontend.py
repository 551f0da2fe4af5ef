"""Copy the built NHS.UK frontend from node_modules to where the portal serves it.

Three changes on the way: the two @font-face rules go (they load a font from a remote host), asset
addresses become relative (so they work under any static path), and the module starts itself with
`initAll()` (so that no page needs an inline script or an import of a hashed name).
"""

import re
import shutil
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "node_modules/nhsuk-frontend/dist/nhsuk"
FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
SOURCE_MAP = re.compile(r"(/\*# ?sourceMappingURL=.*?\*/|//# ?sourceMappingURL=\S*)")


def stylesheet(text: str) -> str:
    """The stylesheet with nothing remote in it."""
    text = SOURCE_MAP.sub("", FONT_FACE.sub("", text))
    text = text.replace("url(/assets/", "url(assets/").replace('url("/assets/', 'url("assets/')
    remote = re.search(r"url\(\"?(https?:)?//[^)]*", text)
    if remote:
        sys.exit(f"nhsuk-frontend's stylesheet loads {remote.group()}: adapt this script.")
    return text


def script(text: str) -> str:
    """The module, starting itself."""
    if not re.search(r"\binitAll\b", text):
        sys.exit("The module of nhsuk-frontend has no initAll any more: adapt this script.")
    return f"{SOURCE_MAP.sub('', text).rstrip()}\ninitAll();\n"


def main() -> None:
    """Copy into <target>/nhsuk, replacing what was there."""
    target = Path(sys.argv[1]) / "nhsuk"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copytree(SOURCE / "assets", target / "assets")
    for name, change in (("nhsuk-frontend.min.css", stylesheet), ("nhsuk-frontend.min.js", script)):
        text = (SOURCE / name).read_text(encoding="utf-8")
        (target / name).write_text(change(text), encoding="utf-8")


if __name__ == "__main__":
    main()
