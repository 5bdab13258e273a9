"""The address of the page of looking again."""

from __future__ import annotations

from django.urls import path

from shelterwood.web.provider.rescan import views

urlpatterns = [path("", views.rescans, name="rescans")]
