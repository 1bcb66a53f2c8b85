"""The pages a browser sees at the practice sign-in: plain HTML, no script, clearly practice."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Protocol

from wizard.practice.messages import Answer
from wizard.practice.webex.accounts import ACCOUNTS

_HEADERS = {
    "Content-Type": "text/html;charset=UTF-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self' "
)

_CALLBACK = "http://localhost:3000"
"""Browsers hold the redirect after a form against form-action: hence where it leads."""

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 "
    "1rem;color:#1a1a1a;background:#fff}.practice{background:#5b2a86;color:#fff;padding:.5rem "
    "1rem;border-radius:.3rem}input,button{font:inherit;padding:.5rem "
    ".8rem}input{width:100%;box-sizing:border-box}button{margin:.5rem .5rem 0 "
    "0;cursor:pointer}.problem{border-left:.3rem solid #b00020;padding-left:.8rem}"
)

_SCOPE_WORDS = {
    "spark:people_read": "See who is in your organization",
    "spark:people_write": "Change who is in your organization",
    "Identity:SCIM": "Provision users for your organization",
}
"""What a scope means, in the words of the consent page."""


class Listed(Protocol):
    """An account as the sign-in page lists it."""

    @property
    def email(self) -> str:
        """What is typed to choose it."""

    @property
    def description(self) -> str:
        """What it may do, in a few words."""


def sign_in_page(
    action: str,
    hidden: Mapping[str, str],
    problem: str = "",
    *,
    accounts: Iterable[Listed] = ACCOUNTS,
    chosen: str = ACCOUNTS[0].email,
    leads_to: str = _CALLBACK,
) -> Answer:
    """Return the page that asks for an account.

    Args:
        action: Where the form is posted.
        hidden: Fields that the form carries on.
        problem: What was wrong with the last answer.
        accounts: The accounts that the page lists.
        chosen: The account that stands in the field.
        leads_to: Origins to which the redirect after the forms may lead.
    """
    accounts = tuple(accounts)
    options = "".join(
        f'<option value="{escape(one.email)}">{escape(one.description)}</option>'
        for one in accounts
    )
    return page(
        "Sign in",
        _problem(problem)
        + form(
            action,
            hidden,
            '<p><label for="email">Account</label>'
            f'<input id="email" name="email" type="email" list="accounts" required autofocus'
            f' autocomplete="off" value="{escape(chosen)}">'
            f'<datalist id="accounts">{options}</datalist></p>'
            '<button id="sign-in" type="submit">Sign in</button>',
        )
        + _accounts(accounts),
        leads_to,
    )


def _accounts(accounts: Iterable[Listed]) -> str:
    listed = "".join(
        f"<li><strong>{escape(one.email)}</strong>: {escape(one.description)}</li>"
        for one in accounts
    )
    return f"<h2>Accounts</h2><ul>{listed}</ul><p>No password is asked for.</p>"


def consent_page(
    action: str,
    hidden: Mapping[str, str],
    scopes: Iterable[str],
    words: Mapping[str, str] = _SCOPE_WORDS,
    leads_to: str = _CALLBACK,
) -> Answer:
    """Return the page that asks whether the program may act for the account.

    Args:
        action: Where the form is posted.
        hidden: Fields that the form carries on; the account is in `email`.
        scopes: The scopes asked for.
        words: What each scope means.
        leads_to: Origins to which the redirect after the forms may lead.
    """
    listed = "".join(
        f"<li>{escape(words.get(scope, scope))} <small>({escape(scope)})</small></li>"
        for scope in scopes
    )
    return page(
        "Permissions",
        f"<p>Signed in as <strong>{escape(hidden['email'])}</strong>. The program wants to:</p>"
        f"<ul>{listed}</ul>"
        + form(
            action,
            hidden,
            '<button id="accept" name="decision" value="accept">Accept</button>'
            '<button id="decline" name="decision" value="decline">Decline</button>',
        ),
        leads_to,
    )


def error_page(problem: str, status: int = 400) -> Answer:
    """Return the page of a request that must not be redirected anywhere."""
    answer = page("This request cannot be completed", _problem(problem))
    answer.status = status
    return answer


def note_page(title: str, text: str) -> Answer:
    """Return a page with one paragraph."""
    return page(title, f"<p>{escape(text)}</p>")


def _problem(text: str) -> str:
    return f'<p class="problem" role="alert">{escape(text)}</p>' if text else ""


def form(action: str, hidden: Mapping[str, str], fields: str) -> str:
    """Return a form as HTML.

    Args:
        action: Where it is posted.
        hidden: Fields that nobody sees.
        fields: The visible part, as HTML.
    """
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    return f'<form method="post" action="{escape(action)}">{kept}{fields}</form>'


def page(title: str, content: str, leads_to: str = _CALLBACK) -> Answer:
    """Return a whole page.

    Args:
        title: Its title and heading.
        content: What stands below the heading, as HTML.
        leads_to: Origins to which a redirect after a form may lead.
    """
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} - PRACTICE</title><style>{_STYLE}</style></head><body>"
        '<p class="practice">PRACTICE: nothing here is real, and nothing leaves this machine.</p>'
        f"<main><h1>{escape(title)}</h1>{content}</main></body></html>"
    )
    headers = _HEADERS | {"Content-Security-Policy": _POLICY + leads_to}
    return Answer(200, html.encode(), headers)
