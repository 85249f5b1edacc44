"""The page driven in a real browser, which the fixture `browser` opens."""


def run(browser, script: str, *arguments):
    """What a script in the page returns, once its charts are drawn."""
    drawn = "await Promise.all([...document.querySelectorAll('.chart')].map((box) => box.drawn));"
    return browser.execute_script(
        f"const given = arguments; const work = async () => {{ {drawn} {script} }}; return work();",
        *arguments,
    )


def go(browser, address: str) -> None:
    """Open a state of the page by its address."""
    run(browser, "location.hash = given[0]; main.open(); main.redraw();", address)
    run(browser, "")


def complaints(browser) -> list[str]:
    return [one["message"] for one in browser.get_log("browser") if one["level"] != "INFO"]
