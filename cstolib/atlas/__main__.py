"""Write the static page of the atlas: ``python -m cstolib.atlas > docs/crisis-atlas.html``."""

import sys

from cstolib.atlas.page import page

if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(page())
