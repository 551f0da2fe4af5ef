"""Addresses of the commissioner's pages."""

from django.urls import path

from cqrs.portal.web.commissioner import queue, review

app_name = "commissioner"
urlpatterns = [
    path("queue/", queue.show, name="queue"),
    path("queue/review/", review.review, name="review"),
    path("queue/confirm/", review.confirm, name="confirm"),
    path("queue/outcome/", review.outcome, name="outcome"),
]
