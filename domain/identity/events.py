"""What happened to people. Events are kept and sent to partners, so they hold no personal data."""

from dataclasses import dataclass

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class UserSignedUp(Event):
    kind = "user.signed_up"
    subject_type = "user"
