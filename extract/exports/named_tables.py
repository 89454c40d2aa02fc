"""Tables that somebody can name, whatever they are tables of: which one is meant, and which one is the main one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extract.errors import UsageError
from extract.exports.csv_files import csv_text
from extract.records.columns import Column, Table


class NamedTables:
    """Some tables.

    Attributes:
        all: the tables, in the order in which people see them.
        main: the one that a single file holds where nobody names one; None where it could be several.
        by_type: what else a table is called: the record type of which it is one → the table.
        for_programs: columns that a reader needs not.
    """

    all: Sequence[Table]
    main: Table | None
    by_type: Mapping[str, Table]
    for_programs: frozenset[Column] = frozenset()

    def named(self, name: str) -> Table:
        """A table by its name or that of its record type, in any case.

        Raises:
            UsageError: there is none.
        """
        known = {table.name.casefold(): table for table in self.all}
        known |= {kind.casefold(): table for kind, table in self.by_type.items()}
        if (found := known.get(name.casefold())) is None:
            raise UsageError(f"no table {name!r}; there are: {', '.join(table.name for table in self.all)}")
        return found

    def the_one(self, name: str | None, otherwise: str) -> Table:
        """The table that is named, or the main one.

        Args:
            otherwise: what else one could do, for the message.

        Raises:
            UsageError: there is none of that name, or nobody named one and there is no main one.
        """
        if name is not None:
            return self.named(name)
        if self.main is None:
            names = ", ".join(table.name for table in self.all)
            raise UsageError(f"which table? Name one of {names}; {otherwise}")
        return self.main

    def is_evidence(self, table: Table, column: str) -> bool:
        """Whether a column holds words that support others, which a reader has to ask for."""
        return column in table.searched

    def head(self, table: Table) -> bytes:
        """How a CSV file of a table begins, every time: by that an earlier export is known."""
        return csv_text(table).encode()
