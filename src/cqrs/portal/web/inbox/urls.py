"""Addresses of the inbox, of announcements and of emails that did not go."""

from django.urls import path

from cqrs.portal.web.inbox import announcing, unsent, views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.mark_all_read, name="inbox-read"),
    path("inbox/preferences/", views.preferences, name="preferences"),
    path("inbox/<int:notice_id>/", views.notice, name="notice"),
    path("announcements/", announcing.announcements, name="announcements"),
    path("announcements/new/", announcing.announce, name="announce"),
    path(
        "announcements/<int:announcement_id>/withdraw/",
        announcing.withdraw,
        name="announcement-withdraw",
    ),
    path("support/mail/", unsent.unsent, name="unsent-mail"),
    path("support/mail/<int:email_id>/again/", unsent.again, name="unsent-mail-again"),
]
