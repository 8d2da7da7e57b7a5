"""Is this machine ready for the course? Each check answers in words, and says how to mend what is not."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from subprocess import DEVNULL

from packaging.requirements import Requirement

from cstolib import course, lab
from cstolib.errors import CstolibError

REINSTALL = "install the course again as its README says, in an environment of its own."
MEGABYTES = 200


class NotReadyError(Exception):
    """What is wrong, and how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}\n    To mend it: {mend}")


def main(folder: str | Path = course.DEFAULT_FOLDER) -> int:
    """Run every check and print what it found.

    Parameters
    ----------
    folder : str or Path
        Where the course is, or is going to be.

    Returns
    -------
    int
        0 if the machine is ready, 1 if something must be mended first.
    """
    checks: list[Callable[[], str]] = [
        python,
        packages,
        widgets,
        kernel,
        chart,
        lambda: disk(Path(folder)),
        browser,
        port,
    ]
    problems = 0
    for check in checks:
        try:
            print(f"ok    {check()}", flush=True)
        except NotReadyError as problem:
            problems += 1
            print(f"MEND  {problem}", flush=True)
    word = "thing" if problems == 1 else "things"
    print(f"{problems} {word} to mend." if problems else "This machine is ready: cstolib lab")
    return int(problems > 0)


def python(version: tuple[int, int] = sys.version_info[:2]) -> str:
    """Check that Python is new enough."""
    text = ".".join(map(str, version))
    if version < (3, 11):
        raise NotReadyError(
            f"Python is {text}, too old.", "install Python 3.11 or newer, and the course there."
        )
    return f"Python {text}"


def packages(requirements: list[str] | None = None) -> str:
    """Check that every package the course needs is there, at a version it works with."""
    wanted = metadata.requires("cstolib") or [] if requirements is None else requirements
    found = []
    for requirement in map(Requirement, wanted):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            raise NotReadyError(f"The package {requirement.name} is missing.", REINSTALL) from None
        if version not in requirement.specifier:
            allowed = f"allowed: {requirement.specifier}"
            raise NotReadyError(f"The package {requirement.name} is version {version}; {allowed}.", REINSTALL)
        found.append(f"{requirement.name} {version}")
    return f"Packages: {', '.join(found)}"


def widgets() -> str:
    """Check that the widgets in Python and the widgets in JupyterLab belong together."""
    import ipywidgets

    ours = ipywidgets.__jupyter_widgets_controls_version__
    try:
        theirs = metadata.version("jupyterlab_widgets")
    except metadata.PackageNotFoundError:
        raise NotReadyError(
            "JupyterLab cannot show widgets: jupyterlab_widgets is missing.", REINSTALL
        ) from None
    wanted = {"2": "3"}.get(ours.partition(".")[0])
    if theirs.partition(".")[0] != wanted:
        raise NotReadyError(
            f"jupyterlab_widgets {theirs} does not match ipywidgets {ipywidgets.__version__}.", REINSTALL
        )
    return f"Widgets: ipywidgets {ipywidgets.__version__} with jupyterlab_widgets {theirs}"


def kernel(name: str = "python3", seconds: float = 60) -> str:
    """Check that a notebook's kernel starts, computes, and finds the course."""
    from jupyter_client.manager import start_new_kernel

    printed: list[str] = []

    def hear(message: dict[str, dict[str, str]]) -> None:
        printed.append(message["content"].get("text", ""))

    try:
        manager, client = start_new_kernel(startup_timeout=seconds, kernel_name=name, stderr=DEVNULL)
        try:
            code = "import cstolib; print(cstolib.__version__, 6 * 7)"
            client.execute_interactive(code, timeout=seconds, output_hook=hear)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    except Exception as error:  # whatever goes wrong, it is this machine that is not ready
        raise NotReadyError(f"No Python kernel starts here: {error}.", REINSTALL) from None
    if not "".join(printed).endswith(" 42\n"):
        raise NotReadyError("A kernel starts, but it does not find the course.", REINSTALL)
    return "A notebook's kernel starts and answers"


def chart() -> str:
    """Check that a chart can be drawn."""
    import altair as alt
    import pandas as pd
    import vl_convert as vlc

    try:
        frame = pd.DataFrame({"year": [1992, 2002], "treaties": [1, 2]})
        png = vlc.vegalite_to_png(alt.Chart(frame).mark_bar().encode(x="year:O", y="treaties:Q").to_dict())
    except Exception as error:
        raise NotReadyError(f"No chart can be drawn: {error}.", REINSTALL) from None
    return f"A chart is drawn ({len(png):,} bytes)"


def disk(folder: Path) -> str:
    """Check that the course folder can be written, and that some space is left."""
    place = folder.resolve()
    while not place.exists():
        place = place.parent
    mend = "choose a folder of your own, for example: cstolib lab my-csto-course"
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"CSTO")
    except OSError as error:
        raise NotReadyError(
            f"The folder {str(place)!r} cannot be written ({error.strerror}).", mend
        ) from None
    free = shutil.disk_usage(place).free // 1_000_000
    if free < MEGABYTES:
        raise NotReadyError(
            f"Only {free} MB are free in {str(place)!r}.", f"free at least {MEGABYTES} MB there."
        )
    return f"Folder {str(place)!r} can be written, {free:,} MB free"


def browser() -> str:
    """Check that JupyterLab has a browser to open in."""
    if not lab.has_browser():
        mend = "install Firefox, Chrome or Edge; or copy the address that cstolib lab prints into a browser."
        raise NotReadyError("No web browser was found here.", mend)
    return "A web browser is here"


def port() -> str:
    """Check that a server can listen on this machine's own address."""
    try:
        return f"Port {lab.free_port()} of this machine is free"
    except CstolibError as error:
        raise NotReadyError(
            str(error), "stop other Jupyter servers, or ask who looks after this machine."
        ) from None
