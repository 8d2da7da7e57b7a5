"""How long from a key press until the page shows its effect: ``python tests/benchmarks/bench_explorers.py``.

The floor is the least that an answer from the kernel can cost: ``interact`` with a function that prints. Both
are measured in one JupyterLab, in turn, from the key event to the changed text in the page.
"""

from __future__ import annotations

import shutil
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Locator, Page, sync_playwright

from tests.browser.conftest import FLAGS, Lab, run_all, start_lab

SAMPLES, WARM_UPS, GOAL = 20, 2, 2.0
NAME = "benchmark.ipynb"
CELLS = (
    "from ipywidgets import interact\n_ = interact(lambda n: print('n is', n), n=(0, 100))",
    "from cstolib import explore_membership\nexplore_membership()",
)
FLOOR, EXPLORER = 0, 1

# Resolves when the text is no longer what it was at the key event, with the milliseconds since then.
WATCH = """([cell, selector]) => {
    const read = () => document.querySelectorAll('.jp-Cell')[cell].querySelector(selector)?.textContent;
    window.effect = new Promise(resolve => {
        document.addEventListener('keydown', () => {
            const start = performance.now(), before = read();
            const observer = new MutationObserver(() => {
                const now = read();
                if (now && now !== before) {
                    observer.disconnect();
                    resolve(performance.now() - start);
                }
            });
            observer.observe(document.querySelectorAll('.jp-Cell')[cell],
                             {subtree: true, childList: true, characterData: true});
        }, {once: true, capture: true});
    });
}"""


def milliseconds(page: Page, cell: int, shown: str, control: Locator, key: str) -> float:
    """Press a key on a control and wait until `shown` has changed."""
    control.focus()
    page.evaluate(WATCH, [cell, shown])
    page.keyboard.press(key)
    took: float = page.evaluate("() => window.effect")
    page.wait_for_timeout(150)  # let the rest of the drawing end
    return took


def measure(page: Page) -> None:
    """Print the medians and their ratio."""
    cells = page.locator(".jp-NotebookPanel:visible .jp-Cell")
    sliders = {cell: cells.nth(cell).get_by_role("slider") for cell in (FLOOR, EXPLORER)}
    shown = {FLOOR: ".jp-RenderedText pre", EXPLORER: ".jp-OutputArea-child:nth-child(2)"}
    times: dict[int, list[float]] = {FLOOR: [], EXPLORER: []}
    for _ in range(SAMPLES + WARM_UPS):
        for cell, took in times.items():
            took.append(milliseconds(page, cell, shown[cell], sliders[cell], "ArrowLeft"))
    middle = {cell: statistics.median(took[WARM_UPS:]) for cell, took in times.items()}
    tenth = {cell: statistics.quantiles(took[WARM_UPS:], n=10)[-1] for cell, took in times.items()}
    print(f"interact + print: median {middle[FLOOR]:.0f} ms, 90th percentile {tenth[FLOOR]:.0f} ms")
    print(f"explorer, year:   median {middle[EXPLORER]:.0f} ms, 90th percentile {tenth[EXPLORER]:.0f} ms")
    ratio = middle[EXPLORER] / middle[FLOOR]
    print(f"explorer / floor: {ratio:.2f}, goal {GOAL:g} ({'met' if ratio <= GOAL else 'MISSED'})")
    for visit in ("first", "second"):
        took = []
        for name in ("gibler-2009", "atop-4-01", "treaty-record"):
            box = cells.nth(EXPLORER).get_by_label(name)
            took.append(milliseconds(page, EXPLORER, ".jp-RenderedVegaLite", box, "Space"))
        print(f"another account, {visit} visit: {', '.join(f'{each:.0f}' for each in took)} ms to the figure")


def main() -> None:
    """Open a notebook with both in JupyterLab and measure."""
    with TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place) / "course"
        process, address = start_lab(folder, Path(place) / "lab.log", "--no-browser")
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        try:
            lab = Lab(address, folder)
            lab.write(NAME, *CELLS)
            with lab.show(chromium, NAME) as page:
                run_all(page)
                page.locator(".jp-RenderedVegaLite").wait_for()
                measure(page)
        finally:
            chromium.close()
            process.terminate()
            process.wait(timeout=30)


if __name__ == "__main__":
    main()
