"""Every address of the portal. Addresses people may see without signing in say so."""

from django.urls import include, path

from cqrs.portal.web import account, home
from cqrs.portal.web.people import public

urlpatterns = [
    path("", home.home, name="home"),
    path("organisation/", account.switch, name="switch"),
    path("", include("cqrs.portal.web.helping_urls")),
    path("", include("cqrs.portal.web.security.urls")),
    path("", include("cqrs.portal.web.support.urls")),
    path("", include("cqrs.portal.web.inbox.urls")),
    path("", include("cqrs.portal.web.practice.urls")),
    path("", include("cqrs.portal.web.shared.urls")),
    path("", include("cqrs.portal.web.commissioner.urls")),
    path("", include("cqrs.portal.web.national.urls")),
    path("", include("cqrs.portal.web.trail.urls")),
    path("", include("cqrs.portal.web.mergers.urls")),
    path("people/", include("cqrs.portal.web.people.urls")),
    path("join/", public.join, name="join"),
    path("join/sent/", public.join_sent, name="join_sent"),
    path("join/<str:code>/", public.join_organisation, name="join_organisation"),
    path("invitation/<str:token>/", public.invitation, name="invitation"),
    path("invitation/<str:token>/renew/", public.ask_renewal, name="invitation_renew"),
    path("", include("cqrs.portal.web.organisations.urls")),
]
