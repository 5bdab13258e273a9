"""What a page may load: its own style sheet and scripts, and nothing inline, foreign or framed (CSP level 3)."""

from __future__ import annotations

from typing import Any

__all__ = ["content_security_policy"]


def content_security_policy(*, form_targets: list[str]) -> dict[str, Any]:
    """Return django-csp's dictionary. `form_targets` are origins that a form's answer may redirect to (OIDC)."""
    return {
        "DIRECTIVES": {
            "default-src": ["'none'"],
            "script-src": ["'self'"],
            "style-src": ["'self'"],
            "img-src": ["'self'"],
            "font-src": ["'self'"],
            "connect-src": ["'self'"],
            "form-action": ["'self'", *form_targets],
            "base-uri": ["'none'"],
            "frame-ancestors": ["'none'"],
            "require-trusted-types-for": ["'script'"],
        }
    }
