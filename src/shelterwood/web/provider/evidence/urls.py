"""The addresses of the pages of evidence."""

from __future__ import annotations

from django.urls import path

from shelterwood.web.provider.evidence import views

urlpatterns = [
    path("", views.evidence, name="evidence"),
    path("objects", views.evidence_objects, name="evidence_objects"),
    path("objects/<uuid:object_id>", views.evidence_object, name="evidence_object"),
    path("objects/<uuid:object_id>/hold", views.set_hold, name="set_hold"),
    path("holds/<uuid:hold_id>/extend", views.extend_hold, name="extend_hold"),
    path("holds/<uuid:hold_id>/lift", views.lift_hold, name="lift_hold"),
]
