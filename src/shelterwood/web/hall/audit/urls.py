"""The addresses of the record."""

from __future__ import annotations

from django.urls import path

from shelterwood.web.hall.audit import views

urlpatterns = [
    path("record", views.read_record, name="record"),
    path("record/export", views.export_record, name="export_record"),
]
