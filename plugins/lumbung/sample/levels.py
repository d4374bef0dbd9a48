"""Where the sample's prices come from: a base level per commodity and how it moves.

The prices of the sample are synthetic. Their base levels stand around published figures, which are facts:
Siskaperbapo's shallot prices of July 2026 (provincial average 34,474 on 14 July down to 30,923 on 27 July),
its means for Kota Surabaya in 2023 and 2024, and the ceilings (HET, HAP) in force, such as rice by Kepka
Bapanas 299/2025 and MINYAKITA by Kepmendag 1028/2024. Spreads, seasons and copying habits are modelled on
the same series: nearly all shallot prices are whole thousands, regency means lie about 10 % apart, most
day-on-day changes are exactly zero, and chillies double between their low and their high season.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """How the consumer price of one commodity stands and moves.

    Shares are fractions of the price (0.1 = 10 %).

    Attributes:
        commodity_code: The commodity.
        base_idr: Mean provincial price in rupiah per the commodity's unit.
        step_idr: Prices are multiples of this many rupiah.
        season: Size of the yearly wave.
        peak_day: Day of the year at which the yearly wave is highest.
        feast: Rise before Lebaran; half of it before the year's end.
        drift: Size of the slow wandering of the province's price.
        regency_spread: Standard deviation of a regency's lasting distance from the province.
        quiet_days: Mean length of a copy-forward run.
        spoken_name: What some offices write instead of the official name; blank = the same.
    """

    commodity_code: str
    base_idr: int
    step_idr: int
    season: float
    peak_day: int
    feast: float
    drift: float
    regency_spread: float
    quiet_days: int
    spoken_name: str = ""


LEVELS = (
    Level("beras_premium", 14_900, 100, 0.015, 45, 0.010, 0.008, 0.025, 17),
    Level("beras_medium", 13_100, 100, 0.020, 45, 0.012, 0.010, 0.035, 17),
    Level("gula_kristal_putih", 17_100, 100, 0.015, 110, 0.010, 0.008, 0.025, 17, "Gula Pasir"),
    Level("minyak_goreng_minyakita", 16_200, 100, 0.010, 350, 0.015, 0.010, 0.030, 17),
    Level("daging_sapi_paha_belakang", 115_000, 1_000, 0.008, 85, 0.030, 0.006, 0.050, 18),
    Level("daging_ayam_ras", 35_500, 500, 0.040, 180, 0.060, 0.025, 0.060, 13),
    Level("daging_ayam_kampung", 64_000, 1_000, 0.020, 180, 0.040, 0.012, 0.070, 17),
    Level("telur_ayam_ras", 27_800, 100, 0.035, 150, 0.050, 0.020, 0.035, 13),
    Level("cabai_merah_keriting", 38_000, 500, 0.260, 25, 0.080, 0.090, 0.100, 10, "Cabe Merah Keriting"),
    Level("cabai_rawit_merah", 47_000, 500, 0.330, 40, 0.100, 0.100, 0.100, 10, "Cabe Rawit Merah"),
    Level("bawang_merah", 30_000, 500, 0.110, 125, 0.060, 0.045, 0.090, 12),
    Level("bawang_putih", 36_000, 500, 0.040, 120, 0.030, 0.020, 0.060, 15, "Bawang Putih"),
)
