"""What the queue may know: ids, never what went wrong over which values."""

import dramatiq
from dramatiq.middleware import Middleware


class ForgetTraceback(Middleware):
    """Dramatiq writes the traceback into a message that it tries again, text and all; the log has it, without values."""

    def before_enqueue(self, _broker: dramatiq.Broker, message: dramatiq.Message[object], _delay: int) -> None:
        message.options.pop("traceback", None)
