"""A year's register of industry units and OVOP products of one office. All of it is made up."""

import numpy as np

from lumbung.reference import Reference
from lumbung.sample.files import Cell
from lumbung.sample.tables import Table

UNIT_HEADER = (
    "tahun_data", "nib", "nama_perusahaan", "nama_pemilik", "alamat", "desa", "kecamatan", "kbli",
    "versi_kbli", "cabang_industri", "komoditi", "produk", "tenaga_kerja_l", "tenaga_kerja_p",
    "nilai_investasi", "kapasitas_produksi", "satuan_kapasitas", "nilai_produksi", "nilai_bahan_baku",
    "ekspor_persen", "subsektor_kreatif", "halal", "sni", "merek", "status",
)  # fmt: skip
OVOP_HEADER = (
    "tahun", "produk", "kelompok", "desa", "kecamatan", "bintang", "jumlah_ikm", "tenaga_kerja", "omzet",
)  # fmt: skip

# KBLI 2020 code, branch, commodity, product, creative subsector.
_TRADES = (
    ("10794", "Pangan", "Keripik", "Keripik Singkong", ""),
    ("10710", "Pangan", "Roti", "Roti dan Kue Kering", ""),
    ("10391", "Pangan", "Tempe", "Tempe Kedelai", ""),
    ("10392", "Pangan", "Tahu", "Tahu Kedelai", ""),
    ("13134", "Tekstil", "Batik", "Kain Batik Tulis", "Kriya"),
    ("14111", "Tekstil", "Pakaian", "Pakaian Jadi", "Fesyen"),
    ("16291", "Kerajinan", "Anyaman", "Tas Anyaman Bambu", "Kriya"),
    ("23921", "Bahan Bangunan", "Bata", "Bata Merah", ""),
    ("31001", "Kayu", "Mebel", "Kursi dan Lemari Kayu", ""),
    ("32903", "Kerajinan", "Cendera Mata", "Miniatur Kapal", "Kriya"),
)
_SURNAMES = ("Santoso", "Wibowo", "Rahayu", "Hidayat", "Lestari", "Nugroho", "Wulandari", "Kurniawan")
_GIVEN = ("Siti", "Budi", "Agus", "Dewi", "Eko", "Sri", "Joko", "Rina", "Hadi", "Endang")
_BRANDS = ("Barokah", "Sumber Rejeki", "Maju Jaya", "Tani Makmur", "Karya Mandiri", "Sekar Arum")
_DESA = ("Sukomulyo", "Karangrejo", "Wonosari", "Tambakrejo", "Sidomukti", "Kedungsari")
_KECAMATAN = ("Kota", "Utara", "Selatan", "Timur", "Barat")


def register_of_year(
    reference: Reference, code: str, year: int, rng: np.random.Generator, count: int
) -> Table:
    """``count`` units of one regency; numbers of licence and owners belong to nobody."""
    rows: list[list[Cell]] = []
    for number in range(count):
        kbli, branch, commodity, product, creative = _TRADES[int(rng.integers(len(_TRADES)))]
        workers = int(rng.integers(1, 15))
        women = int(rng.integers(0, workers + 1))
        material = int(rng.integers(5, 200)) * 1_000_000
        rows.append(
            [
                year,
                f"91{int(code):04d}{number:07d}",
                f"UD {_pick(rng, _BRANDS)} {number + 1}",
                f"{_pick(rng, _GIVEN)} {_pick(rng, _SURNAMES)}",
                f"Jalan Melati {number % 90 + 1}",
                _pick(rng, _DESA),
                f"{reference.regencies[code].short_name} {_pick(rng, _KECAMATAN)}",
                kbli,
                "2020",
                branch,
                commodity,
                product,
                workers - women,
                women,
                int(rng.integers(5, 900)) * 1_000_000,
                int(rng.integers(1, 500)) * 10,
                "kg",
                material + int(rng.integers(1, 150)) * 1_000_000,
                material,
                int(rng.choice([0, 0, 0, 0, 10, 25])),
                creative,
                "ya" if branch == "Pangan" and rng.random() < 0.4 else "tidak",
                "ya" if rng.random() < 0.05 else "tidak",
                "ya" if rng.random() < 0.3 else "tidak",
                "aktif" if rng.random() < 0.97 else "tutup",
            ]
        )
    return Table(UNIT_HEADER, rows)


def ovop_of_year(reference: Reference, code: str, year: int, rng: np.random.Generator) -> Table:
    """A handful of OVOP products of one regency."""
    rows: list[list[Cell]] = []
    for number in range(int(rng.integers(2, 6))):
        _, _, _, product, _ = _TRADES[(int(code) + number) % len(_TRADES)]
        members = int(rng.integers(5, 60))
        rows.append(
            [
                year,
                f"{product} {reference.regencies[code].short_name}",
                f"Kelompok {_pick(rng, _BRANDS)}",
                _DESA[number % len(_DESA)],
                f"{reference.regencies[code].short_name} {_pick(rng, _KECAMATAN)}",
                int(rng.integers(1, 6)),
                members,
                members * int(rng.integers(2, 5)),
                members * int(rng.integers(10, 90)) * 1_000_000,
            ]
        )
    return Table(OVOP_HEADER, rows, titles=(f"PRODUK OVOP TAHUN {year}",))


def _pick(rng: np.random.Generator, words: tuple[str, ...]) -> str:
    return words[int(rng.integers(len(words)))]
