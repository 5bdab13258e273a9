"""The addresses of the legal basis."""

from __future__ import annotations

from django.urls import path

from shelterwood.web.provider.basis.views import keys, overview, profiles, proposing, tokens

urlpatterns = [
    path("", overview.overview, name="basis"),
    path("profiles", profiles.profiles, name="basis_profiles"),
    path("profiles/bring-in", profiles.bring_in, name="basis_bring_in_profile"),
    path("profiles/<uuid:profile_id>/confirm", profiles.confirm, name="basis_confirm_profile"),
    path("profiles/<uuid:profile_id>/refuse", profiles.refuse, name="basis_refuse_profile"),
    path("profiles/<uuid:profile_id>/revoke", profiles.revoke, name="basis_revoke_profile"),
    path("history", overview.history, name="basis_history"),
    path("services/declare", proposing.declare, name="basis_declare"),
    path("services/<uuid:service_id>/declare", proposing.declare_again, name="basis_declare_again"),
    path("services/<uuid:service_id>/propose", proposing.propose, name="basis_propose"),
    path("orders/bring-in", proposing.order, name="basis_order"),
    path("tokens/<uuid:token_id>", tokens.token, name="basis_token"),
    path("tokens/<uuid:token_id>/issue", tokens.issue, name="basis_issue"),
    path("tokens/<uuid:token_id>/refuse", tokens.refuse, name="basis_refuse"),
    path("tokens/<uuid:token_id>/withdraw", tokens.withdraw, name="basis_withdraw"),
    path("tokens/<uuid:token_id>/renew", proposing.renew, name="basis_renew"),
    path("keys", keys.keys, name="basis_keys"),
    path("keys/make", keys.make, name="basis_make_key"),
    path("keys/register", keys.register, name="basis_register_key"),
    path("keys/<uuid:key_id>/confirm", keys.confirm, name="basis_confirm_key"),
    path("keys/<uuid:key_id>/refuse", keys.refuse, name="basis_refuse_key"),
    path("keys/<uuid:key_id>/revoke", keys.revoke, name="basis_revoke_key"),
]
