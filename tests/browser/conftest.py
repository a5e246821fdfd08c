"""Debian's Chromium through Playwright, and the demo to look at.

Playwright keeps an event loop running in its thread, in which no other test could start one; so the browser lives as long as
this package's tests, not as long as the session.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from shared_demo import Demo, demo

__all__ = ["demo"]

collect_ignore = ["facilitator_app.py"]  # a program of its own, with modules that no test needs

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "Chromium is missing: run tools/browser.sh"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page, and what happened behind it: what its console said, and which addresses it asked for."""

    page: Page
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def run(self, script: str, argument: object = None) -> Any:
        """The value of a JavaScript expression, or of a function of *argument*."""
        return self.page.evaluate(script, argument)


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens a file as a reader would; whatever it says or asks for is kept."""
    contexts = []

    def open_file(
        path: Path, *, width: int = 1280, scheme: Any = "light", scripts: bool = True, any_script: bool = False
    ) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            java_script_enabled=scripts,
            bypass_csp=any_script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        found = Visit(context.new_page())
        found.page.on("console", lambda message: found.console.append(f"{message.type}: {message.text}"))
        found.page.on("pageerror", lambda error: found.console.append(f"error: {error}"))
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.goto(path.as_uri(), wait_until="load")
        return found

    yield open_file
    for context in contexts:
        context.close()


@pytest.fixture(params=["report", "index"])
def any_page(request: pytest.FixtureRequest, demo: Demo) -> Path:
    """A report, and the page of the batch."""
    return demo.report("NC.en") if request.param == "report" else demo.folder / "index.html"
