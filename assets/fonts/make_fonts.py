"""Makes the two bundled font files of this folder. See README.md beside it.

usage: make_fonts.py BIZUDPGothic-Regular.ttf Phosphor.ttf selection.json
needs: Python 3.11, fonttools 4.68, the program zstd 1.5
"""

import json
import pathlib
import subprocess
import sys
import tomllib

from fontTools import subset
from fontTools.ttLib import TTFont

FOLDER = pathlib.Path(__file__).parent
TOKENS = FOLDER.parent / "theme" / "tokens.toml"

# Signs outside CP932 that interface texts use; those that the font lacks come from system fonts.
SIGNS = "–—―‘’“”„…‰′″€™Ωµ←↑→↓↔⇒⇔−±×÷≈≠≤≥≪≫∞√∅•◦▼▲◀▶■□●○◆◇★☆✓²³¹½¼¾°"


def japanese_characters():
    """JIS X 0208 levels 1 and 2, every two-byte row of CP932, ASCII, Latin-1, half-width kana."""
    found = set(SIGNS)
    for row in range(0xA1, 0xFF):
        for cell in range(0xA1, 0xFF):
            try:
                found.add(bytes([row, cell]).decode("euc_jp"))
            except UnicodeDecodeError:
                pass
    for lead in [*range(0x81, 0xA0), *range(0xE0, 0xFD)]:
        for trail in range(0x40, 0xFD):
            try:
                found.update(bytes([lead, trail]).decode("cp932"))
            except UnicodeDecodeError:
                pass
    for first, last in ((0x20, 0x7E), (0xA0, 0x17F), (0xFF61, 0xFF9F)):
        found.update(map(chr, range(first, last + 1)))
    # CP932 maps its user-defined rows to the private use area, where the icons live.
    return sorted(c for c in map(ord, found) if c >= 0x20 and not 0xE000 <= c < 0xF900)


def write_jis_list():
    """Writes every character of JIS X 0208, a row of its table per line, for the program's test."""
    lines = []
    for row in range(0xA1, 0xF5):
        line = ""
        for cell in range(0xA1, 0xFF):
            try:
                line += bytes([row, cell]).decode("euc_jp")
            except UnicodeDecodeError:
                pass
        if line:
            lines.append(line)
    (FOLDER / "jis-x-0208.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def make_subset(source, code_points, features):
    options = subset.Options()
    options.layout_features = features
    options.hinting = False
    options.notdef_outline = True
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=code_points)
    subsetter.subset(font)
    return font


def make_figures_tabular(font):
    """Gives `one` the width of the other digits: columns of figures stand under each other."""
    names = font.getBestCmap()
    width = font["hmtx"][names[ord("0")]][0]
    for digit in "0123456789":
        name = names[ord(digit)]
        advance, bearing = font["hmtx"][name]
        shift = (width - advance) // 2
        if advance == width:
            continue
        glyph = font["glyf"][name]
        glyph.coordinates.translate((shift, 0))
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (width, bearing + shift)


def mend_comparison_signs(font):
    """BIZ UDPGothic 1.05 draws "less or equal" for "greater or equal" and the other way round: each
    character gets the glyph whose angle points its way."""
    less, greater = 0x2264, 0x2265
    names = font.getBestCmap()
    glyph = font["glyf"][names[less]]
    angle = list(glyph.coordinates)[: glyph.endPtsOfContours[0] + 1]
    low, high = min(x for x, _ in angle), max(x for x, _ in angle)
    middle = (min(y for _, y in angle) + max(y for _, y in angle)) / 2
    # the tip lies half-way up
    tips = [x for x, y in angle if abs(y - middle) < 20]
    if sum(tips) / len(tips) < (low + high) / 2:
        return
    # tables may be one and the same object
    for cmap in {id(table.cmap): table.cmap for table in font["cmap"].tables}.values():
        if less in cmap and greater in cmap:
            cmap[less], cmap[greater] = cmap[greater], cmap[less]


def save(font, name):
    path = FOLDER / name
    # The time of making would change the file without changing the font.
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(path)
    subprocess.run(["zstd", "-q", "--ultra", "-22", "-f", "--rm", path], check=True)


def main(gothic, phosphor, selection):
    write_jis_list()
    text = make_subset(gothic, japanese_characters(), ["kern", "palt", "vert", "ccmp", "locl"])
    make_figures_tabular(text)
    mend_comparison_signs(text)
    save(text, "BIZUDPGothic-Regular-subset.ttf")

    icons = tomllib.loads(TOKENS.read_text(encoding="utf-8"))["icon"]
    by_name = {}
    for icon in json.loads(pathlib.Path(selection).read_text(encoding="utf-8"))["icons"]:
        for name in icon["properties"]["name"].split(","):
            by_name[name.strip()] = icon["properties"]["code"]
    for role, icon in icons.items():
        if by_name[icon["phosphor"]] != int(icon["glyph"][2:], 16):
            sys.exit(f"{role}: {icon['phosphor']} has another code point in this Phosphor")
    points = sorted({int(icon["glyph"][2:], 16) for icon in icons.values()})
    save(make_subset(phosphor, points, []), "Phosphor-subset.ttf")


if __name__ == "__main__":
    main(*sys.argv[1:])
