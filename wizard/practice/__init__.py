"""The practice tenants: Webex in a process of its own, on loopback, with seeded people."""
