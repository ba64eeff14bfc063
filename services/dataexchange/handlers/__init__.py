"""Load, decide, save: how the exchange leads, reads, commits, delivers and answers."""
