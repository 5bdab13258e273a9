"""What the record can say about API keys; `object_ref` is `key:UUID`, never a secret or a part of one."""

from __future__ import annotations

from shelterwood.web.hall.audit.actions import register

__all__ = ["KEY_MADE", "KEY_RETIRED", "KEY_ROTATED"]

KEY_MADE = register("key.made", "An API key was made for a service, a surface and a legal-basis token.")
KEY_ROTATED = register("key.rotated", "An API key got a new secret; the old one works until the time named.")
KEY_RETIRED = register("key.retired", "An API key was ended, with all its secrets, at once.")
