"""The addresses of the lists."""

from __future__ import annotations

from django.urls import path

from shelterwood.web.provider.lists.views import acting, looking

urlpatterns = [
    path("", looking.overview, name="lists"),
    path("in-service", looking.in_public, name="lists_in_public"),
    path("register", acting.register, name="register_list"),
    path("<uuid:list_id>", looking.one_list, name="one_list"),
    path("<uuid:list_id>/describe", acting.describe, name="describe_list"),
    path("<uuid:list_id>/import", acting.import_file, name="import_list"),
    path("<uuid:list_id>/check", acting.check, name="check_list"),
    path("<uuid:list_id>/sign", acting.sign, name="sign_list"),
    path("<uuid:list_id>/forecast", acting.forecast, name="forecast_list"),
    path("<uuid:list_id>/matching", acting.matching, name="set_matching"),
    path("<uuid:list_id>/propose", acting.propose, name="propose_list"),
    path("<uuid:list_id>/approve", acting.approve, name="approve_list"),
    path("<uuid:list_id>/return", acting.return_proposal, name="return_list"),
    path("<uuid:list_id>/disable", acting.disable, name="disable_list"),
    path("<uuid:list_id>/enable", acting.enable, name="enable_list"),
    path("<uuid:list_id>/withdraw", acting.withdraw, name="withdraw_list"),
    path("<uuid:list_id>/withdraw-entry", acting.withdraw_entry, name="withdraw_entry"),
]
