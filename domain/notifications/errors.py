"""What goes wrong on the way to the post. None of these carries an address or a link: they are stored and logged."""

from dataclasses import dataclass

from domain.shared.errors import DomainError


@dataclass(eq=False)
class MailRefused(DomainError):
    """For good: there is no such mailbox, or it takes no such mail. `status` is the reply of the mail server."""

    code = "MAIL_REFUSED"
    status: int


class MailServerAway(Exception):
    """Later it may work. The text is the kind of failure and nothing else."""


UNSUITED = 553
"""RFC 5321, mailbox name not allowed: said here of an address that cannot be put into a mail, or told to the server."""
