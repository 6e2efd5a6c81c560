"""Money: an amount in the smallest unit of its currency, never a fraction; currencies are those of ISO 4217."""

from __future__ import annotations

from msgspec import Struct

from goldsmith.core.errors import BadInput

AMOUNT_MOST = 10**12  # minor units in one figure: ten thousand million of a currency with cents
_NO_MINOR = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"
_TWO = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE
CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR
KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB
PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY
TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW
"""
DIGITS = {code: digits for codes, digits in ((_NO_MINOR, 0), (_TWO, 2), (_THREE, 3), (_FOUR, 4))
          for code in codes.split()}


class Money(Struct, frozen=True, kw_only=True):
    """An amount, below 0 where it is taken away."""

    amount_minor: int  # cents of a euro, whole yen, fils of a dinar
    currency: str  # ISO 4217, three capitals

    def text(self) -> str:
        """With its currency, as a machine and a person can read it: "12.34 EUR"."""
        return f"{decimal(self.amount_minor, self.currency)} {self.currency}"


def check_currency(code: str, *, where: str = "currency") -> None:
    """Raise BadInput unless ISO 4217 has this currency."""
    if code not in DIGITS:
        raise BadInput(f"Unknown currency {code[:10]!r}.", where=where, hint="Three capitals of ISO 4217, such as EUR.")


def decimal(amount_minor: int, currency: str) -> str:
    """The amount with the currency's own number of decimals and a point: 1234 of EUR is "12.34"."""
    digits = DIGITS[currency]
    whole, rest = divmod(abs(amount_minor), 10**digits)
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{whole}" + (f".{rest:0{digits}}" if digits else "")
