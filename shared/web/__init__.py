"""How services answer HTTP: callers, problem documents, paging."""
