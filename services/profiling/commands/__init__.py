"""What profiling can be asked. The models are also the bodies of the HTTP interface.

* `correction`: what a conversation tells others: corrections and tasks
* `case`: the interview, the profile, counselling, what is stated of protection
"""

from services.profiling.commands.correction import Command, OpenTask, ProposeCorrection

__all__ = ["Command", "OpenTask", "ProposeCorrection"]
