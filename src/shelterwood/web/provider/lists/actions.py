"""What the lists write into the record. Lines name lists by id and say numbers; no fingerprint, no file name."""

from __future__ import annotations

from shelterwood.web.hall.audit.actions import register

__all__ = [
    "ENTRY_ADDED", "ENTRY_WITHDRAWN", "FORECAST_MADE", "GOLDEN_RUN", "LIST_APPROVED", "LIST_DESCRIBED",
    "LIST_DISABLED", "LIST_ENABLED", "LIST_FAULTY", "LIST_PROPOSED", "LIST_REGISTERED", "LIST_RETURNED", "LIST_SOUND",
    "LIST_WITHDRAWN", "MATCHING_SET", "VERSION_ADOPTED", "VERSION_HELD_BACK", "VERSION_IMPORTED", "VERSION_SIGNED",
]  # fmt: skip

LIST_REGISTERED = register("list.registered", "A list was given a name, an owner and a kind; it holds nothing yet.")
LIST_DESCRIBED = register("list.described", "The agreement with the owner, or the legal reference, was recorded.")
VERSION_IMPORTED = register("list.version-imported", "A delivery became the next version of a list.")
VERSION_SIGNED = register("list.version-signed", "The owner's signature over a version was verified.")
VERSION_ADOPTED = register("list.version-adopted", "A list in service went on to a newer version that is clean.")
VERSION_HELD_BACK = register("list.version-held-back", "A newer version is not used: see the codes for what it lacks.")
GOLDEN_RUN = register("list.benign-set-run", "The benign set was run against a version.")
FORECAST_MADE = register("list.forecast-made", "Matches and hours of review were forecast on a benign sample.")
LIST_PROPOSED = register("list.proposed", "A person proposed a list for service.")
LIST_RETURNED = register("list.proposal-returned", "A proposal was returned to the one who made it.")
LIST_APPROVED = register("list.approved", "A second person put a list in service (solo: the same one, shown publicly).")
LIST_DISABLED = register("list.disabled", "A list is out of service for a while.")
LIST_ENABLED = register("list.enabled", "A list is in service again.")
LIST_WITHDRAWN = register("list.withdrawn", "A list is out of service for good; its files are removed.")
MATCHING_SET = register("list.matching-set", "Radius or orientations changed; tokens for the old ones no longer hold.")
ENTRY_ADDED = register("list.entry-added", "An entry was added to a list of our own.")
ENTRY_WITHDRAWN = register("list.entry-withdrawn", "An item of a list was withdrawn here; no delivery brings it back.")
LIST_FAULTY = register("list.found-faulty", "The files of a list are missing or damaged; nothing is scanned meanwhile.")
LIST_SOUND = register("list.found-sound", "The files of a list that was faulty are as they should be.")
