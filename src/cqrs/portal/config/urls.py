"""Every address of the portal. Addresses people may see without signing in say so."""

from allauth.account.views import LoginView, LogoutView
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from cqrs.portal.web import account, home

to_sign_in = login_not_required(RedirectView.as_view(pattern_name="account_login"))

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", login_not_required(LoginView.as_view()), name="account_login"),
    path("sign-out/", LogoutView.as_view(), name="account_logout"),
    path("organisation/", account.switch, name="switch"),
    path("help/", account.help_page, name="help"),
    # allauth asks for these names; accounts are made and mended by administrators.
    path("sign-up/", to_sign_in, name="account_signup"),
    path("forgotten/", to_sign_in, name="account_reset_password"),
    path("inactive/", to_sign_in, name="account_inactive"),
    path("reauthenticate/", to_sign_in, name="account_reauthenticate"),
    path("", include("cqrs.portal.web.practice.urls")),
    path("", include("cqrs.portal.web.shared.urls")),
    path("", include("cqrs.portal.web.commissioner.urls")),
    path("", include("cqrs.portal.web.national.urls")),
]
