"""What the sample's industry units make, and the words their names and places are put together from.

All of it is made up, but the KBLI codes, which stand in the seed `kbli`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trade:
    """One line of business.

    Attributes:
        kbli: KBLI 2020 code.
        branch: Branch of industry.
        commodity: Commodity made.
        product: Main product.
        creative: Creative subsector, in the words of Perpres 142/2018; empty when none.
        weight: Share among small units, relative to the others.
        heavy: The same among medium and large units.
        trend_pct: How fast its share among new units grows a year.
        women: Share of women among its workers.
        productivity: Production per worker, relative to the others.
        material: Share of raw material in the value of production.
        capacity_unit: Unit of its capacity.
    """

    kbli: str
    branch: str
    commodity: str
    product: str
    creative: str
    weight: float
    heavy: float
    trend_pct: float
    women: float
    productivity: float
    material: float
    capacity_unit: str = "kg"


TRADES = (
    Trade("10794", "Pangan", "Keripik", "Keripik Singkong", "Kuliner", 12, 2, 3, 0.62, 0.9, 0.50),
    Trade("10799", "Pangan", "Makanan Ringan", "Sambal Pecel", "Kuliner", 8, 2, 6, 0.66, 0.9, 0.52),
    Trade("10710", "Pangan", "Roti", "Roti dan Kue Kering", "Kuliner", 10, 4, 4, 0.60, 1.1, 0.55),
    Trade("10313", "Pangan", "Buah Olahan", "Keripik Buah", "Kuliner", 3, 2, 5, 0.60, 1.0, 0.54),
    Trade("10330", "Pangan", "Buah Olahan", "Sari Buah", "Kuliner", 2, 2, 5, 0.55, 1.1, 0.50, "liter"),
    Trade("10391", "Pangan", "Tempe", "Tempe Kedelai", "", 8, 1, -1, 0.45, 0.9, 0.68),
    Trade("10392", "Pangan", "Tahu", "Tahu Kedelai", "", 6, 2, -1, 0.40, 1.0, 0.66),
    Trade("10214", "Pangan", "Ikan Olahan", "Pindang Ikan", "", 4, 4, 0, 0.48, 1.0, 0.64),
    Trade("10722", "Pangan", "Gula", "Gula Merah", "", 6, 1, -2, 0.42, 0.7, 0.45),
    Trade("10774", "Pangan", "Garam", "Garam Konsumsi", "", 3, 3, -2, 0.25, 0.6, 0.30, "ton"),
    Trade("10761", "Pangan", "Kopi", "Kopi Bubuk", "Kuliner", 4, 5, 7, 0.40, 1.4, 0.58),
    Trade("12011", "Tembakau", "Rokok", "Sigaret Kretek Tangan", "", 1, 12, -2, 0.82, 2.2, 0.48, "batang"),
    Trade("13122", "Tekstil", "Tenun", "Kain Tenun Ikat", "Kriya", 2, 2, 2, 0.64, 0.9, 0.46, "lembar"),
    Trade("13134", "Tekstil", "Batik", "Kain Batik Tulis", "Kriya", 5, 3, 5, 0.70, 1.0, 0.42, "lembar"),
    Trade("13929", "Tekstil", "Songkok", "Songkok Beludru", "Fesyen", 2, 1, 1, 0.50, 1.0, 0.48, "buah"),
    Trade("14111", "Tekstil", "Pakaian", "Pakaian Jadi", "Fesyen", 6, 9, 4, 0.66, 1.1, 0.52, "potong"),
    Trade("14302", "Tekstil", "Bordir", "Pakaian Bordir", "Fesyen", 3, 1, 3, 0.72, 0.9, 0.48, "potong"),
    Trade("15201", "Kulit", "Alas Kaki", "Sepatu dan Sandal", "Fesyen", 3, 8, 2, 0.45, 1.2, 0.54, "pasang"),
    Trade("15121", "Kulit", "Tas", "Tas Kulit", "Fesyen", 2, 2, 3, 0.42, 1.2, 0.52, "buah"),
    Trade("16291", "Kerajinan", "Anyaman", "Tas Anyaman Bambu", "Kriya", 5, 1, 1, 0.60, 0.6, 0.30, "buah"),
    Trade("16293", "Kerajinan", "Ukiran", "Ukiran Kayu", "Kriya", 2, 1, 1, 0.22, 0.9, 0.38, "buah"),
    Trade("20231", "Kimia", "Sabun", "Sabun Cuci", "", 1, 4, 4, 0.45, 1.9, 0.58, "liter"),
    Trade("21022", "Kimia", "Jamu", "Jamu Serbuk", "", 2, 4, 5, 0.64, 1.3, 0.44),
    Trade("23921", "Bahan Bangunan", "Bata", "Bata Merah", "", 6, 1, -2, 0.30, 0.7, 0.35, "buah"),
    Trade("23932", "Kerajinan", "Gerabah", "Gerabah Hias", "Kriya", 2, 1, 1, 0.44, 0.7, 0.30, "buah"),
    Trade("23961", "Kerajinan", "Marmer", "Kerajinan Marmer", "Kriya", 1, 2, 0, 0.15, 1.2, 0.40, "buah"),
    Trade("25931", "Logam", "Alat Tani", "Cangkul dan Sabit", "", 3, 2, 0, 0.12, 1.0, 0.55, "buah"),
    Trade("25999", "Logam", "Barang Logam", "Peralatan Dapur Logam", "", 2, 8, 2, 0.20, 1.8, 0.60, "buah"),
    Trade("31001", "Kayu", "Mebel", "Kursi dan Lemari Kayu", "Kriya", 6, 10, 2, 0.16, 1.3, 0.52, "set"),
    Trade("32903", "Kerajinan", "Cendera Mata", "Miniatur Kapal", "Kriya", 2, 1, 4, 0.36, 0.8, 0.35, "buah"),
)  # fmt: skip

RECLASSIFIED = {
    "10794": "10799", "10799": "10794", "10391": "10392", "10392": "10391", "13134": "13122",
    "14302": "14111", "15121": "15201", "16291": "16293", "16293": "31001", "25931": "25999",
}  # fmt: skip
"""To which code an office moves a unit whose line of business changed, or was first filed wrongly."""

LEADING = {
    "3501": "10330", "3502": "15121", "3503": "10214", "3504": "23961", "3505": "10313", "3506": "10722",
    "3507": "10794", "3508": "16291", "3509": "12011", "3510": "10214", "3511": "10761", "3512": "10214",
    "3513": "10214", "3514": "31001", "3515": "15121", "3516": "15201", "3517": "23932", "3518": "10710",
    "3519": "16293", "3520": "15201", "3521": "16293", "3522": "31001", "3523": "13134", "3524": "13122",
    "3525": "13929", "3526": "13134", "3527": "13134", "3528": "13134", "3529": "10799", "3571": "10392",
    "3572": "16293", "3573": "10799", "3574": "10214", "3575": "25999", "3576": "15201", "3577": "10710",
    "3578": "14111", "3579": "10313",
}  # fmt: skip
"""The line of business that has more than its share in a regency, as its core competence should. Made up."""

SHARES = {
    "3501": 22, "3502": 25, "3503": 21, "3504": 30, "3505": 28, "3506": 33, "3507": 52, "3508": 24,
    "3509": 46, "3510": 40, "3511": 18, "3512": 16, "3513": 24, "3514": 33, "3515": 42, "3516": 25,
    "3517": 29, "3518": 24, "3519": 16, "3520": 16, "3521": 20, "3522": 29, "3523": 27, "3524": 29,
    "3525": 26, "3526": 19, "3527": 17, "3528": 18, "3529": 24, "3571": 6, "3572": 4, "3573": 17,
    "3574": 5, "3575": 5, "3576": 4, "3577": 5, "3578": 44, "3579": 5,
}  # fmt: skip
"""Regencies' shares of small units, relative to each other. Made up, leaning on numbers of people."""

HEAVY = {"3578": 6.0, "3515": 5.0, "3525": 4.5, "3514": 4.0, "3516": 3.0, "3507": 1.6, "3573": 1.6}
"""How many times their share some regencies have of medium and large units. Made up."""

VILLAGE_HEADS = (
    "Suko", "Karang", "Wono", "Tambak", "Sido", "Kedung", "Sumber", "Banjar", "Kali", "Gondang", "Rejo",
    "Ngampel", "Tegal", "Purwo", "Jati",
)  # fmt: skip
VILLAGE_TAILS = (
    "mulyo", "rejo", "sari", "mukti", "agung", "asri", "dadi", "harjo", "anyar", "kulon", "wetan", "tengah",
)  # fmt: skip
DISTRICTS = ("Kota", "Utara", "Selatan", "Timur", "Barat", "Tengah", "Hulu", "Hilir")
FORMS = ("UD", "CV", "PT")
"""Legal forms of units that began as small, medium, large."""

FIRST_WORDS = (
    "Sumber", "Maju", "Tani", "Karya", "Sekar", "Sinar", "Cahaya", "Mitra", "Putra", "Bina", "Harapan",
    "Usaha", "Rukun", "Griya", "Dewi", "Surya", "Bintang", "Melati", "Mustika", "Nusa", "Anugerah", "Berkah",
    "Citra", "Duta", "Eka", "Fajar", "Gading", "Indah", "Jaya", "Kencana", "Lestari", "Mandala", "Permata",
    "Rahayu", "Sari", "Tunas", "Utama", "Wijaya", "Barokah", "Tirta",
)  # fmt: skip
SECOND_WORDS = (
    "Rejeki", "Makmur", "Mandiri", "Arum", "Abadi", "Sentosa", "Sejahtera", "Bersama", "Lancar", "Agung",
    "Santosa", "Utomo", "Mulya", "Bahagia", "Gemilang", "Perkasa", "Pratama", "Raya", "Sakti", "Timur",
    "Unggul", "Wangi", "Asih", "Budaya", "Cipta", "Damai", "Elok", "Guna", "Hasil", "Ikhlas", "Jati",
    "Kreasi", "Luhur", "Murni", "Nyata", "Pertiwi", "Rasa", "Subur", "Tulus", "Waluyo",
)  # fmt: skip
GIVEN = (
    "Siti", "Budi", "Agus", "Dewi", "Eko", "Sri", "Joko", "Rina", "Hadi", "Endang", "Slamet", "Wahyu", "Yuli",
    "Bambang", "Nur", "Fitri", "Hendra", "Indra", "Kartini", "Lina", "Mulyadi", "Ningsih", "Puji", "Ratna",
    "Sutrisno", "Tri", "Umar", "Vina", "Wati", "Yanto", "Zainal", "Arif", "Bagus", "Darmi", "Erna", "Farid",
    "Gatot", "Heru", "Imam", "Kusno", "Lilik", "Misni", "Nanik", "Parman", "Rudi", "Suci", "Tutik", "Wiwik",
    "Yani", "Anis", "Cahyo", "Dian", "Edi", "Giman", "Hasan", "Ida", "Juli", "Karno", "Mega", "Nono",
)  # fmt: skip
SURNAMES = ("Santoso", "Wibowo", "Rahayu", "Hidayat", "Lestari", "Nugroho", "Wulandari", "Kurniawan")
GROUPS = ("Sri Rejeki", "Maju Bersama", "Mekar Sari", "Tani Makmur", "Karya Mandiri", "Sekar Arum")
"""Names of groups that make an OVOP product."""
