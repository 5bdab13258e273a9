"""Forms of the legal basis: each field says what it is for, in words for somebody who is no lawyer and no engineer."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils import timezone

from shelterwood.policy import (
    Denominator,
    EndToEnd,
    ErrorLimit,
    EvidenceMode,
    Occasion,
    PriorConsultation,
    Quarantine,
    QuarantineMode,
    Requirement,
    ReviewPolicy,
    ServiceType,
    Surface,
)
from shelterwood.web.provider.basis import live
from shelterwood.web.provider.basis.services import Proposal
from shelterwood.web.provider.basis.technology import ALL_ORIENTATIONS, configured, technology_of
from shelterwood.web.provider.basis.wording import choices

if TYPE_CHECKING:
    from shelterwood.policy import PolicyProfile, Technology, TokenClaims
    from shelterwood.web.provider.basis.models import DeclaredService

__all__ = ["ProposeForm", "ServiceForm", "start_of"]


def _radio(label: str, values: list[tuple[str, str]], hint: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=values, widget=forms.RadioSelect, help_text=hint)


class ServiceForm(forms.Form):
    """What a service is."""

    name = forms.CharField(
        label="Short name",
        max_length=40,
        help_text="The word that your systems send with each request: lower-case letters, digits, hyphens.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    title = forms.CharField(label="Name for people", max_length=80)
    service_type = _radio(
        "What it is by law",
        choices(ServiceType),
        "Messages between chosen people are communication, also inside a host: declare them as a service of their own.",
    )
    surfaces = forms.MultipleChoiceField(
        label="Where content stands in it", choices=choices(Surface), widget=forms.CheckboxSelectMultiple
    )
    end_to_end = _radio(
        "Is anything in it end-to-end encrypted?",
        choices(EndToEnd),
        "You attest this. Only a service that is not, was not and will not be encrypted can be looked at.",
    )

    def clean(self) -> dict[str, Any]:
        """Return words of the policy."""
        cleaned = super().clean() or {}
        if not self.errors:
            cleaned["service_type"] = ServiceType(cleaned["service_type"])
            cleaned["surfaces"] = frozenset(Surface(each) for each in cleaned["surfaces"])
            cleaned["end_to_end"] = EndToEnd(cleaned["end_to_end"])
        return cleaned


_RECORDED_IN: Final = {
    Requirement.GDPR_GROUND: "gdpr_ground",
    Requirement.OFFENCE_DATA_RULE: "offence_data_rule",
    Requirement.DPIA: "dpia_version",
}
_PARTS: Final = (
    ("The ground", ("profile", "reference")),
    ("Where and when", ("surfaces", "occasion", "first_day", "last_day")),
    ("What is looked with", ("lists", "radius", "turned")),
    ("When it stops by itself", ("error_percent", "least_sample")),
    ("What happens with what is found", ("review", "quarantine_hours", "evidence")),
    ("Data protection", ("gdpr_ground", "offence_data_rule", "dpia_version", "prior_consultation")),
)


class ProposeForm(forms.Form):
    """Everything that a token says, apart from what follows from the service and from who issues it."""

    profile = forms.ChoiceField(label="Law that it rests on", widget=forms.RadioSelect)
    reference = forms.CharField(
        label="Document",
        max_length=200,
        help_text="Your terms and their version, or the decision that allows it.",
    )
    surfaces = forms.MultipleChoiceField(
        label="Where to look",
        widget=forms.CheckboxSelectMultiple,
        help_text="Nothing else in the service is looked at.",
    )
    occasion = _radio(
        "When to look", choices(Occasion), "Looking again at what is already here needs a token of its own."
    )
    first_day = forms.DateField(
        label="First day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="From the start of that day, UTC.",
    )
    last_day = forms.DateField(
        label="Last day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Until the end of that day, UTC; earlier if the law ends earlier.",
    )
    lists = forms.CharField(
        label="Lists",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="One a line, by the name it has here. A list with a radius of its own: name, comma, radius.",
    )
    radius = forms.IntegerField(
        label="Radius",
        min_value=0,
        max_value=64,
        help_text="Of 256 bits, how many may differ in a perceptual match. 31 is usual; a larger one finds more that "
        "is something else.",
    )
    turned = forms.BooleanField(
        label="Also turned and mirrored pictures", required=False, help_text="Looks up all eight orientations."
    )
    error_percent = forms.DecimalField(
        label="Highest share of wrong matches, in percent",
        min_value=0,
        max_value=100,
        max_digits=7,
        decimal_places=4,
        help_text="Of the matches that people decided. Above it detection stops by itself.",
    )
    least_sample = forms.IntegerField(
        label="Decided matches before the share is judged",
        min_value=1,
        max_value=1_000_000,
        help_text="With fewer, only a clear excess stops detection.",
    )
    review = _radio("Before anything leaves", choices(ReviewPolicy))
    quarantine_hours = forms.IntegerField(
        label="Hours out of sight until decided",
        min_value=1,
        max_value=8760,
        required=False,
        help_text="What is found comes back by itself after this time. Empty: it stays in sight.",
    )
    evidence = _radio("What is kept", choices(EvidenceMode))
    gdpr_ground = forms.CharField(
        label="Ground in data protection law",
        max_length=500,
        required=False,
        help_text="Which ground, and where its assessment is.",
    )
    offence_data_rule = forms.CharField(
        label="National rule for data on offences",
        max_length=500,
        required=False,
        help_text="The rule of your country that lets you process them.",
    )
    dpia_version = forms.CharField(
        label="Version of the impact assessment",
        max_length=100,
        required=False,
        help_text="The one that weighed exactly this technology.",
    )
    prior_consultation = _radio("Data protection authority", choices(PriorConsultation))

    def __init__(self, *args: Any, service: DeclaredService, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        self.service = service
        profiles = [p for p in _profiles() if _suits(p, service)]
        self.fields["profile"].choices = [(p.id, _title(p)) for p in profiles]  # type: ignore[attr-defined]
        self.fields["surfaces"].choices = choices(Surface(s) for s in service.surfaces)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Say at each field that the chosen law asks for it; every other refusal comes from the policy itself."""
        said = super().clean() or {}
        law = live.current(now=timezone.now()).profiles.get(said.get("profile", ""))
        for need in sorted(law.requires) if law else ():
            name = _RECORDED_IN.get(need)
            if name and not said.get(name):
                self.add_error(name, "The law that you chose asks for this.")
        return said

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields by what they are about, in order."""
        return [(title, [self[name] for name in names]) for title, names in _PARTS]

    def clean_lists(self) -> dict[str, int | None]:
        """Return the lists, each with its own radius or None."""
        found: dict[str, int | None] = {}
        for line in filter(None, (line.strip() for line in self.cleaned_data["lists"].splitlines())):
            name, comma, radius = line.rpartition(",")
            if comma and not radius.strip().isdecimal():
                raise forms.ValidationError(f"'{line}': after the comma stands the radius of this list.")
            found[name.strip() if comma else line] = int(radius) if comma else None
        return found

    def proposal(self) -> Proposal:
        """Return what was filled in; raises PolicyDataNotValid where it contradicts itself."""
        said = self.cleaned_data
        hours = said["quarantine_hours"]
        return Proposal(
            service=self.service.name,
            profile=said["profile"],
            kind=_kind(live.current(now=timezone.now()).profile(said["profile"])),
            reference=said["reference"],
            surfaces=frozenset(Surface(each) for each in said["surfaces"]),
            occasion=Occasion(said["occasion"]),
            valid_from=start_of(said["first_day"]),
            valid_to=start_of(said["last_day"]) + timedelta(days=1),
            technology=self._technology(),
            error_limit=self._limit(),
            review=ReviewPolicy(said["review"]),
            quarantine=Quarantine(
                mode=QuarantineMode.QUARANTINE if hours else QuarantineMode.NONE, release_after_hours=hours
            ),
            evidence=EvidenceMode(said["evidence"]),
            gdpr_ground=said["gdpr_ground"] or None,
            offence_data_rule=said["offence_data_rule"] or None,
            dpia_version=said["dpia_version"] or None,
            prior_consultation=PriorConsultation(said["prior_consultation"]),
        )

    def _technology(self) -> Technology:
        said, here = self.cleaned_data, configured()
        turned = ALL_ORIENTATIONS if said["turned"] else frozenset({"identity"})
        # What stands in the form as it is configured is what is configured, with what the form does not show of a list.
        if here is not None and (said["lists"], said["radius"], said["turned"]) == _fields_of(here):
            return here
        return technology_of(lists=said["lists"], radius=said["radius"], orientations=turned)

    def _limit(self) -> ErrorLimit:
        return ErrorLimit(
            per_million=int(self.cleaned_data["error_percent"] * 10_000),
            denominator=Denominator.DECIDED_MATCHES,
            least_sample=self.cleaned_data["least_sample"],
        )

    @classmethod
    def usual(cls, *, service: DeclaredService, today: date) -> dict[str, Any]:
        """Return what a first proposal starts from: one list is still to be named, grounds are never filled in."""
        here = configured()
        suits = [p.id for p in _profiles() if _suits(p, service) and not p.banner and p.in_force(timezone.now())]
        return {
            "profile": suits[0] if suits else None,
            "surfaces": service.surfaces,
            "occasion": Occasion.ARRIVAL,
            "first_day": today,
            "last_day": today + timedelta(days=364),
            "lists": "" if here is None else _written(here),
            "radius": 31,
            "turned": True,
            "error_percent": 5,
            "least_sample": 200,
            "review": ReviewPolicy.ONE_PERSON,
            "quarantine_hours": 72,
            "evidence": EvidenceMode.SEAL,
        }

    @classmethod
    def as_before(cls, claims: TokenClaims, *, today: date) -> dict[str, Any]:
        """Return what a renewal starts from: the old token, without its period, its lists as configured now."""
        pdq = next((a for a in claims.technology.algorithms if a.name == "pdq"), None)
        return {
            "profile": claims.profile.id,
            "reference": claims.reference,
            "surfaces": sorted(claims.surfaces),
            "occasion": claims.occasion,
            "first_day": today,
            "last_day": today + timedelta(days=364),
            "lists": _written(configured() or claims.technology),
            "radius": pdq.radius if pdq else 31,
            "turned": pdq is None or pdq.orientations == ALL_ORIENTATIONS,
            "error_percent": claims.error_limit.per_million / 10_000,
            "least_sample": claims.error_limit.least_sample,
            "review": claims.review,
            "quarantine_hours": claims.quarantine.release_after_hours,
            "evidence": claims.evidence,
            "gdpr_ground": claims.gdpr_ground,
            "offence_data_rule": claims.offence_data_rule,
            "dpia_version": "",  # whoever renews has looked at the assessment again
            "prior_consultation": claims.prior_consultation,
        }


def _profiles() -> list[PolicyProfile]:
    return list(live.current(now=timezone.now()).profiles.values())


def _suits(profile: PolicyProfile, service: DeclaredService) -> bool:
    orders = {kind.value for kind in profile.token_kinds} <= {"order"}
    return ServiceType(service.service_type) in profile.service_types and not orders


def _title(profile: PolicyProfile) -> str:
    return f"{profile.title} ({profile.banner})" if profile.banner else profile.title


def _kind(profile: PolicyProfile) -> Any:  # noqa: ANN401 - a TokenKind
    return min(profile.token_kinds)


def start_of(day: date) -> datetime:
    """Return the first moment of a day, UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)


def _fields_of(technology: Technology) -> tuple[dict[str, int | None], int, bool]:
    """Return a technology as the form's fields lists, radius and turned show it."""
    pdq = next((a for a in technology.algorithms if a.name == "pdq"), None)
    lists = {source.name: source.radius for source in technology.list_sources}
    return lists, pdq.radius if pdq else 31, pdq is None or pdq.orientations == ALL_ORIENTATIONS


def _written(technology: Technology) -> str:
    return "\n".join(
        source.name if source.radius is None else f"{source.name}, {source.radius}"
        for source in technology.list_sources
    )
