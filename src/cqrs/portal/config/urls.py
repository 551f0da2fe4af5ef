"""Every address of the portal. Addresses people may see without signing in say so."""

from django.urls import include, path

from cqrs.portal.web import account, home

urlpatterns = [
    path("", home.home, name="home"),
    path("organisation/", account.switch, name="switch"),
    path("help/", account.help_page, name="help"),
    path("", include("cqrs.portal.web.security.urls")),
    path("", include("cqrs.portal.web.support.urls")),
    path("", include("cqrs.portal.web.practice.urls")),
    path("", include("cqrs.portal.web.shared.urls")),
    path("", include("cqrs.portal.web.commissioner.urls")),
    path("", include("cqrs.portal.web.national.urls")),
    path("", include("cqrs.portal.web.mergers.urls")),
]
