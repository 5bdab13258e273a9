"""The addresses of the deliveries."""

from __future__ import annotations

from django.urls import path

from shelterwood.web.hall.outbox import views

urlpatterns = [
    path("deliveries", views.show_deliveries, name="deliveries"),
    path("deliveries/<uuid:job_id>/try-again", views.try_delivery_again, name="try_delivery_again"),
    path("deliveries/<uuid:job_id>/give-up", views.give_delivery_up, name="give_delivery_up"),
]
