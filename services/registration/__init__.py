"""Registration: who has arrived, individually, and what changed since.

Source: 10-Point Plan of Action, point 4 (reception arrangements).

Owner: the host country's reception and registration authority.
Hears: ArrivalRecorded, InterceptionRecorded, RescueRecorded, DisembarkationRecorded,
    ScreeningCompleted, HandoverMade, CorrectionProposed, SafeguardsStated, ErasureAsked,
    RestateAsked; with casework: what becomes of the referrals that it sent.
Announces: PersonRegistered, RegistrationUpdated, HandoverReceived, SafeguardsStated,
    ErasureConfirmed, RestateEnded; with casework: ProtectionConcernRaised, ConsentGiven,
    ConsentWithdrawn, WithholdingSet, ReferralRequested, ReferralAmended, ReferralWithdrawn,
    ReferralPayloadSent.
"""
