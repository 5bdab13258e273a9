"""What the record can say about deliveries; `object_ref` is `job:UUID`, the codes are its kind and the reason."""

from __future__ import annotations

from shelterwood.web.hall.audit.actions import register

__all__ = ["DELIVERY_DEAD", "DELIVERY_GIVEN_UP", "DELIVERY_TRIED_AGAIN"]

DELIVERY_DEAD = register("delivery.dead", "A delivery failed for good, or for days; nothing tries it any more.")
DELIVERY_TRIED_AGAIN = register("delivery.tried-again", "A person had a dead delivery tried again.")
DELIVERY_GIVEN_UP = register("delivery.given-up", "A person decided that a dead delivery will not be made.")
