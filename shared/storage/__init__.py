"""What every store stands on: one transaction, an outbox, timers and stream positions."""
