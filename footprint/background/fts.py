"""The index of a database in SQLite, kept at home and found again by checksum.

SQLite's own tokenizers find no Chinese word of two characters; the text it is given is already cut into words,
characters and pairs of characters. The file is written beside and renamed, is never changed afterwards, and carries the
CRC-32 of its bytes where SQLite keeps a number for its users: one that is torn is made anew. Where home cannot be
written, the index is made in memory each time.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from footprint import __version__, kept, words
from footprint.background import asking, ranking
from footprint.background.asking import Query, Sought
from footprint.background.compiled import Compiled
from footprint.background.index import Filters, dimension, entries, home
from footprint.background.ranking import Entry, Name

if TYPE_CHECKING:
    from sqlite3 import Connection

FORMAT = "3"
_CRC_AT = 60  # the "user version" in the header of an SQLite file, four bytes
_LOOKED_AT = 150
_STARTING = 60
_COMPARED = 300
_LONG_RUN = 6
_SCHEMA = """
CREATE TABLE made(source, home);
CREATE TABLE dataset(
    id INTEGER PRIMARY KEY, code, dimension, region, category, kind, period, aside, since, until, names, more
);
CREATE TABLE name(key, rank, dataset, PRIMARY KEY(key, rank, dataset)) WITHOUT ROWID;
CREATE TABLE gram(gram, term, PRIMARY KEY(gram, term)) WITHOUT ROWID;
CREATE VIRTUAL TABLE text USING fts5(names, more, content='', tokenize="unicode61 remove_diacritics 0 tokenchars '._'");
CREATE VIRTUAL TABLE term USING fts5vocab(text, row);
"""
_FREQUENCY = "SELECT doc FROM term WHERE term = ?"
_BEGINNING = "SELECT term FROM term WHERE term > ? AND term < ? ORDER BY doc DESC, term LIMIT ?"
_ALIKE = """
SELECT term FROM gram WHERE gram IN (SELECT value FROM json_each(?))
GROUP BY term HAVING count(*) > 1 ORDER BY count(*) DESC, term LIMIT ?
"""
_ALLOWED = """
AND (:unit = '' OR dimension = :unit)
AND (:region = '' OR region = :region OR substr(region, 1, length(:region) + 1) = :region || '-')
AND (:category = '' OR category = :category) AND (:kind = '' OR kind = :kind)
AND (:year = 0 OR :year BETWEEN since AND until)
"""
_ALL = ("SELECT id FROM dataset WHERE 1", _ALLOWED, "ORDER BY kind = 'gap', until DESC, id LIMIT :most")
_NAMED = (
    "SELECT id FROM name JOIN dataset ON id = name.dataset WHERE key IN (SELECT value FROM json_each(:asked))",
    _ALLOWED,
    "ORDER BY rank, kind = 'gap', aside, until DESC, id LIMIT :most",
)
_MATCHING = (
    "SELECT id FROM text JOIN dataset ON id = text.rowid WHERE text MATCH :asked",
    _ALLOWED,
    "ORDER BY bm25(text, 4, 1), id LIMIT :most",
)
_ENTRIES = """
SELECT code, dimension, region, category, kind, period, aside, names, more FROM dataset
WHERE id IN (SELECT value FROM json_each(?))
"""


@cache
def is_there() -> bool:
    """Tell whether this Python's SQLite can index text."""
    try:
        import sqlite3
    except ImportError:
        return False
    try:
        connection = sqlite3.connect(":memory:")
        connection.executescript(_SCHEMA)
        connection.execute(_ALIKE, ("[]", 1))
    except sqlite3.Error:
        return False
    return hasattr(connection, "serialize")


# -------------------------------------------------------------------------------------------------------- the file


def connection(file: Compiled) -> Connection:
    """Return the index of a database: as it was kept, or made now and kept where home can be written."""
    import sqlite3

    path = kept.place("search", str(file.path.absolute()))
    source = f"{__version__} {FORMAT} {_checksum(file)}"
    if _is_whole(path):
        with suppress(sqlite3.Error):
            found = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            if found.execute("SELECT source FROM made").fetchone() == (source,):
                return found
            found.close()
    made = sqlite3.connect(":memory:")
    _fill(made, entries(file), source)
    _keep(path, made.serialize())
    return made


def _checksum(file: Compiled) -> str:
    """Return what tells the content of a database, without reading all of it where its header does."""
    stated = file.header.get("sha256")
    return stated if isinstance(stated, str) else sha256(file.content).hexdigest()


def _is_whole(path: Path) -> bool:
    """Tell whether there is a file whose bytes are those that were written."""
    try:
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            return int.from_bytes(content[_CRC_AT : _CRC_AT + 4]) == _crc(content)
    except (OSError, ValueError):
        return False


def _crc(content: bytes | mmap) -> int:
    with memoryview(content) as view, view[:_CRC_AT] as head, view[_CRC_AT + 4 :] as rest:
        return crc32(rest, crc32(head))


def _keep(path: Path, content: bytes) -> None:
    signed = content[:_CRC_AT] + _crc(content).to_bytes(4) + content[_CRC_AT + 4 :]
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(signed)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).replace(path)
        except OSError:
            Path(beside).unlink(missing_ok=True)
            raise


def _fill(made: Connection, found: Iterable[Entry], source: str) -> None:
    made.executescript(_SCHEMA)
    made.execute("BEGIN")
    terms: set[str] = set()
    countries: list[str] = []
    for number, entry in enumerate(found):
        named = "\n".join(f"{name.rank}\t{name.text}\t{' '.join(name.tokens)}" for name in entry.names)
        row = (number, *entry[:7], *ranking.span(entry.period), named, " ".join(entry.more))
        made.execute("INSERT INTO dataset VALUES(?,?,?,?,?,?,?,?,?,?,?,?)", row)
        keys = {(words.key(name.text), name.rank, number) for name in entry.names}
        made.executemany("INSERT INTO name VALUES(?,?,?)", keys)
        own = frozenset().union(*(name.tokens for name in entry.names))
        made.execute("INSERT INTO text(rowid, names, more) VALUES(?,?,?)", (number, " ".join(own), row[-1]))
        terms |= own | entry.more
        countries.append(ranking.part_of(entry.region))
    spelt = (term for term in terms if not words.is_han(term) and not term[0].isdigit())
    grams = sorted((gram, term) for term in spelt for gram in words.grams(term))
    made.executemany("INSERT INTO gram VALUES(?,?)", grams)
    made.execute("INSERT INTO made VALUES(?,?)", (source, home(countries)))
    made.execute("INSERT INTO text(text) VALUES('optimize')")
    made.execute("COMMIT")


# ----------------------------------------------------------------------------------------------------- what is asked


class Fts:
    """An index in SQLite."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.execute
        ((self.count,),) = self._ask("SELECT count(*) FROM dataset")
        ((self.home,),) = self._ask("SELECT home FROM made")

    def frequency(self, term: str) -> int:
        """Return how many datasets have ``term``."""
        found = self._ask(_FREQUENCY, (term,)).fetchone()
        return int(found[0]) if found else 0

    def near(self, word: str) -> Mapping[str, float]:
        """Return the terms that begin with ``word``, hold it, or differ from it by a slip or two."""
        beginning = self._ask(_BEGINNING, (word, f"{word}\U0010ffff", _STARTING))
        alike = self._ask(_ALIKE, (json.dumps(sorted(words.grams(word))), _COMPARED))
        return asking.near(word, {term for (term,) in (*beginning, *alike)})

    def is_name(self, key: str) -> bool:
        """Tell whether a dataset is called ``key``."""
        return self._ask("SELECT 1 FROM name WHERE key = ?", (key,)).fetchone() is not None

    def exact(self, asked: Query, filters: Filters, limit: int) -> Iterable[Entry]:
        """Return the datasets of that name, and the best that have every word; all where nothing was asked for."""
        if not asked.parts:
            return () if asked.text else self._entries(self._numbers(_ALL, "", filters, limit))
        named = self._numbers(_NAMED, json.dumps(asked.keys), filters, limit)
        return self._entries(named | self._numbers(_MATCHING, _every(asked), filters, limit))

    def almost(self, asked: Query, filters: Filters, limit: int) -> Iterable[Entry]:
        """Return the best datasets that have what is near each word, or any of them."""
        asking = (_all_near(asked), _any_near(asked)) if asked.parts else ()
        return self._entries({n for text in asking for n in self._numbers(_MATCHING, text, filters, limit)})

    def _numbers(self, query: tuple[str, ...], asked: str, filters: Filters, limit: int) -> set[int]:
        values = {
            "asked": asked,
            "unit": dimension(filters.unit) if filters.unit else "",
            "region": words.folded(filters.region),
            "category": words.folded(filters.category),
            "kind": filters.kind,
            "year": filters.year,
            "most": max(limit, _LOOKED_AT),
        }
        return {number for (number,) in self._ask(" ".join(query), values)}

    def _entries(self, numbers: set[int]) -> Iterable[Entry]:
        return map(_entry, self._ask(_ENTRIES, (json.dumps(sorted(numbers)),)))


def _entry(row: tuple[Any, ...]) -> Entry:
    *facts, names, more = row
    return Entry._make((*facts, tuple(map(_name, names.split("\n"))), frozenset(more.split(" "))))


def _name(written: str) -> Name:
    rank, text, tokens = written.split("\t")
    return Name(int(rank), text, frozenset(tokens.split(" ")))


def _every(asked: Query) -> str:
    """Return what FTS5 is asked for to find every word."""
    return " AND ".join(_quoted(asked.sought[at].text) for at in asked.strict)


def _all_near(asked: Query) -> str:
    """Return what FTS5 is asked for to find every word or what is near it."""
    strict = [part for part in asked.parts if not part[1][0].is_loose] or asked.parts
    return " AND ".join(f"({_near(word, found)})" for word, found in strict)


def _any_near(asked: Query) -> str:
    """Return what FTS5 is asked for to find any word, or pair of characters, or what is near it."""
    return " OR ".join(f"({_near(word, found)}) OR {_pieces(word, found)}" for word, found in asked.parts)


def _near(word: str, found: tuple[Sought, ...]) -> str:
    if not words.is_han(word) or len(word) < 3:
        return _pieces(word, found) if len(word) != 2 else " AND ".join(map(_quoted, word))
    if len(word) > _LONG_RUN:
        return " AND ".join(f"({_pieces(word, (sought,))})" for sought in found)
    without = (word[:at] + word[at + 1 :] for at in range(len(word)))
    return " OR ".join(f"({' AND '.join(map(_quoted, rest))})" for rest in without)


def _pieces(word: str, found: tuple[Sought, ...]) -> str:
    terms = [term for sought in found for term in (sought.text, *sought.terms)]
    lone = word if words.is_han(word) and len(word) == 2 else ""
    return " OR ".join(map(_quoted, (*terms, *lone)))


def _quoted(term: str) -> str:
    return f'"{term}"'
