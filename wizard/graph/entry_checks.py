"""The checks that decide whether somebody is provisioned, as steps of an entry name them.

Source: reference/graph-entra.md 8.4.
"""

from dataclasses import replace

from wizard.words.meanings import Meaning, coded, of_page

_CHECKED = "reference/graph-entra.md 8.4"

CHECKS = of_page(
    _CHECKED,
    Meaning(
        "not-active",
        "The account is switched off in Entra (check: Active).",
        "Nobody is created in Webex whose account is switched off, and who is there is switched "
        "off too. Switch the account on if the person should come.",
        theirs="IsActive ActiveInTheSourceSystem",
    ),
    Meaning(
        "not-assigned",
        "The person is not assigned to the application (check: Assigned).",
        "Assign the person, or a group the person is a direct member of.",
        theirs="Assigned AssignedToTheApplication",
    ),
    Meaning(
        "no-role",
        "The person has no role in the application that provisions (check: Role).",
        "Assign the person with the role User. If that is so already, remove the assignment and "
        "assign again.",
        theirs="IsEffectivelyEntitledForProvisioning IsEffectivelyEntitled *HasTheRequiredRole",
    ),
    Meaning(
        "filtered-out",
        "The person does not pass the scoping filter (check: Filter{clause}).",
        "Change the filter, or the attribute it looks at.",
        theirs="IsInProvisioningScope IsInProvisioningScopeDisplayName "
        "ScopingFilterEvaluationPassed",
    ),
)
"""What decides whether somebody is provisioned, as the steps of an entry name it."""

GROUP_CHECKS = of_page(
    _CHECKED,
    *(
        replace(coded(CHECKS, code), message=message, hint=hint)
        for code, message, hint in (
            (
                "not-active",
                "The group is not active in Entra (check: Active).",
                "Look whether it was deleted.",
            ),
            (
                "not-assigned",
                "The group is not assigned to the application (check: Assigned).",
                "Assign it.",
            ),
            (
                "no-role",
                "The group has no role in the application that provisions (check: Role).",
                "Assign it with the role User. If that is so already, remove the assignment and "
                "assign again.",
            ),
            (
                "filtered-out",
                "The group does not pass the scoping filter (check: Filter{clause}).",
                "Change the filter, or the attribute it looks at.",
            ),
        )
    ),
)
"""The same checks of a group."""
