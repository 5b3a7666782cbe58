"""The invented persons of the development sign-in. It asks nobody who they are: it is for one machine, by its name."""

from app.services.providers import Known

PEOPLE = (
    Known("dev-operator-one", "Operator One (VA.gov)", ("operator", "approver")),
    Known("dev-operator-two", "Operator Two (MHV)", ("operator",)),
    Known("dev-approver-two", "Approver Two (MHV)", ("approver",)),
    Known("dev-administrator-one", "Administrator One", ("admin",)),
    Known("dev-viewer-one", "Viewer One", ("viewer",)),
)


def invented(subject: str) -> Known | None:
    """The invented person with this subject."""
    return next((one for one in PEOPLE if one.subject == subject), None)
