"""A brand is refused where a report could not be read in it, and where the logo is not what it says."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml
from reader_seeds import picture

from kamassess.errors import InputError
from kamassess.reading.brand import TOKENS, contrast, default_brand, read_brand
from kamassess.resources import carried

PNG = picture()
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture
def brand() -> dict[str, Any]:
    """A sound brand."""
    return {"name": "Acme", "light": dict(default_brand().light)}


def read(folder: Path, content: dict[str, Any] | str) -> Any:
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    (folder / "brand.yaml").write_text(text, encoding="utf-8")
    return read_brand(folder / "brand.yaml", "brand.yaml")


def faults(folder: Path, content: dict[str, Any] | str) -> list[str]:
    with pytest.raises(InputError) as raised:
        read(folder, content)
    return str(raised.value).splitlines()


def test_the_brand_that_travels_along_is_sound() -> None:
    # If this fails, no report can be made at all.
    brand = default_brand()
    assert set(brand.light) == set(brand.dark) == set(TOKENS)
    assert set(brand.footer) == {"en", "zh"}


def test_a_short_brand_takes_the_rest_from_the_default(tmp_path: Path, brand: dict[str, Any]) -> None:
    brand["light"]["accent"] = "#AB0000"
    found = read(tmp_path, brand)
    assert (found.name, found.font, found.logo, found.footer) == ("Acme", "Noto Sans SC", None, {})
    assert found.light["accent"] == "#ab0000"
    assert found.dark == default_brand().dark
    assert found.as_dict()["light"] == found.light


def test_every_fault_at_once_each_with_its_line(tmp_path: Path) -> None:
    # Otherwise #fff without quotes, a comment in YAML, paints a page in no colour.
    text = """\
name: 7
fonts: "Arial"
footer: {en: "Confidential", fr: "Confidentiel"}
logo: logo.gif
light:
  ink: #000000
  muted: "grey"
  line: "#ddd"
  paper: "#ffffff"
  wash: "#f5f7f8"
  acent: "#0b6b63"
dark: black
"""
    assert faults(tmp_path, text) == [
        "brand.yaml, line 1: name is '7', read as a number, not as text. Put it in double quotes.",
        "brand.yaml, line 2: fonts is not a known key. Did you mean font?",
        "brand.yaml, line 3: footer.fr is not a known key. Use one of: en, zh.",
        "brand.yaml, line 4: logo is 'logo.gif'. Use an SVG or PNG file.",
        *(
            f"brand.yaml, line 6: light has no '{token}'. Add '{token}:'."
            for token in ("accent", "claimed", "evidenced", "measured", "target", "hot")
        ),
        "brand.yaml, line 6: light.ink is read as empty, not as text. Put it in double quotes.",
        "brand.yaml, line 7: light.muted is 'grey', not a colour. Write it as \"#rrggbb\", in quotes.",
        "brand.yaml, line 8: light.line is '#ddd', not a colour. Write it as \"#rrggbb\", in quotes.",
        "brand.yaml, line 11: light.acent is not a known key. Did you mean accent?",
        "brand.yaml, line 12: dark is a text, not a mapping. Write it as keys and values: ink, muted, line, paper, wash, accent.",
    ]


@pytest.mark.parametrize(
    ("token", "colour", "least"),
    [
        ("ink", "#888888", 4.5),
        ("accent", "#ffd700", 4.5),
        ("claimed", "#9fc5e8", 4.5),
        ("target", "#cccccc", 3),
        ("evidenced", "#bbbbbb", 3),
    ],
)
def test_what_cannot_be_read_on_its_paper_is_refused(
    tmp_path: Path, brand: dict[str, Any], token: str, colour: str, least: float
) -> None:
    # Otherwise a house colour makes numbers that older eyes and projectors do not show.
    brand["light"][token] = colour
    (said,) = faults(tmp_path, brand)
    assert f"light.{token} has a contrast of {contrast(colour, '#ffffff'):.1f} to paper; at least {least:g} is needed" in said
    assert said.endswith("Choose a colour further from paper.")


def test_contrast_is_that_of_wcag() -> None:
    # Values of the WCAG 2.2 definition: black on white is 21; #767676 is the lightest grey with 4.5 on white.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") == contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#ffffff") < 4.5


@pytest.mark.parametrize(("name", "raw", "mime"), [("l.svg", SVG, "image/svg+xml"), ("L.PNG", PNG, "image/png")])
def test_a_logo_travels_inside_the_report(tmp_path: Path, brand: dict[str, Any], name: str, raw: bytes, mime: str) -> None:
    # Otherwise a report sent by mail lacks its logo.
    (tmp_path / name).write_bytes(raw)
    assert read(tmp_path, brand | {"logo": name}).logo == f"data:{mime};base64,{base64.b64encode(raw).decode()}"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (None, "logo 'l.png' is not there. Put the file beside the brand file."),
        (b"GIF89a", "logo 'l.png' is no PNG image, whatever its name says. Use an SVG or PNG file."),
        (PNG + b"\0" * 200_000, f"logo 'l.png' has {200_000 + len(PNG):,} bytes. Use a file of at most 200,000 bytes."),
    ],
    ids=["missing", "renamed", "large"],
)
def test_a_logo_that_cannot_be_used(tmp_path: Path, brand: dict[str, Any], raw: bytes | None, said: str) -> None:
    if raw is not None:
        (tmp_path / "l.png").write_bytes(raw)
    (fault,) = faults(tmp_path, brand | {"logo": "l.png"})
    assert fault.endswith(said)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^brand\.yaml: there is no such file"):
        read_brand(tmp_path / "brand.yaml", "brand.yaml")


@pytest.mark.parametrize(
    ("token", "colour", "message"),
    [
        ("wash", "#c8ccd0", "to muted, which is written on it"),
        ("hot", "#d9a066", "to muted, which is written on it"),
        ("measured", "#7a4a8a", "readers who see fewer colours"),
    ],
)
def test_panels_carry_text_and_marks_are_told_apart(
    tmp_path: Path, brand: dict[str, Any], token: str, colour: str, message: str
) -> None:
    # Otherwise a note on a grey panel is lost, or two bars of a deck are one to a reader in twelve.
    brand["light"][token] = colour
    said = faults(tmp_path, brand)
    assert len([line for line in said if message in line and f"light.{token}" in line]) == 1


def test_a_template_for_decks_is_read_with_the_brand(tmp_path: Path, brand: dict[str, Any]) -> None:
    template = (carried("templates") / "deck" / "board.pptx").read_bytes()
    (tmp_path / "house.pptx").write_bytes(template)
    found = read(tmp_path, brand | {"deck": "house.pptx"})
    assert found.deck_bytes == template
    assert "deck" not in found.as_dict()
    (tmp_path / "house.pptx").write_bytes(template[:500])
    (said,) = faults(tmp_path, brand | {"deck": "house.pptx"})
    assert "deck 'house.pptx' is damaged" in said
    assert said.startswith("brand.yaml, line ")
    (said,) = faults(tmp_path, brand | {"deck": "none.pptx"})
    assert "no such template" in said
