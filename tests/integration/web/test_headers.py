"""What every answer says to browsers, and what bodies are refused before anybody reads them."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cqrs.portal.config.uploads import MOST_BYTES
from tests.integration.web.conftest import SignIn


def test_every_answer_carries_the_headers(england: None) -> None:
    for path in ("/sign-in/", "/", "/nothing-here/", "/account/"):
        headers = Client().get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, path
        for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'",
                     "frame-ancestors 'none'", "form-action 'self'"):  # fmt: skip
            assert part in policy, path
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "no-store" in headers["Cache-Control"]
        assert "Server" not in headers


def test_cookies_are_for_this_site_and_no_script(england: None, sign_in: SignIn) -> None:
    client = Client()
    client.get("/sign-in/")
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["domain"]


@pytest.mark.parametrize("kind", ["application/json", "text/xml", "text/plain"])
def test_bodies_that_are_no_form_are_refused(england: None, sign_in: SignIn, kind: str) -> None:
    answer = sign_in("helen").post("/organisation/", data="{}", content_type=kind)
    assert answer.status_code == 415
    assert "Nothing was read or saved" in answer.content.decode()


def test_a_file_is_refused_where_none_is_expected(england: None, sign_in: SignIn) -> None:
    for who in (Client(), sign_in("helen")):
        file = SimpleUploadedFile("counts.csv", b"a,b")
        for path in ("/sign-in/", "/organisation/", "/sign-in/forgotten/"):
            assert who.post(path, {"file": file, "login": "x"}).status_code in (400, 302), path


def test_the_limit_of_files_is_above_a_year_of_counts() -> None:
    assert MOST_BYTES == 10 * 1024 * 1024


def test_a_form_of_more_than_a_megabyte_is_refused(england: None) -> None:
    assert Client().post(
        "/sign-in/", data="login=" + "x" * 1_100_000,
        content_type="application/x-www-form-urlencoded",
    ).status_code == 400  # fmt: skip


def served(**more: str) -> "subprocess.CompletedProcess[str]":
    """Django's own check of a deployment, with the settings a server would have."""
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("CQRS_", "DJANGO_"))},
        "CQRS_NO_DATABASE": "1",
        "DJANGO_SETTINGS_MODULE": "cqrs.portal.config.settings",
        **more,
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "INFO"]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)


def test_django_s_check_of_a_deployment_finds_nothing() -> None:
    done = served(
        CQRS_HTTPS="1",
        CQRS_SECRET_KEY="0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_",
    )
    assert done.returncode == 0, done.stderr


def test_https_without_a_secret_key_does_not_start() -> None:
    done = served(CQRS_HTTPS="1")
    assert done.returncode != 0
    assert "set CQRS_SECRET_KEY" in done.stderr


def test_under_https_cookies_belong_to_the_host_alone() -> None:
    code = (
        "from cqrs.portal.config import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, "
        "s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT)"
    )
    env: dict[str, Any] = {
        **os.environ, "CQRS_HTTPS": "1", "CQRS_NO_DATABASE": "1", "CQRS_SECRET_KEY": "x" * 50,
    }  # fmt: skip
    told = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert told.stdout.split() == ["__Host-session", "__Host-csrf", "True", "31536000", "True"]
