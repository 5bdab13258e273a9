"""Hands on a keyboard: what a person does who has no mouse, in the order in which Tab comes to things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from walking import PASSWORD, Walk, with_authenticator

if TYPE_CHECKING:
    from conftest import Service
    from playwright.sync_api import Browser

__all__ = ["Hands", "come_in_by_keyboard"]

MOST_STOPS = 150
MOST_CHOICES = 10
FOCUSED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body || at === document.documentElement) return null;
    const style = getComputedStyle(at), label = at.labels && at.labels[0];
    const seen = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    return {name: (at.ariaLabel || (label && label.innerText) || at.innerText || at.value || '').trim(), seen,
            place: window.stops().indexOf(at)};
}"""
STOPS = """() => { window.stops = () => [...document.querySelectorAll(
    'a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select, textarea, summary, ' +
    '[tabindex="0"]')]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && each.tabIndex >= 0);
    return window.stops().map(each => each.type === 'radio' ? 'radio ' + each.name : ''); }"""


class Hands(Walk):
    """A walk on the keys Tab, Enter, Space and letters."""

    def to(self, name: str) -> None:
        """Go on with Tab until what has this name has the focus."""
        self.page.evaluate(STOPS)
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate(FOCUSED)
            if at is not None:
                assert at["seen"], f"nobody sees that the focus is on '{at['name']}'"
                if at["name"].startswith(name):
                    return
        pytest.fail(f"Tab never comes to '{name}' on {self.page.url}")

    def go(self, name: str, heading: str | None = None) -> None:
        """Follow a link or press a button."""
        self.to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        if heading is not None:
            self.heading(heading)

    def write(self, name: str, text: str) -> None:
        """Fill a field in; in a list of choices the letters choose."""
        self.to(name)
        self.page.keyboard.type(text)

    def tick(self, name: str) -> None:
        """Tick a box, open what is folded, or choose the first of several."""
        self.to(name)
        self.page.keyboard.press("Space")

    def choose(self, name: str, *, first: str) -> None:
        """Choose among several of which one can be chosen: Tab comes to the `first`, an arrow goes on from there."""
        self.to(first)
        for _ in range(MOST_CHOICES):
            self.page.keyboard.press("ArrowDown")
            if self.page.evaluate(FOCUSED)["name"].startswith(name):
                return
        pytest.fail(f"no arrow comes to '{name}' on {self.page.url}")

    def visit_every_stop(self, room: str) -> None:
        """Tab through the page: every control once, in reading order, none that holds the focus."""
        self.page.reload()
        stops = self.page.evaluate(STOPS)
        groups = [name for name in stops if name]  # Tab enters a group of radio buttons once
        expected = len(stops) - len(groups) + len(set(groups))
        places: list[int] = []
        for _ in range(expected + 1):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate(FOCUSED)
            if at is None:
                break
            assert at["seen"], f"{room}: nobody sees that the focus is on '{at['name']}'"
            places.append(at["place"])
        reached = sorted(set(places))
        assert len(reached) >= expected, f"{room}: {expected} controls, {len(reached)} reached"
        assert places[:expected] == reached, f"{room}: the focus does not go in the order of reading"


def come_in_by_keyboard(service: Service, browser: Browser, *, name: str, role: str) -> Hands:
    walk = Hands(browser)
    with_authenticator(walk.page)
    walk.page.goto(service.invite(name, role))
    walk.write("Password", PASSWORD)
    walk.write("The same password again", PASSWORD)
    walk.go("Continue")
    walk.go("Passkey")
    walk.page.get_by_label("Name of this passkey").wait_for()
    walk.write("Name of this passkey", "key")
    walk.go("Make the passkey")
    walk.page.get_by_role("link", name="I have kept them").wait_for()
    walk.go("I have kept them", "Your work")
    return walk
