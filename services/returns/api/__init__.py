"""Returns over HTTP, for IOM's own staff. A route turns a request into a command.

* `wiring`: what do the routes stand on?
* `answers`: what does each answer hold?
* `cases`: who asked about return, was told of everything, and applied?
* `checks`: which of the six checks stand?
* `journeys`: is the journey booked, still wished for, begun; or stopped by anybody?
* `arrivals`: who has arrived, and how are they?
* `places`: to which places is nobody taken?
* `people`: what was found of a person's age and place?
* `operations`: how much waits? (numbers and codes only)
"""
