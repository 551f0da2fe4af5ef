"""Addresses of a person's own sign-in. Names without a space are those allauth asks for."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.webauthn import views as keys
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter
from django.views.generic import RedirectView

from cqrs.portal.web.security import networks, single_sign_on, views


class UidConverter(StringConverter):
    """A person's number as links carry it: no hyphen, which begins the key."""

    regex = "[0-9A-Za-z]+"


register_converter(UidConverter, "uid")
to_sign_in = login_not_required(RedirectView.as_view(pattern_name="account_login"))
to_overview = RedirectView.as_view(pattern_name="security:overview")
# allauth marks what needs no sign-in inside its views; here it must stand on what Django calls.
forgotten = login_not_required(account.PasswordResetView.as_view())
told = login_not_required(account.PasswordResetDoneView.as_view())
changed = login_not_required(account.PasswordResetFromKeyDoneView.as_view())
second_step = login_not_required(mfa.AuthenticateView.as_view())

own = [
    path("", views.overview, name="overview"),
    path("second-factor/", views.second_factor, name="second-factor"),
    path("sessions/", views.end_sessions, name="sessions"),
    path("networks/", networks.listing, name="networks"),
    path("networks/<str:kind>/", networks.edit, name="network"),
]

urlpatterns = [
    path("sign-in/", login_not_required(account.LoginView.as_view()), name="account_login"),
    path("sign-in/second-step/", second_step, name="mfa_authenticate"),
    path("sign-in/forgotten/", forgotten, name="account_reset_password"),
    path("sign-in/forgotten/sent/", told, name="account_reset_password_done"),
    path(
        "sign-in/forgotten/<uid:uidb36>-<str:key>/",
        views.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("sign-in/forgotten/done/", changed, name="account_reset_password_from_key_done"),
    path("sign-in/with/<str:provider_id>/", single_sign_on.sign_in, name="openid_connect_login"),
    path(
        "sign-in/with/<str:provider_id>/back/",
        single_sign_on.back,
        name="openid_connect_callback",
    ),
    path("sign-in/with-another/stopped/", to_sign_in, name="socialaccount_login_cancelled"),
    path("sign-in/inactive/", login_not_required(account.AccountInactiveView.as_view()),
         name="account_inactive"),
    path("sign-up/", to_sign_in, name="account_signup"),
    path("sign-out/", account.LogoutView.as_view(), name="account_logout"),
    path("account/", include((own, "security"))),
    path("account/password/", views.ChangePassword.as_view(), name="account_change_password"),
    path("account/again/", account.ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("account/again/code/", mfa.ReauthenticateView.as_view(), name="mfa_reauthenticate"),
    path(
        "account/again/passkey/",
        keys.ReauthenticateWebAuthnView.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/factors/", to_overview, name="mfa_index"),
    path("account/factors/app/", views.AddApp.as_view(), name="mfa_activate_totp"),
    path("account/factors/app/remove/", views.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("account/factors/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/factors/codes/new/", views.MakeCodes.as_view(),
         name="mfa_generate_recovery_codes"),
    path("account/factors/passkeys/", to_overview, name="mfa_list_webauthn"),
    path("account/factors/passkeys/add/", views.AddKey.as_view(), name="mfa_add_webauthn"),
    path("account/factors/passkeys/<int:pk>/remove/", views.RemoveKey.as_view(),
         name="mfa_remove_webauthn"),
    path("account/factors/passkeys/<int:pk>/name/", keys.edit_webauthn, name="mfa_edit_webauthn"),
]  # fmt: skip
