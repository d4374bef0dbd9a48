"""The installation's own word on channels, laid over the offices' seed."""

from pathlib import Path

import pytest

from lumbung.errors import LumbungError
from lumbung.intake.assignments import offices_here
from lumbung.reference import Office
from lumbung.settings import Settings

OFFICES = {
    "3510": Office("3510", "Kantor Banyuwangi", "folder", None, True),
    "3501": Office("3501", "Kantor Pacitan", "sftp", "kantor_3501", True),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(root=tmp_path, home=tmp_path)


def said(settings: Settings) -> dict[str, tuple[str, str | None]]:
    here = offices_here(settings, OFFICES)
    return {office.regency_code: (office.channel, office.connection_id) for office in here}


def test_without_a_file_the_seed_decides(settings: Settings) -> None:
    assert said(settings) == {"3501": ("sftp", "kantor_3501"), "3510": ("folder", None)}


def test_a_line_decides_for_its_office_alone(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.channels_file.write_text(
        "\ufeffregency_code,channel,connection_id\n# since Monday\n\n3510, imap ,surat_3510\n3150,s3,x\n"
    )
    assert said(settings) == {"3501": ("sftp", "kantor_3501"), "3510": ("imap", "surat_3510")}
    assert "'3150', which is no office" in caplog.text
    settings.channels_file.write_text("regency_code,channel,connection_id\n3501,folder,\n")
    assert said(settings) == {"3501": ("folder", None), "3510": ("folder", None)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "office,channel\n3510,imap\n",
        "regency_code,channel,connection_id\n3510,imap,a,b\n",
        "regency_code,channel,connection_id\n3510,imap,a\n3510,s3,b\n",
        "regency_code,channel,connection_id\n,imap,a\n",
    ],
)
def test_what_cannot_be_understood_stops_the_night_with_a_remedy(settings: Settings, text: str) -> None:
    settings.channels_file.write_text(text)
    with pytest.raises(LumbungError, match=r"channels\.csv cannot be read") as caught:
        offices_here(settings, OFFICES)
    assert "docs/channels.md" in caught.value.remedy
