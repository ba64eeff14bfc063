"""The embedded carrier: an event log in one SQLite file, for the demo and for tests.

It keeps the port's promises with the same topics, partitions and permissions as Kafka, in one
process. The permissions are a development aid and no boundary: whoever can open the file can read
it. So it carries synthetic people only. Source: Tenpoint design decision.
"""

from shared.messaging.eventlog.file import AlreadyRunning, MadeOtherwise
from shared.messaging.eventlog.log import EventLog

__all__ = ["AlreadyRunning", "EventLog", "MadeOtherwise"]
