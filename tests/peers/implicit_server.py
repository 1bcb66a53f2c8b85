"""django-oauth-toolkit with the implicit grant, and scim2-server that accepts its tokens.

Run as a program with an organization id and a client id; says its address in one line, and ends
with its standard input. `/issued` lists the tokens, for the test that must not find them elsewhere.
"""

# Django and its toolkit ship no types.
# mypy: disable-error-code="import-untyped"

import json
import os
import sys
import tempfile
import threading
import warnings
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings

from tests.peers.scim import behind, scim_application

REDIRECT_URI = "http://localhost:3000/auth/code"
SCOPES = ("spark:people_read", "spark:people_write", "Identity:SCIM")
LIFETIME = 3_887_999
LOGIN = """<!doctype html><title>Sign in</title><form method="post">{% csrf_token %}{{ form }}
<input type="hidden" name="next" value="{{ next }}"><button>Sign in</button></form>"""


class _Server(ThreadingMixIn, WSGIServer):
    """Threads, because a browser opens connections that it may never use."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
        """Say nothing."""


def is_good(token: str) -> bool:
    """Tell whether the authorization server holds a token good for SCIM."""
    from oauth2_provider.models import get_access_token_model

    found = get_access_token_model().objects.filter(token=token).first()
    return found is not None and bool(found.is_valid(["Identity:SCIM"]))


def configure(folder: Path) -> None:
    """Set Django up with a database in a folder."""
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        SECRET_KEY="of this test",
        ROOT_URLCONF=__name__,
        LOGIN_URL="/login",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "db"}},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "context_processors": ["django.template.context_processors.request"],
                    "loaders": [
                        (
                            "django.template.loaders.locmem.Loader",
                            {"registration/login.html": LOGIN},
                        ),
                        "django.template.loaders.app_directories.Loader",
                    ],
                },
            }
        ],
        OAUTH2_PROVIDER={
            "SCOPES": {scope: scope for scope in SCOPES},
            "ACCESS_TOKEN_EXPIRE_SECONDS": LIFETIME,
        },
    )
    django.setup()


def populate(client_id: str) -> None:
    """Make the tables, one account and the application of the wizard."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from oauth2_provider.models import get_application_model

    call_command("migrate", verbosity=0)
    User.objects.create_user("admin", "admin@contoso.example", "right horse")
    get_application_model().objects.create(
        name="Webex provisioning",
        client_id=client_id,
        client_type="public",
        authorization_grant_type="implicit",
        redirect_uris=REDIRECT_URI,
    )


def urls() -> list[Any]:
    """Return where Django's parts are."""
    from django.contrib.auth.views import LoginView
    from django.http import HttpRequest, JsonResponse
    from django.urls import include, path
    from oauth2_provider.models import get_access_token_model

    def issued(_request: HttpRequest) -> JsonResponse:
        tokens = get_access_token_model().objects.order_by("id").values_list("token", flat=True)
        return JsonResponse({"tokens": [*tokens]})

    oauth = include("oauth2_provider.urls", namespace="oauth2_provider")
    return [
        path("login", LoginView.as_view()),
        path("o/", oauth),
        path("issued", issued),
    ]


def main(organization_id: str, client_id: str) -> None:
    """Serve until standard input ends."""
    from django.core.handlers.wsgi import WSGIHandler

    warnings.simplefilter("ignore")  # the implicit grant is discouraged; Webex uses it all the same
    with tempfile.TemporaryDirectory() as folder:
        configure(Path(folder))
        populate(client_id)
        globals()["urlpatterns"] = urls()
        application = behind(organization_id, scim_application(is_good), WSGIHandler())
        with make_server("127.0.0.1", 0, application, _Server, _Quiet) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            sys.stdout.write(json.dumps({"url": f"http://127.0.0.1:{server.server_port}"}) + "\n")
            sys.stdout.flush()
            sys.stdin.read()
            server.shutdown()


if __name__ == "__main__":
    os.umask(0o077)
    main(*sys.argv[1:])
