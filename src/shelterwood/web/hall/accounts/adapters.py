"""What allauth asks us: how a session begins, when proof must be fresh, how secrets of second factors are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from shelterwood.web.hall.accounts.devices import device_label
from shelterwood.web.hall.settings.facts import facts
from shelterwood.web.hall.settings.sealing import sealer

if TYPE_CHECKING:
    from django.http import HttpRequest

    from shelterwood.web.hall.accounts.models import Account

__all__ = ["AccountAdapter", "SecondFactorAdapter"]

_PURPOSE = "second factors"


class AccountAdapter(DefaultAccountAdapter):
    """No mail, no self-registration; the gate decides when proof must be fresh."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Accounts come from invitations only."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Nothing: views throttle before they look anything up."""

    def is_reauthentication_required(self, *, app: str, **_kwargs: object) -> bool:  # noqa: ARG002 - allauth's
        """Never by allauth: each route that needs fresh proof declares it, and the gate asks for a second factor."""
        return False

    def login(self, request: HttpRequest, user: Account) -> None:
        """Begin the session; its age counts from here, whatever cookie it gets later."""
        request.session["started_at"] = timezone.now().isoformat()
        request.session["device"] = device_label(request.headers.get("User-Agent", ""))
        super().login(request, user)

    def add_message(self, *_args: object, **_kwargs: object) -> None:
        """Nothing: our pages say themselves what happened."""

    def send_notification_mail(self, *_args: object, **_kwargs: object) -> None:
        """Nothing: there are no mail addresses here."""

    def get_login_stages(self) -> list[str]:
        """Return the steps after the password; an organisation's provider, if set up, may stand in for the second."""
        ours = "shelterwood.web.hall.accounts.openid.SecondStepUnlessVouched"
        stages = super().get_login_stages()
        return [ours if s.endswith(".AuthenticateStage") and facts().oidc_name else s for s in stages]

    def respond_user_inactive(self, request: HttpRequest, user: Account) -> HttpResponse:  # noqa: ARG002 - allauth's
        """Answer as to a passkey that nobody knows."""
        return HttpResponseRedirect(f"{reverse('account_login')}?passkey=refused")

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, Any]]:
        """Return the second factors only: a password alone proves nothing fresh."""
        if not Authenticator.objects.filter(user_id=user.pk).exists():
            return []
        names = ("mfa_reauthenticate", "mfa_reauthenticate_webauthn")
        return [{"id": name, "description": name, "url": reverse(name)} for name in names]


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seeds are encrypted in the database; passkeys belong to the host of SHELTERWOOD_URL."""

    def encrypt(self, text: str) -> str:
        """Return `text` sealed under a key derived from the installation's secret."""
        return sealer(_PURPOSE).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what `encrypt` sealed."""
        return sealer(_PURPOSE).decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Return whether another second factor would be left; recovery codes alone are none."""
        strong = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(type="recovery_codes")
        return bool(strong.exclude(pk=authenticator.pk).exists())

    def get_totp_issuer(self) -> str:
        """Return what the app on the telephone writes above the code."""
        return f"Shelterwood {facts().origin.host}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the name under which browsers keep passkeys: never the Host header's."""
        return {"id": facts().origin.host, "name": f"Shelterwood ({facts().role})"}
