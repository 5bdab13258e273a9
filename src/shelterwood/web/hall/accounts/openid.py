"""Sign-in through the organisation's OpenID Connect provider, if one is set up: it must vouch for a second factor.

The claim is `amr` with the value "mfa" (RFC 8176), or an `acr` that the operator named (SHELTERWOOD_OIDC_ACR). Nobody
gets an account by it: a person who is signed in here connects it once; afterwards it opens that account and no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpResponseRedirect
from django.urls import reverse

from shelterwood.web.hall.access.gate import visitor_of
from shelterwood.web.hall.access.visitor import Standing
from shelterwood.web.hall.settings.facts import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

__all__ = ["OrganisationAdapter", "SecondStepUnlessVouched", "vouches_for_second_factor"]

_VOUCHED = "oidc_second_factor"  # in the session, from the provider's answer until signing in is finished


def vouches_for_second_factor(claims: Mapping[str, Any], *, accepted_acr: frozenset[str]) -> bool:
    """Return whether the id token says that a second factor was shown."""
    methods = claims.get("amr")
    if isinstance(methods, list) and "mfa" in methods:
        return True
    acr = claims.get("acr")
    return isinstance(acr, str) and acr in accepted_acr


class OrganisationAdapter(DefaultSocialAccountAdapter):
    """What allauth asks about the provider's answer."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:  # noqa: ARG002 - allauth's
        """Accounts come from invitations only."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:  # noqa: ANN401 - allauth has no types
        """Refuse an answer without second factor, and one that belongs to no account here, in the same words."""
        claims = sociallogin.account.extra_data.get("id_token") or {}
        vouched = vouches_for_second_factor(claims, accepted_acr=facts().oidc_acr)
        connecting = sociallogin.state.get("process") == "connect"
        if connecting and visitor_of(request).standing < Standing.FRESH:
            again = f"{reverse('mfa_reauthenticate')}?next={reverse('mfa_index')}"
            raise ImmediateHttpResponse(HttpResponseRedirect(again))
        if not vouched or not (sociallogin.is_existing or connecting):
            raise ImmediateHttpResponse(HttpResponseRedirect(f"{reverse('account_login')}?organisation=refused"))
        request.session[_VOUCHED] = True
        if sociallogin.is_existing:
            record_authentication(request, sociallogin.user, "organisation", second_factor=True)


class SecondStepUnlessVouched(AuthenticateStage):
    """The second step of signing in, left out where the organisation's provider has just vouched for it."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not request.session.pop(_VOUCHED, False) and super()._should_handle(request)
