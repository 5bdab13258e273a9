"""What the record can say about webhooks; `object_ref` is `webhook:UUID`, never an address or a secret."""

from __future__ import annotations

from shelterwood.web.hall.audit.actions import register

__all__ = ["WEBHOOK_ENDED", "WEBHOOK_REGISTERED", "WEBHOOK_ROTATED", "WEBHOOK_TESTED"]

WEBHOOK_REGISTERED = register("webhook.registered", "A person registered a server that hears what happens.")
WEBHOOK_ROTATED = register("webhook.rotated", "A webhook got a new secret; the old one signs too until the time named.")
WEBHOOK_ENDED = register("webhook.ended", "A person ended a webhook: nothing is told there any more.")
WEBHOOK_TESTED = register("webhook.tested", "A person had a test event sent.")
