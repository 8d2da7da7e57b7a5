"""JupyterLab as a learner starts it, and a browser that reaches this machine only."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import nbformat
import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
SECONDS = 1000


@dataclass(frozen=True)
class Lab:
    """A running ``cstolib lab``: the address it printed, and its course folder."""

    address: str
    folder: Path

    def write(self, name: str, *cells: str | nbformat.NotebookNode) -> None:
        """Write a notebook into the course folder; a text is a cell of code that has not been run."""
        nodes = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        nbformat.write(nbformat.v4.new_notebook(cells=nodes, metadata=kernel), self.folder / name)

    @contextmanager
    def show(self, browser: Browser, name: str, height: int = 2400) -> Iterator[Page]:
        """Open a notebook in a window of its own: a high one, since a cell out of sight is not drawn."""
        context = browser.new_context(viewport={"width": 1280, "height": height}, locale="en-GB")
        page = context.new_page()
        self.open(page, name)
        yield page
        context.close()

    def open(self, page: Page, name: str) -> None:
        """Open a notebook of the course folder and wait until its kernel is ready."""
        root, _, token = self.address.partition("/lab/")
        page.goto(f"{root}/lab/tree/{quote(name)}?{token.partition('?')[2]}")
        front = "window.jupyterapp?.shell.currentWidget"
        page.wait_for_function(f"name => {front}?.context?.path === name", arg=name, timeout=60 * SECONDS)
        page.wait_for_function(f"() => {front}.sessionContext.isReady", timeout=60 * SECONDS)
        idle(page)


def idle(page: Page, seconds: float = 60) -> None:
    """Wait until the kernel of the notebook in front has nothing to do."""
    status = "window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status"
    page.wait_for_function(f"() => {status} === 'idle'", timeout=seconds * SECONDS)


def command(page: Page, name: str, seconds: float = 60) -> None:
    """Carry out one of JupyterLab's commands, such as ``docmanager:save``, and wait until it is done."""
    page.evaluate(
        """name => {
            window.commandDone = false;
            window.jupyterapp.commands.execute(name).finally(() => { window.commandDone = true; });
        }""",
        name,
    )
    page.wait_for_function("() => window.commandDone", timeout=seconds * SECONDS)


def run_all(page: Page, seconds: float = 120) -> None:
    """Run the notebook in front from top to bottom, and wait until its last cell has run."""
    command(page, "notebook:run-all-cells", seconds)
    idle(page, seconds)


def start_lab(folder: Path, log: Path, *options: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start ``cstolib lab`` on a free port and return it with the address it prints."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "cstolib.cli", "lab", str(folder), "--port", str(port), *options]
    home = log.parent / "home"  # not the settings of the person who runs the tests
    home.mkdir(exist_ok=True)
    (home / "jupyter_lab_config.json").write_text('{"LabApp": {"expose_app_in_browser": true}}')
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(home), "JUPYTER_DATA_DIR": str(home)}
    process = subprocess.Popen(
        command, cwd=log.parent, env=environment, stdout=subprocess.PIPE, stderr=log.open("wb")
    )
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(rb"http://\S+", line):
            break
    else:
        pytest.fail(f"cstolib lab printed no address: {log.read_text()}")
    for _ in range(300):
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process, found[0].decode()
        if process.poll() is not None:
            break
        time.sleep(0.2)
    process.kill()
    pytest.fail(f"JupyterLab did not start: {log.read_text()}")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a new course folder, shared by the tests of one module."""
    place = tmp_path_factory.mktemp("lab")
    folder = place / "csto-course"
    process, address = start_lab(folder, place / "lab.log", "--no-browser")
    yield Lab(address, folder)
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture(scope="module")  # while it is there, its event loop is in the way of asyncio.run
def browser() -> Iterator[Browser]:
    """Chromium without a window: Debian's if it is there, otherwise Playwright's own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def refused() -> list[str]:
    """Collect the outside addresses that the page asked for; none of them was answered."""
    return []


@pytest.fixture
def page(browser: Browser, refused: list[str]) -> Iterator[Page]:
    """Give a new page whose requests to other machines are refused and listed in `refused`."""

    def guard(route: Route) -> None:
        if urlsplit(route.request.url).hostname in ("127.0.0.1", "localhost"):
            route.continue_()
        else:
            refused.append(route.request.url)
            route.abort("internetdisconnected")

    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.route("**/*", guard)
    yield context.new_page()
    context.close()
