"""Django's settings: plain, private by default, one place for every switch of the environment.

CQRS_DATA, DATABASE_URL, CQRS_SECRET_KEY, CQRS_HOSTS, CQRS_HTTPS=1, CQRS_DATE, CQRS_SERVICE_NAME,
CQRS_LOGO, CQRS_GALLERY,
CQRS_SECOND_FACTOR, CQRS_CLIENT_ADDRESS_HEADER, CQRS_OIDC_* (see config/providers.py),
CQRS_NATIONAL_MISSING_SHARE, CQRS_EMAIL_DOMAINS.
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from cqrs.portal.config import providers
from cqrs.portal.config.embedded import ROOT, data_folder, database

WEB = Path(__file__).resolve().parents[1] / "web"
DOCUMENTS = ROOT / "docs"
"""The pages that the portal shows as help."""


HTTPS = os.environ.get("CQRS_HTTPS") == "1"


def _secret_key() -> str:
    given = os.environ.get("CQRS_SECRET_KEY")
    if given:
        return given
    if HTTPS:
        raise ImproperlyConfigured(
            "CQRS_HTTPS=1 is a served portal: set CQRS_SECRET_KEY to 50 random characters that "
            "every process shares. Without it each machine would draw its own."
        )
    path = data_folder() / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("CQRS_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
SERVICE_NAME = os.environ.get("CQRS_SERVICE_NAME", "Quality and payments")
SERVICE_LOGO = os.environ.get("CQRS_LOGO", "")
"""A file of CQRS_DATA/brand, as "brand/ours.svg", drawn before the name; none unless told."""
GALLERY = os.environ.get("CQRS_GALLERY") == "1"
"""Whether /gallery/ shows every component in every state: for development only."""
DOCUMENTS = Path(__file__).resolve().parents[4] / "docs"
"""What help shows."""
NATIONAL_MISSING_SHARE = os.environ.get("CQRS_NATIONAL_MISSING_SHARE", "0")
"""The part of all practices that may be missing when national figures become final, as 1/200."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "cqrs.portal.config.flash.FlashConfig",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "procrastinate.contrib.django",
    "cqrs.portal.messages",
    "cqrs.portal.audit",
    "cqrs.portal.organisations",
    "cqrs.portal.accounts",
    "cqrs.portal.catalogue",
    "cqrs.portal.collection",
    "cqrs.portal.claims",
    "cqrs.portal.payments",
    "cqrs.portal.mergers",
    "cqrs.portal.jobs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cqrs.portal.config.headers.PrivatePagesMiddleware",
    "cqrs.portal.config.headers.FormsOnlyMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "cqrs.portal.web.walls.WallMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cqrs.portal.web.middleware.ActingPersonMiddleware",
    "cqrs.portal.web.security.middleware.SignInRulesMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cqrs.portal.config.urls"
WSGI_APPLICATION = "cqrs.portal.config.wsgi.application"
DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

EMAIL_DOMAINS = tuple(os.environ.get("CQRS_EMAIL_DOMAINS", "nhs.net,nhs.uk").split(","))
"""Where people's work email addresses may end; subdomains count too."""

# Accounts: sign-in by email; accounts are made by administrators, never by signing up.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["cqrs.portal.config.passwords.PortalArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "cqrs.portal.config.passwords.NotOurWords"},
]
"""Length and no well-known words; no rules about signs, and passwords never expire."""
ACCOUNT_ADAPTER = "cqrs.portal.config.accounts.ClosedAccountAdapter"
ACCOUNT_FORMS = {
    "login": "cqrs.portal.config.accounts.SignInForm",
    "reset_password": "cqrs.portal.config.account_forms.ForgottenForm",
    "reset_password_from_key": "cqrs.portal.config.account_forms.NewPasswordForm",
    "change_password": "cqrs.portal.config.account_forms.ChangePasswordForm",
    "reauthenticate": "cqrs.portal.config.account_forms.AgainForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_TEMPLATE_EXTENSION = "jinja"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
PASSWORD_RESET_TIMEOUT = 60 * 60  # as the email says; Django's own is three days
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_RATE_LIMITS = {
    # Whole regions come through one gateway: its sign-ins aren't counted, only its failures,
    # by FAILURES_OF_ONE_ADDRESS in config/accounts.py.
    "login": "",
    "login_failed": "10/15m/key",
    "reset_password": "100/m/ip,3/15m/key",
    "reset_password_from_key": "100/m/ip",
    "change_password": "10/m/user",
    "reauthenticate": "10/m/user",
    # Our own pages, limited by web/security/limits.py.
    # A whole network may be invited on one day, so an address may do far more than a person.
    "join": "60/m/ip",
    "join_email": "5/h/key",
    "invitation": "300/m/ip",
}
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = os.environ.get("CQRS_CLIENT_ADDRESS_HEADER") or None
"""The one header a proxy in front of the portal sets to the caller's address; no other counts."""
CACHES = {
    "default": {
        # Shared by every worker: limits and used-up codes are counted once for all of them.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
SECOND_FACTOR = os.environ.get("CQRS_SECOND_FACTOR", "required")
"""required: roles that need one reach nothing without it; offered: people may set one up."""
if SECOND_FACTOR not in ("required", "offered"):
    raise ImproperlyConfigured("CQRS_SECOND_FACTOR is 'required' or 'offered'.")
MFA_ADAPTER = "cqrs.portal.config.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = SERVICE_NAME
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "cqrs.portal.config.second_factor.CodeForm",
    "reauthenticate": "cqrs.portal.config.second_factor.CodeAgainForm",
    "activate_totp": "cqrs.portal.config.second_factor.ActivateForm",
    "authenticate_webauthn": "cqrs.portal.config.second_factor.UseKeyForm",
    "reauthenticate_webauthn": "cqrs.portal.config.second_factor.UseKeyAgainForm",
    "add_webauthn": "cqrs.portal.config.second_factor.AddKeyForm",
    "edit_webauthn": "cqrs.portal.config.second_factor.RenameKeyForm",
}
SOCIALACCOUNT_ADAPTER = "cqrs.portal.config.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = providers.providers()
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_ONLY = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else a stranger could lock it for ever
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "cqrs.portal.config.accounts.name_to_lock"
AXES_LOCKOUT_TEMPLATE = "account/locked.jinja"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
"""It wants locks by network address too: whole regions come through one gateway."""
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 12 * 60 * 60
IDLE_MINUTES = 60
"""A session that nobody uses for so long ends, before the twelve hours every session ends after."""
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
FILE_UPLOAD_HANDLERS = [
    "cqrs.portal.config.uploads.ExpectedFiles",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF, *providers.origins()],
    }
}

# Email: the first of GOV.UK Notify and SMTP that the environment names; else files in a folder.
PORTAL_ADDRESS = os.environ.get("CQRS_ADDRESS", "http://127.0.0.1:8000")
"""Where people find the portal: the beginning of every link in an email."""
NOTIFY_KEY = os.environ.get("CQRS_NOTIFY_KEY", "")
NOTIFY_TEMPLATE = os.environ.get("CQRS_NOTIFY_TEMPLATE", "")
"""Number of a template with the fields ((subject)) and ((body))."""
NOTIFY_ADDRESS = os.environ.get("CQRS_NOTIFY_ADDRESS", "https://api.notifications.service.gov.uk")
EMAIL_HOST = os.environ.get("CQRS_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("CQRS_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("CQRS_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CQRS_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("CQRS_SMTP_TLS", "1") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("CQRS_MAIL_FROM", f"{SERVICE_NAME} <no-reply@portal.example>")
MAIL = os.environ.get("CQRS_MAIL") or (
    "notify" if NOTIFY_KEY else "smtp" if EMAIL_HOST else "files"
)
if MAIL not in ("notify", "smtp", "files"):
    raise ImproperlyConfigured("CQRS_MAIL is 'smtp', 'notify' or 'files'.")
MAIL_FOLDER = EMAIL_FILE_PATH = data_folder() / "mail"
EMAIL_BACKEND = (
    f"django.core.mail.backends.{'smtp' if MAIL == 'smtp' else 'filebased'}.EmailBackend"
)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [WEB / "templates"],
        "OPTIONS": {
            "environment": "cqrs.portal.config.pages.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "cqrs.portal.web.shell.shell",
                "cqrs.portal.web.security.context.sign_in",
            ],
        },
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]
FORM_RENDERER = "cqrs.portal.config.forms.PageFormRenderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path | tuple[str, Path]] = [WEB / "static"]
if SERVICE_LOGO:
    STATICFILES_DIRS.append(("brand", data_folder() / "brand"))
STATIC_ROOT = data_folder() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "cqrs.portal.config.static_files.PortalStaticFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
