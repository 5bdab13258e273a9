"""The addresses of the API keys' pages."""

from __future__ import annotations

from django.urls import path

from shelterwood.web.provider.keys import views

urlpatterns = [
    path("keys", views.keys, name="keys"),
    path("keys/make", views.make, name="make_key"),
    path("keys/<uuid:key_id>", views.key, name="key"),
    path("keys/<uuid:key_id>/rotate", views.rotate, name="rotate_key"),
    path("keys/<uuid:key_id>/retire", views.retire, name="retire_key"),
]
