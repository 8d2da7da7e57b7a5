"""Ask the package index whether every pin has an installable file: ``make pins``, by hand, with a network.

The tests run on one Python and one system; this is what can be known about the others without having them.
"""

import subprocess
import sys
from pathlib import Path

PYTHONS = ("3.12", "3.13", "3.14")
SYSTEMS = {  # what pip calls a system, and the pins that exist for it alone
    "Linux": ([f"manylinux{tag}_x86_64" for tag in ("_2_28", "_2_17", "2014", "1")], set()),
    "Windows": (["win_amd64"], {"pywinpty", "colorama"}),
    "macOS": (["macosx_14_0_arm64"], {"appnope"}),
}
NOT_ON = {"Windows": {"pexpect", "ptyprocess"}}
CONSTRAINTS = Path(__file__).parents[2] / "constraints.txt"


def missing(python: str, system: str) -> str:
    """Return pip's words about pins without a file, or nothing if there is a file for each."""
    platforms, own = SYSTEMS[system]
    others = set().union(*(names for _, names in SYSTEMS.values())) - own | NOT_ON.get(system, set())
    lines = [line for line in CONSTRAINTS.read_text().splitlines() if line and not line.startswith("#")]
    pins = [line for line in lines if line.partition("==")[0] not in others]
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--dry-run",
        "--quiet",
        "--no-deps",
        "--target",
        "unused",
    ]
    command += ["--only-binary=:all:", "--python-version", python, *pins]
    for name in platforms:
        command += ["--platform", name]
    done = subprocess.run(command, capture_output=True, text=True)
    errors = [line for line in done.stderr.splitlines() if "No matching distribution" in line]
    return ("\n".join(errors) or done.stderr) if done.returncode else ""


def main() -> int:
    """Report each Python and system; the exit code is 1 if a pin has no file somewhere."""
    problems = 0
    for python in PYTHONS:
        for system in SYSTEMS:
            words = missing(python, system)
            problems += bool(words)
            print(f"Python {python}, {system}: {words or 'every pin has a file'}", flush=True)
    return int(problems > 0)


if __name__ == "__main__":
    raise SystemExit(main())
