"""Siskaperbapo's calls on loopback, with prices that a test sets; fast clients can be turned away."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape

from tests.servers.http import Call, HttpServer, Reply, http_server

Prices = Mapping[tuple[str, str], Mapping[str, str]]
"""Price texts by commodity, by market's name and day (ISO)."""
_HEADER = (
    "No",
    "Nama Bahan Pokok",
    "Satuan",
    "Harga Kemarin",
    "Harga Sekarang",
    "Perubahan Rp",
    "Perubahan %",
)
_EMPTY: Mapping[str, str] = {"Beras Premium": "-"}


@contextmanager
def siskaperbapo_server(slug: str, markets: Mapping[str, str], prices: Prices) -> Iterator[HttpServer]:
    """A running site with one regency.

    Args:
        slug: The regency's.
        markets: Names of its markets, by id.
        prices: What the tables say; a market and day without any has "-".
    """

    def table(call: Call) -> Reply:
        if call.method != "POST" or call.form.get("kabkota") != slug:
            return Reply(b"?", 400)
        said = prices.get((markets[call.form["pasar"]], call.form["tanggal"]), _EMPTY)
        return Reply(table_of(said).encode(), headers={"Content-Type": "text/html; charset=UTF-8"})

    with http_server() as server:
        listed = [
            {"psr_id": number, "psr_nama": name, "kab_id": "10", "kab_nama": slug}
            for number, name in markets.items()
        ]
        server.answers[f"/harga/pasar.json/{slug}"] = Reply(json.dumps(listed).encode())
        server.answers["/harga/tabel.nodesign/"] = table
        yield server


def table_of(prices: Mapping[str, str]) -> str:
    """The site's table: a numbered group row, then items that start with a dash."""
    rows = [["1", "BAHAN POKOK", "", "", "", "", ""]]
    rows += [["", f"- {name}", "kg", "11.000", price, "-", "-"] for name, price in prices.items()]
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    header = "".join(f"<th>{name}</th>" for name in _HEADER)
    return f'<div><table class="table"><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table></div>'
