"""What happened to texts that belong to nothing with events of its own."""

from dataclasses import dataclass

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class OptionTranslated(Event):
    """The name of an option or of one of its values. It has no version: the sequence is always 1."""

    kind = "option.translated"
    subject_type = "option"
