"""The address of the page of evidence."""

from __future__ import annotations

from django.urls import path

from shelterwood.web.provider.evidence import views

urlpatterns = [path("", views.evidence, name="evidence")]
