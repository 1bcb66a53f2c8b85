"""The Entra half of the practice tenants: an authority, and the parts of Graph that are needed.

`half` puts it together. The authority is `authority`, `sign_in` and `grants`; Graph is `graph`,
with one module for each of its nouns; what provisioning does is `provisioning` for one object,
and `cycles` for all of them as time goes by. Everything is loaded when it is first asked for.

Nothing misbehaves unless it is told to (`wizard.practice.faults`), and nothing waits: a test moves
the clock.
"""
