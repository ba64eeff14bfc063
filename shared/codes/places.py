"""Countries, languages, sites and areas."""

from typing import Annotated, Final, NewType

from msgspec import Meta

CountryText = NewType("CountryText", str)
Country = Annotated[CountryText, Meta(pattern=r"^[A-Z]{3}\Z")]
"""ISO 3166-1 alpha-3. `XXA` is stateless and `XXX` not known (ICAO Doc 9303, part 3)."""

LanguageText = NewType("LanguageText", str)
Language = Annotated[LanguageText, Meta(pattern=r"^[a-z]{3}\Z")]
"""ISO 639-3; `und` is not known."""

SiteText = NewType("SiteText", str)
Site = Annotated[SiteText, Meta(pattern=r"^[A-Z0-9-]{2,24}\Z")]
"""Code of a reception site, border post or port."""

AreaText = NewType("AreaText", str)
Area = Annotated[AreaText, Meta(pattern=r"^[A-Z0-9-]{2,24}\Z")]
"""Code of a first-level administrative area."""

NameText = NewType("NameText", str)
Name = Annotated[NameText, Meta(min_length=0, max_length=100)]
"""A name as the person gives it, in any script. Source of the length: UNHCR electronic RRF."""

AddressText = NewType("AddressText", str)
Address = Annotated[AddressText, Meta(max_length=300)]
"""Where a person stays, as a typed text."""

PhoneText = NewType("PhoneText", str)
Phone = Annotated[PhoneText, Meta(pattern=r"^[+0-9 ]{3,20}\Z")]
"""A telephone number at which the person said it is safe to call."""

NumberText = NewType("NumberText", str)
Number = Annotated[NumberText, Meta(pattern=r"^[A-Z0-9-]{1,40}\Z")]
"""Number of a registration, a wristband or a paper."""

STATELESS: Final = CountryText("XXA")
NOT_KNOWN: Final = CountryText("XXX")
TEST_COUNTRY: Final = CountryText("XTP")
"""The country of the demo and the tests: ISO 3166-1 leaves XAA to XZZ to its users."""
