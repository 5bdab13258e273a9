"""Every address of a provider's service: the hall's, and those of this wing's rooms."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("shelterwood.web.provider.scan.urls")),  # first: asked most often
    path("", include("shelterwood.web.provider.hma.urls")),
    path("", include("shelterwood.web.hall.urls")),
    path("rescans/", include("shelterwood.web.provider.rescan.urls")),
    path("evidence/", include("shelterwood.web.provider.evidence.urls")),
    path("lists/", include("shelterwood.web.provider.lists.urls")),
    path("webhooks/", include("shelterwood.web.provider.webhooks.urls")),
    path("basis/", include("shelterwood.web.provider.basis.urls")),
    path("", include("shelterwood.web.provider.keys.urls")),
]

handler400 = "shelterwood.web.hall.ui.errors.bad_request"
handler403 = "shelterwood.web.hall.ui.errors.not_allowed"
handler404 = "shelterwood.web.hall.ui.errors.not_found"
handler500 = "shelterwood.web.hall.ui.errors.defect"
