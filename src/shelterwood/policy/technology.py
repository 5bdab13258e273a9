"""What is used to look: algorithms, radius, orientations and whose lists; its digest stands in the token.

The impact assessment weighed one technology (GDPR Art. 35(11)). Another radius or another list is another technology,
and needs another token.
"""

from __future__ import annotations

from dataclasses import dataclass

from shelterwood.policy.canonical import canonical, digest_of
from shelterwood.policy.fields import Fields, PolicyDataNotValid

__all__ = ["Algorithm", "ListSource", "Technology"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithm:
    """A fingerprint kind as it is used: `radius` in bits (0: exact), and which orientations are looked up."""

    name: str
    version: str
    radius: int = 0
    orientations: frozenset[str] = frozenset({"identity"})

    def as_data(self) -> dict[str, object]:
        """Return the algorithm as canonical JSON wants it."""
        return {
            "name": self.name,
            "version": self.version,
            "radius": self.radius,
            "orientations": sorted(self.orientations),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSource:
    """Whose list is looked up (not which version: lists grow daily), and where it departs from the algorithm."""

    name: str
    radius: int | None = None
    orientations: frozenset[str] | None = None

    def as_data(self) -> dict[str, object]:
        """Return the source as canonical JSON wants it."""
        orientations = None if self.orientations is None else sorted(self.orientations)
        return {"name": self.name, "radius": self.radius, "orientations": orientations}


@dataclass(frozen=True, slots=True, kw_only=True)
class Technology:
    """Everything that decides what matches: what is configured under the token, also while a list is out of service."""

    version: str
    algorithms: tuple[Algorithm, ...]
    list_sources: tuple[ListSource, ...]

    def __post_init__(self) -> None:
        for what, names in (("algorithm", _names(self.algorithms)), ("list source", _names(self.list_sources))):
            if not names or len(set(names)) != len(names):
                raise PolicyDataNotValid("technology", f"each {what} stands there once, and there is at least one")
        radii = [each.radius for each in self.algorithms] + [each.radius or 0 for each in self.list_sources]
        if min(radii) < 0:
            raise PolicyDataNotValid("technology", "a radius is not below 0")

    def as_data(self) -> dict[str, object]:
        """Return the technology as canonical JSON wants it; the order of algorithms and lists says nothing."""
        return {
            "version": self.version,
            "algorithms": [a.as_data() for a in sorted(self.algorithms, key=lambda a: a.name)],
            "list_sources": [s.as_data() for s in sorted(self.list_sources, key=lambda s: s.name)],
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return digest_of(canonical(self.as_data()))

    def changes_from(self, other: Technology) -> tuple[str, ...]:
        """Name what differs between two technologies, for the person who must renew a token."""
        found = [] if self.version == other.version else [f"version {other.version} is now {self.version}"]
        found += _differences("algorithm", self.algorithms, other.algorithms)
        found += _differences("list source", self.list_sources, other.list_sources)
        return tuple(found)

    @classmethod
    def read(cls, fields: Fields) -> Technology:
        """Read a technology from a token; PolicyDataNotValid when it is not of the expected form."""
        technology = cls(
            version=fields.text("version"),
            algorithms=tuple(_algorithm(each) for each in fields.records("algorithms")),
            list_sources=tuple(_list_source(each) for each in fields.records("list_sources")),
        )
        fields.end()
        return technology


def _algorithm(fields: Fields) -> Algorithm:
    algorithm = Algorithm(
        name=fields.text("name"),
        version=fields.text("version"),
        radius=fields.integer("radius"),
        orientations=frozenset(fields.texts("orientations")),
    )
    fields.end()
    return algorithm


def _list_source(fields: Fields) -> ListSource:
    orientations = None if fields.null("orientations") else frozenset(fields.texts("orientations"))
    radius = None if fields.null("radius") else fields.integer("radius")
    source = ListSource(name=fields.text("name"), radius=radius, orientations=orientations)
    fields.end()
    return source


def _names(parts: tuple[Algorithm, ...] | tuple[ListSource, ...]) -> list[str]:
    return [part.name for part in parts]


def _differences(
    what: str,
    now: tuple[Algorithm, ...] | tuple[ListSource, ...],
    then: tuple[Algorithm, ...] | tuple[ListSource, ...],
) -> list[str]:
    new, old = {part.name: part for part in now}, {part.name: part for part in then}
    return [
        f"{what} {name} {'is new' if name not in old else 'is gone' if name not in new else 'has other settings'}"
        for name in sorted(new.keys() | old.keys())
        if new.get(name) != old.get(name)
    ]
