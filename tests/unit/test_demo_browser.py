"""The demo shows its page to somebody at a desktop, and leaves everybody else alone."""

import webbrowser
from collections.abc import Mapping

import pytest

from agent.demo import browser

DESKTOP = {"DISPLAY": ":0"}


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        (DESKTOP, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({**DESKTOP, "CI": "true"}, "linux", False),
        ({**DESKTOP, "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, "linux", False),
    ],
)
def test_a_window_is_opened_where_somebody_would_see_it(
    environ: Mapping[str, str], platform: str, *, expected: bool
) -> None:
    assert browser.has_desktop(environ, platform) is expected


class Window(webbrowser.BackgroundBrowser):
    def __init__(self) -> None:
        super().__init__("window")
        self.opened: list[str] = []

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: FBT001, FBT002, ARG002
        self.opened.append(url)
        return True


@pytest.fixture
def _desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "has_desktop", lambda *_: True)


@pytest.mark.usefixtures("_desktop")
def test_the_page_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    window = Window()
    monkeypatch.setattr(webbrowser, "get", lambda: window)

    assert browser.show("http://127.0.0.1:9464/")
    assert window.opened == ["http://127.0.0.1:9464/"]


@pytest.mark.usefixtures("_desktop")
def test_a_browser_that_would_take_the_terminal_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("lynx"))

    assert not browser.show("http://127.0.0.1:9464/")


@pytest.mark.usefixtures("_desktop")
def test_a_desktop_without_a_browser_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise webbrowser.Error("no browser")

    monkeypatch.setattr(webbrowser, "get", none)

    assert not browser.show("http://127.0.0.1:9464/")
