"""The registry of typologies, kernels/fraud/typologies.def, which the generator compiles."""

import dataclasses
import pathlib
import re

DEFINITIONS = pathlib.Path(__file__).parents[2] / "kernels" / "fraud" / "typologies.def"

ENTRY = re.compile(r"^SF_TYPOLOGY\((.*?)\)$", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r'((?:"(?:[^"\\]|\\.)*"\s*)+)|([^,\s][^,]*)')


@dataclasses.dataclass(frozen=True)
class Typology:
    name: str
    share: float  # per cent of the fraud rows
    hours: float  # median delay of the report
    sigma: float  # of its log-normal law
    rule: str


def fields_of(entry):
    """Arguments of one call of the macro; adjacent string literals are one."""
    parts = []
    for text, plain in FIELD.findall(entry):
        parts.append("".join(re.findall(r'"([^"]*)"', text)) if text else plain.strip())
    return parts


def read_typologies(path=DEFINITIONS):
    """{name: Typology} in the order of the file, by the names in its first comment."""
    text = pathlib.Path(path).read_text(encoding="utf-8")
    head = re.search(r"//\s*SF_TYPOLOGY\((.*?)\)", text)
    entries = ENTRY.findall(re.sub(r"^//.*$", "", text, flags=re.MULTILINE))
    if head is None or not entries:
        raise ValueError(f"{path}: no typologies")
    names, found = head.group(1).replace(" ", "").split(","), {}
    for entry in entries:
        values = fields_of(entry)
        if len(values) != len(names):
            raise ValueError(f"{path}: {len(values)} fields in {entry.strip()[:40]!r}")
        row = dict(zip(names, values))
        found[row["name"]] = Typology(
            row["name"], float(row["share"]), float(row["hours"]), float(row["sigma"]), row["rule"]
        )
    return found
