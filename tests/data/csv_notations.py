"""Writes csv_notations.json: texts as programs write them, and the numbers that pandas reads from them.

Run it with pandas 3.1.1: python tests/data/csv_notations.py
"""

import io
import json
import pathlib
import random

import pandas

random.seed(1)
numbers = [[random.uniform(-1, 1) * 10 ** random.randint(-3, 9) for _ in range(3)] for _ in range(30)]
names = ["a", "b", "c"]


def written(number, decimal=".", thousands=""):
    return f"{number:,.4f}".translate(str.maketrans({",": thousands, ".": decimal}))


def rows(separator, *, decimal=".", thousands="", quote="", header=True, end="\n"):
    lines = [[quote + written(number, decimal, thousands) + quote for number in row] for row in numbers]
    return end.join(separator.join(row) for row in [names] * header + lines) + end


def percent(text):
    return float(text.replace("%", "").strip() + "e-2")


cases = [
    ("plain", rows(","), {}, {}),
    ("line breaks of Windows, and a byte order mark", "\ufeff" + rows(",", end="\r\n"), {}, {}),
    ("without a header", rows(",", header=False), {"names": names}, {"header": None, "names": names}),
    ("tabs", rows("\t"), {"delimiter": "\t"}, {"sep": "\t"}),
    ("blanks", rows("   "), {"whitespace": True}, {"sep": r"\s+"}),
    ("a decimal comma", rows(";", decimal=","), {"delimiter": ";", "decimal": ","}, {"sep": ";", "decimal": ","}),
    (
        "a decimal comma, and points between thousands",
        rows(";", decimal=",", thousands="."),
        {"delimiter": ";", "decimal": ",", "thousands": "."},
        {"sep": ";", "decimal": ",", "thousands": "."},
    ),
    ("quoted commas between thousands", rows(",", thousands=",", quote='"'), {"thousands": ","}, {"thousands": ","}),
    (
        "apostrophes between thousands",
        rows(";", thousands="'"),
        {"delimiter": ";", "thousands": "'"},
        {"sep": ";", "thousands": "'"},
    ),
    (
        "blanks between thousands, in a table of blanks",
        rows(" ", decimal=",", thousands=" ", quote='"'),
        {"whitespace": True, "decimal": ",", "thousands": " "},
        {"sep": " ", "decimal": ",", "thousands": " "},
    ),
    ("as Excel writes it", "sep=;\n" + rows(";"), {}, {"sep": ";", "skiprows": 1}),
    (
        "percentages",
        rows(";").replace(";", "%;").replace("\n", " %\n").replace("a%;b%;c %", "a;b;c"),
        {"delimiter": ";", "percent": True},
        {"sep": ";", "converters": dict.fromkeys(names, percent)},
    ),
]

found = []
for name, text, options, arguments in cases:
    frame = pandas.read_csv(io.StringIO(text.removeprefix("\ufeff")), **arguments)
    assert list(frame.columns) == names and len(frame) == len(numbers), name
    assert all(kind == float for kind in frame.dtypes), (name, frame.dtypes)
    found.append({"name": name, "text": text, "options": options, "numbers": frame.values.tolist()})

path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(found, indent=0, ensure_ascii=False) + "\n")
