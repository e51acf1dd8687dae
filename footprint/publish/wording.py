"""How a report says things: the language of a text, the digits of a number."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Any

from footprint.messages import labels

MINUS = "\N{MINUS SIGN}"
MISSING = "\N{EM DASH}"
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_PREFIX = "report-"


class Words:
    """Captions and texts of one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._other = "en" if lang == "zh" else "zh"
        self._captions = {k.removeprefix(_PREFIX): v for k, v in labels(lang).items() if k.startswith(_PREFIX)}

    def __call__(self, code: str, **facts: object) -> str:
        """Return the caption ``report-<code>`` with ``facts`` filled in; an unlisted code is a bug (`KeyError`)."""
        caption = self._captions[code]
        return caption.format(**facts) if facts else caption

    def of(self, kind: str, value: str) -> str:
        """Return the caption of a ``value`` of ``kind`` (basis, status, outcome ...), the value itself if unlisted."""
        return self._captions.get(f"{kind}-{value}", value)

    def unit(self, symbol: str) -> str:
        """Return a unit as this language writes it; nothing for a plain number."""
        return "" if symbol == "-" else self.of("unit", symbol)

    def per(self, stated: str) -> str:
        """Return ``kg CO2e / 1 item`` with its last unit as this language writes it."""
        before, _, symbol = stated.rpartition(" ")
        return f"{before} {self.unit(symbol)}"

    def text(self, both: Mapping[str, str] | str | None) -> str:
        """Return a text given in both languages in this one; in the other rather than not at all."""
        if isinstance(both, Mapping):
            return both.get(self.lang) or both.get(self._other) or ""
        return both or ""

    def value(self, row: Mapping[str, Any]) -> str:
        """Return the value of a field or a parameter: in words where it is a choice."""
        return self.text(row.get("words")) or value_of(row["value"])

    def named(self, entry: Mapping[str, Any]) -> str:
        """Return the name of a line, with the term it is where a rule derived it, and the gap it stands in for."""
        titles = [self.text(entry[part]["title"]) for part in ("term", "stands_in") if part in entry]
        return " · ".join(filter(None, (str(entry["name"]), *titles)))

    def computed(self, formula: Mapping[str, Mapping[str, str]]) -> str:
        """Return a formula in words and, where that tells more, in numbers."""
        said, numbers = self.text(formula["words"]), self.text(formula["numbers"])
        return said if said == numbers else f"{said} = {numbers}"

    def span(self, start: str | None, end: str | None) -> str:
        """Return a period, what is not known of it as an ellipsis."""
        return self("period-range", start=start or "…", end=end or "…") if start or end else ""

    def cited(self, finding: Mapping[str, Any]) -> str:
        """Return source and clause of a finding; a clause that nobody could read is called so."""
        return f"{finding['source']}: {finding['clause'] or self('clause-unread')}"

    def rule_of(self, electricity: Mapping[str, Any]) -> str:
        """Return the rules of electricity in one sentence or two."""
        of = {key: [self.text(each["title"]) for each in electricity[key]] for key in ("accepted", "criteria")}
        lists = {key: self("list").join(titles) or MISSING for key, titles in of.items()}
        return self("electricity-rule", untracked=self.text(electricity["untracked"]["title"]), **lists)


def number(value: float | None, digits: int = 4, *, down: bool = False) -> str:
    """Return a calculated ``value`` at ``digits`` significant digits, tiny and huge ones as powers of ten.

    ``down``: of a lower bound, so that what is printed behind >= holds.
    """
    if value is None:
        return MISSING
    if value == 0:
        return "0"
    shown = Decimal(repr(float(value)))
    shown = shown.quantize(Decimal(1).scaleb(shown.adjusted() - digits + 1), ROUND_FLOOR if down else ROUND_HALF_EVEN)
    exponent = shown.adjusted()
    if exponent < -4 or exponent > 14:
        return power(float(shown), digits)
    return f"{shown:,.{max(0, digits - 1 - exponent)}f}".replace("-", MINUS)


def power(value: float, digits: int = 4) -> str:
    """Return ``value`` as ``1.234 × 10⁻⁶``."""
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa.replace('-', MINUS)} × 10{str(int(exponent)).translate(_RAISED)}"


def entered(value: float | None) -> str:
    """Return a number as a person entered it: no digit added, none taken away (up to 12)."""
    if value is None:
        return MISSING
    exponent = _exponent(value, 12) if value else 0
    if exponent < -6 or exponent > 14:
        return power(value, 6)
    return f"{Decimal(f'{value:.12g}'):,f}".replace("-", MINUS)


def figure(value: float | None, digits: int = 4) -> str:
    """Return a number as it is where that takes no more than ``digits`` significant digits, else as calculated."""
    if value is None or float(f"{value:.{digits - 1}e}") != value:
        return number(value, digits)
    return entered(value)


def percent(share: float | None, decimals: int = 1) -> str:
    """Return a ``share`` [-] in per cent; what is not nothing is never printed as 0."""
    if share is None:
        return MISSING
    least = 10.0**-decimals
    if 0 < abs(share) * 100 < least / 2:
        return f"< {least:.{decimals}f} %" if share > 0 else f"> {MINUS}{least:.{decimals}f} %"
    if share < 1 and f"{share * 100:.{decimals}f}" == f"{100:.{decimals}f}":
        return f"> {100 - least:.{decimals}f} %"
    return f"{share * 100:.{decimals}f} %".replace("-", MINUS)


def declared(text: str) -> str:
    """Return a declared number with thousands separated and its digits untouched."""
    try:
        value = Decimal(text)
    except ArithmeticError:
        return text
    return f"{value:,f}".replace("-", MINUS) if abs(value.adjusted()) < 15 else text


def rounded(value: float, decimals: int) -> float:
    """Return ``value`` at ``decimals`` places, for coordinates: the same on every machine."""
    return float(Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN))


def value_of(field: Any) -> str:
    """Return a product field as text."""
    if isinstance(field, bool) or not isinstance(field, int | float):
        return "" if field is None else str(field)
    return entered(float(field))


def gas(text: str) -> str:
    """Return ``text`` with the two of CO2 lowered."""
    return text.replace("CO2", "CO₂")


def code(target: str) -> str:
    """Return the code of ``database@version:code``; a gas (``gas:sf6``) in full."""
    return target if target.startswith("gas:") else target.rpartition(":")[2]


def columns_of(text: str) -> int:
    """Return how many columns of a terminal ``text`` takes, a wide (Chinese) letter taking two."""
    return len(text) + sum(letter > "\u2e7f" for letter in text)


def _exponent(value: float, digits: int) -> int:
    return int(f"{value:.{digits - 1}e}".partition("e")[2])


def short(text: str, width: int) -> str:
    """Return ``text`` in at most ``width`` columns, a wide (Chinese) character taking two, cut with an ellipsis."""
    taken = 0
    for at, letter in enumerate(text):
        taken += 2 if ord(letter) > 0x2E7F else 1
        if taken > width:
            return text[: max(0, at - 1)] + "…"
    return text
