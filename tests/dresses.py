"""What chats, mails, documents and programs put around an address that is copied out of them."""

DRESSES = (
    "<URL|URL>",
    "<URL|localhost>",
    "[URL](URL)",
    "[this page](URL)",
    "[this page](<URL>)",
    '{"url":"URL"}',
    '{"text": "see", "url": "URL"}',
    "{'url': 'URL'}",
    "(URL)",
    "(see URL).",
    "URL.",
    "Here it is: URL",
    "> URL",
    '<a href="URL">URL</a>',
    "<URL>",
    "“URL”",
    "**URL**",
    "URL|",
)
"""`URL` stands for the address."""
