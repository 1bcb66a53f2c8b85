"""The Microsoft sign-in: a code by a redirect or a device, and the tokens for Graph."""
