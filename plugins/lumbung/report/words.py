"""The summary in sentences, and figures as a reader of Indonesian writes them."""

from lumbung import labels
from lumbung.report.model import CommodityPrice, Summary

NOTABLE_PCT = 1.0
"""Weekly changes beyond this are counted in the headline."""


def change(value: float | None) -> str:
    """A change in per cent with its sign and one decimal, ``+1,2``; a dash where there is none."""
    return labels.format_percent(value, 1, signed=True).removesuffix(" %")


def unbroken(text: str) -> str:
    """A text whose amounts and shares are not torn apart at the end of a line."""
    return text.replace("Rp ", "Rp\N{NO-BREAK SPACE}").replace(" %", "\N{NO-BREAK SPACE}%")


def headline(summary: Summary) -> str:
    """What moved since a week ago, in one or two sentences."""
    known = [item for item in summary.commodities if item.change_7d_pct is not None]
    if not summary.commodities:
        return "Belum ada harga yang dapat dihitung untuk hari ini."
    if not known:
        return (
            f"Harga {len(summary.commodities)} komoditas tersedia; perubahannya dapat dihitung setelah ada "
            "data sepekan."
        )
    risen = [item for item in known if _week(item) > NOTABLE_PCT]
    fallen = [item for item in known if _week(item) < -NOTABLE_PCT]
    if not risen and not fallen:
        return f"Dalam sepekan harga {len(known)} komoditas stabil, berubah paling banyak 1 %."
    moved = [
        (verb, items, furthest)
        for verb, items, furthest in (
            ("naik", risen, max(risen, key=_week, default=None)),
            ("turun", fallen, min(fallen, key=_week, default=None)),
        )
        if furthest
    ]
    parts: list[str] = []
    for verb, items, furthest in moved:
        count = str(len(items)) if parts else f"{len(items)} dari {len(known)} komoditas"
        threshold = "" if parts else f" lebih dari {labels.format_percent(NOTABLE_PCT, 0)}"
        which = "terbesar " if len(items) > 1 else ""
        change_pct = f"{change(furthest.change_7d_pct)} %"
        parts.append(f"{count} {verb}{threshold} ({which}{furthest.commodity_name}, {change_pct})")
    calm = len(known) - len(risen) - len(fallen)
    return f"Dalam sepekan {' dan '.join(parts)}" + (f"; {calm} lainnya stabil." if calm else ".")


def completeness(summary: Summary) -> str:
    """How many offices reported and what was held, in two sentences."""
    if not summary.expected:
        return "Tidak ada kantor yang wajib mengirim pada hari ini."
    share = labels.format_number(100 * summary.received / summary.expected, 0)
    sentence = (
        f"{summary.received} dari {summary.expected} kantor ({share} %) sudah mengirim: {summary.on_time} "
        f"tepat waktu, {summary.late} terlambat"
    )
    sentence += f"; {summary.awaited} belum mengirim." if summary.awaited else "."
    if summary.sent_other_days:
        sentence += f" Berkas {summary.sent_other_days} kantor masuk, tetapi hanya memuat harga hari lain."
    if summary.rejected:
        sentence += f" Berkas {summary.rejected} kantor ditolak dan perlu dikirim ulang."
    if summary.rows_held:
        sentence += f" {labels.format_number(summary.rows_held)} baris tertahan sampai diperbaiki."
    return sentence


def _week(item: CommodityPrice) -> float:
    return item.change_7d_pct or 0.0
