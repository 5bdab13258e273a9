"""Two words about a browser, so that people know their own sessions; versions and models are not kept."""

from __future__ import annotations

__all__ = ["device_label"]

_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"))


def device_label(user_agent: str) -> str:
    """Return such as "Firefox on Linux" from a User-Agent header, whatever it contains."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "Linux" if "Linux" in user_agent else "")
    return f"{browser} on {system}" if system else browser
