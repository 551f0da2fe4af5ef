"""Addresses of the national pages."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from cqrs.portal.web.national import audit, collections, payments

app_name = "national"
urlpatterns = [
    path("payments/", payments.runs, name="payments"),
    path("payments/build/", payments.build, name="payments-build"),
    path("payments/<str:reference>/", payments.run, name="payment-run"),
    path("payments/<str:reference>/release/", payments.release, name="payment-run-release"),
    path("payments/<str:reference>/cancel/", payments.cancel, name="payment-run-cancel"),
    path("payments/<str:reference>/file/", payments.run_file, name="payment-run-file"),
    path("collections/", collections.overview, name="collections"),
    path("collections/<int:collection_id>/", collections.collection, name="collection"),
    path("collections/<int:collection_id>/strike/", collections.strike, name="collection-strike"),
    path(
        "collections/<int:collection_id>/calculate/",
        collections.calculate,
        name="collection-calculate",
    ),
    path("audit/", audit.events, name="audit"),
    path("audit/events.csv", audit.as_csv, name="audit-csv"),
    path("audit/events.jsonl", audit.as_lines, name="audit-lines"),
    path("audit/heads/", login_not_required(audit.heads), name="audit-heads"),
]
