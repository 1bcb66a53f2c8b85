"""The attribute mapping: Graph's document, what Webex accepts, and what is wrong between them."""
