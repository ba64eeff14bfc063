"""What every agency does that meets a person: hear a worry, take a consent, take a no, refer.

Mounted by the services that meet people; free for a partner's own system. A service mounts it so:

1. tables: `class WordRow(WordColumns, Table, table=True)`, and likewise `ReferralColumns`,
   `OfferColumns`, `TaskColumns`, each with a name of its own; all four in one `CaseworkTables`.
2. a desk for each transaction: `Desk(agency=..., outbox=..., book=Book(session, tables), ...)`.
   What is not given closes: no values of its own, no key, every place hidden, no language named.
3. routes: `casework_router(transact, receives=True)`, where `transact(work)` runs `work(desk)` in
   one transaction. Without `receives` the agency only sends.
4. post: `hears | casework_hears(AGENCY, open_desk)` for the receiver, where `open_desk(session)`
   returns the desk; `SENDER_SENDS` and `RECEIVER_SENDS` are what it announces.
5. erasure: the service's own handler of `ErasureAsked` calls `erase_released(event, heard,
   desk=...)` and then sends its receipt.
"""
