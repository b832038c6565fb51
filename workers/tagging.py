"""Whose each line in the log is."""

import dramatiq
from dramatiq.middleware import Middleware

from domain.shared.logs import bind_request

REQUEST_ID = "request_id"
"""The message's option that holds the id of the request that its event came from, or an empty string."""


class TagLines(Middleware):
    """Tags the lines of a message: those of its consumer, and those that Dramatiq writes about it on the same thread.

    They go back to the request that the event came from, or to the event where no request began it. The tags stay until
    the thread's next message, because a message that cannot be acknowledged is told of after everything else.
    """

    def before_process_message(self, _broker: dramatiq.Broker, message: dramatiq.MessageProxy) -> None:
        event_id = message.args[0] if message.args else ""  # a heartbeat has no event
        bind_request(message.options.get(REQUEST_ID) or event_id, event_id=event_id, consumer=message.actor_name)
