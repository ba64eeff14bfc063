"""What is done about each command."""

from datetime import datetime

from services.referral.commands import (
    CloseReferral,
    ListService,
    OfferReferral,
    ReopenReferral,
)
from services.referral.handlers.keeping import routed, save
from services.referral.rules import acts, routing
from services.referral.rules.record import Referral
from services.referral.rules.routing import Listing, ListingId
from services.referral.store import Store
from shared.kernel.agencies import Agency, Role
from shared.kernel.identifiers import Kind, MakeId, ReferralRef, own


def offer_referral(
    command: OfferReferral, *, referral: ReferralRef, by: Role, store: Store, at: datetime
) -> Referral:
    """Offer a referral to the provider whom a human chose, or to the first of the rule.

    Raises:
        NotFound: there is no such referral.
        NotOpen: it is taken or has ended, or its request was not heard yet.
        AlreadyDeclined: that provider has declined it.
        NoProvider: there is nobody to offer it to, or not that one.
    """
    before = store.get_referral(referral)
    provider = None if command.provider is None else Agency(command.provider)
    directory = store.directory_for(before)
    after = acts.offer_next(before, provider, directory, by=by, at=at)
    return save(before, after, store)


def close_referral(
    command: CloseReferral, *, referral: ReferralRef, by: Role, store: Store, at: datetime
) -> Referral:
    """Close a referral that cannot go on.

    Raises:
        NotFound: there is no such referral.
        NotOpen: it has ended.
        ReasonMissing: no reason was said, or none that there is.
    """
    before = store.get_referral(referral)
    return save(before, (acts.close(before, command.reason, by=by, at=at), ()), store)


def reopen_referral(
    command: ReopenReferral,
    *,
    referral: ReferralRef,
    by: Role,
    store: Store,
    at: datetime,
    make_id: MakeId,
) -> Referral:
    """Ask once more for what expired, as a new referral, and return that.

    Raises:
        NotFound: there is no such referral.
        NotExpired: it did not expire.
        AlreadyReopened: one that follows it exists.
        NoProvider: the provider named cannot be asked.
    """
    before = store.get_referral(referral)
    following = ReferralRef(own(Kind.REFERRAL, make_id))
    after, new = acts.reopen(before, following, by=by, at=at)
    save(before, (after, ()), store)
    if command.provider is None:
        return save(None, routed(new, (), store, at), store)
    directory, provider = store.directory_for(new), Agency(command.provider)
    return save(None, acts.offer_next(new, provider, directory, by=by, at=at), store)


def list_service(command: ListService, *, listing: ListingId, store: Store) -> Listing:
    """List a provider's service, or change what is listed.

    Raises:
        UnknownPathway: there is no such pathway.
        NotAPartner: the provider may not receive referrals of it.
    """
    listed = routing.list_service(command, listing)
    store.save_listing(listed)
    return listed
