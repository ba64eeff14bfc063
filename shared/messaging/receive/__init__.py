"""What the agency hears on its own stream, applied exactly once, in order, or not at all."""

from shared.messaging.receive.hearing import Hear, Heard
from shared.messaging.receive.progress import caught_up, is_caught_up, newest_head
from shared.messaging.receive.receiver import Receiver
from shared.messaging.receive.stuck import Stuck

__all__ = ["Hear", "Heard", "Receiver", "Stuck", "caught_up", "is_caught_up", "newest_head"]
