"""How soon the page is there and how soon it answers: python benchmarks/page.py [index.html].

In Chromium headless, from disk. First contentful paint and the end of the first drawing are taken
in a browser just started, over three starts. Then the controls of every panel are used once (of
more than 30, every so manieth), and the time is taken from the event to the end of the frame after
all charts and figures are drawn; the first is used once the chart library is unpacked, which the
page does by itself as soon as it is idle. Of three rounds the fastest counts, control by control:
all are wall times, and a busy machine is no fault of the page.
"""

import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from onescale.page.build import PANELS

PAINT, ANSWER = 1000, 100  # ms: the bars
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update")  # fmt: skip
LOADED = """
    const paints = Object.fromEntries(performance.getEntriesByType('paint').map((one) =>
      [one.name, one.startTime]));
    const loading = performance.getEntriesByType('navigation')[0];
    return bokeh().then(() =>
      [paints['first-contentful-paint'], loading.duration, performance.now()]);
"""
# Every control of a panel once: [what it is, milliseconds].
ANSWERS = """
    const done = arguments[arguments.length - 1];
    const frame = () => new Promise((after) => requestAnimationFrame(() => setTimeout(after)));
    const drawn = () => Promise.all([...document.querySelectorAll(
      '.chart, .drawing')].map((b) => b.drawn));
    const found = () => [...document.querySelectorAll(
      '#panel select, #panel input, #panel button, #panel summary')];
    const tell = (control, what) => control.dispatchEvent(new Event(what));
    const used = {
      SELECT: (c) => { c.selectedIndex = c.options.length - 1; tell(c, 'change'); },
      INPUT: (c) => {
        if (c.type === 'range') { c.value = c.max; tell(c, 'input'); }
        else if (c.type === 'checkbox' || c.type === 'radio') c.click();
        else { c.value = '97'; tell(c, 'input'); tell(c, 'change'); }
      },
      BUTTON: (c) => c.click(), SUMMARY: (c) => c.click(),
    };
    (async () => {
      await unpacked; await drawn(); await frame();
      const told = [], count = found().length;
      const step = Math.max(1, Math.ceil(count / 30));  // of many like ones, every so manieth
      for (let place = 0; place < count; place += step) {
        const control = found()[place];
        if (!control || control.disabled || control.type === 'file') continue;
        if (control.offsetParent === null) continue;
        const words = control.getAttribute('aria-label') || control.textContent || '';
        const name = `${control.type || 'summary'} ${words.trim().slice(0, 40)}`;
        const begun = performance.now();
        used[control.tagName](control);
        await drawn(); await frame();
        told.push([name, performance.now() - begun]);
      }
      done(told);
    })();
"""


def browsers(count: int) -> Iterator:
    from selenium import webdriver

    for _ in range(count):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        with tempfile.TemporaryDirectory() as profile:
            for flag in (*FLAGS, f"--user-data-dir={profile}"):
                options.add_argument(flag)
            driver = webdriver.Chrome(
                options=options, service=webdriver.ChromeService(shutil.which("chromedriver"))
            )
            driver.set_script_timeout(300)
            yield driver
            driver.quit()


def main() -> None:
    page = Path(sys.argv[1] if len(sys.argv) > 1 else "results/published/index.html").resolve()
    print(f"{page.name}: {page.stat().st_size / 1e6:.2f} MB")
    loads = []
    for driver in browsers(3):
        driver.get(page.as_uri())
        loads.append(driver.execute_script(LOADED))
    parts = ("first paint", "all loaded", "charts ready")
    for what, times in zip(parts, zip(*loads, strict=True), strict=True):
        print(f"{what}: {statistics.median(times):.0f} ms (bar {PAINT})")
    rounds = [used(driver, page) for driver in browsers(3)]
    for panel in PANELS:
        alike = zip(*(one[panel] for one in rounds), strict=True)
        answers = [(of[0][0], min(took for _, took in of)) for of in alike]
        slow = [f"{name}: {took:.0f} ms" for name, took in answers if took > ANSWER]
        times = [took for _, took in answers] or [0]
        print(
            f"{panel}: {len(answers)} controls, median {statistics.median(times):.0f} ms, "
            f"slowest {max(times):.0f} ms (bar {ANSWER})"
        )
        for line in slow[:5]:
            print(f"  {line}")


def used(driver, page: Path) -> dict[str, list]:
    found = {}
    for panel in PANELS:
        driver.get("about:blank")
        driver.get(f"{page.as_uri()}#{panel}")
        found[panel] = driver.execute_async_script(ANSWERS)
    return found


if __name__ == "__main__":
    main()
