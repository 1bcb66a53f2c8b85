"""The pages a browser sees at the practice sign-in: plain HTML, no script, clearly practice."""

from collections.abc import Mapping
from html import escape

from wizard.practice.accounts import ACCOUNTS
from wizard.practice.messages import Answer

_HEADERS = {
    "Content-Type": "text/html;charset=UTF-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # Browsers hold the redirect after a form against form-action: hence localhost:3000.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self' http://localhost:3000"
    ),
}

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}"
    ".practice{background:#5b2a86;color:#fff;padding:.5rem 1rem;border-radius:.3rem}"
    "input,button{font:inherit;padding:.5rem .8rem}input{width:100%;box-sizing:border-box}"
    "button{margin:.5rem .5rem 0 0;cursor:pointer}"
    ".problem{border-left:.3rem solid #b00020;padding-left:.8rem}"
)

SCOPE_WORDS = {
    "spark:people_read": "See who is in your organization",
    "spark:people_write": "Change who is in your organization",
    "Identity:SCIM": "Provision users for your organization",
}
"""What a scope means, in the words of the consent page."""


def sign_in_page(action: str, authorization_query: str, problem: str = "") -> Answer:
    """Return the page that asks for an account."""
    options = "".join(
        f'<option value="{escape(account.email)}">{escape(account.description)}</option>'
        for account in ACCOUNTS
    )
    listed = "".join(
        f"<li><strong>{escape(account.email)}</strong>: {escape(account.description)}</li>"
        for account in ACCOUNTS
    )
    return _page(
        "Sign in",
        _problem(problem)
        + _form(
            action,
            {"request": authorization_query},
            '<p><label for="email">Account</label>'
            f'<input id="email" name="email" type="email" list="accounts" required autofocus'
            f' autocomplete="off" value="{escape(ACCOUNTS[0].email)}">'
            f'<datalist id="accounts">{options}</datalist></p>'
            '<button id="sign-in" type="submit">Sign in</button>',
        )
        + f"<h2>Accounts</h2><ul>{listed}</ul><p>No password is asked for.</p>",
    )


def consent_page(action: str, authorization_query: str, email: str, scopes: list[str]) -> Answer:
    """Return the page that asks whether the program may act for the account."""
    listed = "".join(
        f"<li>{escape(SCOPE_WORDS[scope])} <small>({escape(scope)})</small></li>"
        for scope in scopes
    )
    return _page(
        "Permissions",
        f"<p>Signed in as <strong>{escape(email)}</strong>. The provisioning service wants to:</p>"
        f"<ul>{listed}</ul>"
        + _form(
            action,
            {"request": authorization_query, "email": email},
            '<button id="accept" name="decision" value="accept">Accept</button>'
            '<button id="decline" name="decision" value="decline">Decline</button>',
        ),
    )


def error_page(problem: str, status: int = 400) -> Answer:
    """Return the page of a request that must not be redirected anywhere."""
    answer = _page("This request cannot be completed", _problem(problem))
    answer.status = status
    return answer


def note_page(title: str, text: str) -> Answer:
    """Return a page with one paragraph."""
    return _page(title, f"<p>{escape(text)}</p>")


def _problem(text: str) -> str:
    return f'<p class="problem" role="alert">{escape(text)}</p>' if text else ""


def _form(action: str, hidden: Mapping[str, str], fields: str) -> str:
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    return f'<form method="post" action="{escape(action)}">{kept}{fields}</form>'


def _page(title: str, content: str) -> Answer:
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} - PRACTICE</title><style>{_STYLE}</style></head><body>"
        '<p class="practice">PRACTICE: nothing here is real, and nothing leaves this machine.</p>'
        f"<main><h1>{escape(title)}</h1>{content}</main></body></html>"
    )
    return Answer(200, html.encode(), dict(_HEADERS))
