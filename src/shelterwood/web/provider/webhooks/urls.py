"""The addresses of the webhooks' pages."""

from __future__ import annotations

from django.urls import path

from shelterwood.web.provider.webhooks import views

urlpatterns = [
    path("", views.webhooks, name="webhooks"),
    path("register", views.register, name="register_webhook"),
    path("<uuid:endpoint_id>", views.webhook, name="webhook"),
    path("<uuid:endpoint_id>/rotate", views.rotate, name="rotate_webhook"),
    path("<uuid:endpoint_id>/test", views.send_test, name="test_webhook"),
    path("<uuid:endpoint_id>/end", views.end, name="end_webhook"),
]
