"""Reading the selected courses of a cohort version: columns, event counts, counts per level."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import duckdb
import numpy as np

from core.cohort import CohortVersion
from core.counts import EventCounts
from core.derived import DERIVED, ENDPOINT_FIELDS
from core.dictionary import Field
from core.fields import FIELDS
from core.options import ENDPOINTS, Options
from core.selection import Selection
from core.sql import read
from core.sql.names import physical_column, table_names
from core.sql.rows import Rows, selected
from core.strata import Strata

_KEYS = {"course_row": "integer", "line": "integer"}


@dataclass(frozen=True)
class Size:
    """How large a selection is: courses, their patients, and courses of the population that it is a part of."""

    n_courses: int
    n_patients: int
    total: int


class Reading(ABC):
    """What every store can read; all SQL goes over the relation of a selection."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A cursor for one call, whose failures are sentences."""

    def columns(
        self, version: CohortVersion, selection: Selection, names: Iterable[str], options: Options | None = None
    ) -> dict[str, np.ndarray]:
        """
        Values of the selected courses, in the order of `course_row`.

        Parameters
        ----------
        version : CohortVersion
        selection : Selection
        names : iterable of str
            Fields, endpoint columns (``pfs_days``, ``os_event``, ``ttnt_reason``), ``course_row``, ``line``. `egfr` and
            the PFS columns follow the options. A dictionary field that this cohort lacks is all missing.
        options : Options, optional

        Returns
        -------
        dict of str to ndarray, shape (n,)
            Numbers float64 (NaN), dates datetime64[D] (NaT); yes/no object (bool, None); else object (str, None).

        Raises
        ------
        ValueError
            Naming a field that does not exist.
        """
        options = options or Options()
        chosen = {name: self._column(version, name, options) for name in names}
        if not chosen:
            return {}
        with self._reading() as cursor:
            return read.read_columns(cursor, self.selected(version, selection, options), chosen)

    def event_counts(
        self,
        version: CohortVersion,
        selection: Selection,
        endpoint: str,
        strata: Strata | None = None,
        options: Options | None = None,
        *,
        landmark: float | None = None,
    ) -> dict[str | None, EventCounts]:
        """
        What Kaplan-Meier and log-rank need, by one GROUP BY: events and censorings per day and group.

        Parameters
        ----------
        version : CohortVersion
        selection : Selection
        endpoint : {"pfs", "os", "ttnt"}
        strata : Strata, optional
        options : Options, optional
        landmark : float, optional
            Days: only courses observed without event up to there, their time counted from there.

        Returns
        -------
        dict of level to EventCounts
            In the order to show; levels without any time are absent. Without strata the only key is None. With strata
            courses without a level are left out (`strata_counts` counts them).

        Raises
        ------
        ValueError
            For an unknown endpoint, field or cut-off, in a sentence.
        """
        options = options or Options()
        columns = self._endpoint(endpoint, options)
        group: read.Expression = ("NULL", [])
        population = selection
        if strata is not None:
            strata = self.resolve_strata(version, selection, strata, options)
            table = table_names(version.id).analysis
            population, group = read.stratum(strata, selection, version.fields, options, table)
        rows = self.selected(version, population, options)
        with self._reading() as cursor:
            found = read.read_event_counts(cursor, rows, group, columns, landmark)
        if strata is None:
            return {None: found.get(None, read.NOTHING)}
        return {
            level: found[level]
            for level in strata.level_order(version.fields, (one for one in found if one is not None), options)
        }

    def resolve_strata(
        self, version: CohortVersion, selection: Selection, strata: Strata, options: Options | None = None
    ) -> Strata:
        """The strata with cut-offs such as the median taken from the selection; others as they are."""
        if strata.resolved:
            return strata
        options = options or Options()
        described = version.fields.get(strata.field)
        if described is None or not described.numeric:
            raise ValueError(f"'{strata.field[:60]}' is not a number of this cohort and has no {strata.split}.")
        rows = self.selected(version, selection, options)
        with self._reading() as cursor:
            return read.read_cuts(cursor, rows, strata, physical_column(strata.field, options))

    def strata_counts(
        self,
        version: CohortVersion,
        selection: Selection,
        strata: Strata,
        options: Options | None = None,
        *,
        endpoint: str | None = None,
    ) -> list[tuple[str | None, int]]:
        """
        Courses per group in the order to show, last those without a level (None) if there are any.

        Parameters
        ----------
        version, selection, strata, options
            As in `event_counts`.
        endpoint : str, optional
            Only courses that have this endpoint's time.
        """
        options = options or Options()
        strata = self.resolve_strata(version, selection, strata, options)
        population, group = read.stratum(strata, selection, version.fields, options, table_names(version.id).analysis)
        time = self._endpoint(endpoint, options)[0] if endpoint else None
        with self._reading() as cursor:
            found = read.read_group_sizes(cursor, self.selected(version, population, options), group, time)
        levels = strata.level_order(version.fields, (one for one in found if one is not None), options)
        listed: list[tuple[str | None, int]] = [(level, found[level]) for level in levels]
        return listed + ([(None, found[None])] if None in found else [])

    def value_counts(
        self, version: CohortVersion, selection: Selection, field: str, options: Options | None = None
    ) -> list[tuple[str | None, int]]:
        """
        Selected courses per value of a field or endpoint column (``os_reason``).

        Returns
        -------
        list of (value or None, int)
            Values as a query writes them: every level of the field (0 included), others in natural order, missing last
            if there are any.
        """
        options = options or Options()
        described = self._described(version, field)
        rows = self.selected(version, selection, options)
        with self._reading() as cursor:
            found = read.read_level_counts(cursor, [(described, rows)], options)
        return read.ordered_counts(described, found[field])

    def level_counts(
        self, version: CohortVersion, selection: Selection, fields: Sequence[str], options: Options | None = None
    ) -> dict[str, list[tuple[str | None, int]]]:
        """
        Courses per value of each field under the other conditions: a field's own condition does not count for it.

        Returns
        -------
        dict of field to list
            As `value_counts`.
        """
        options = options or Options()
        described = {name: self._described(version, name) for name in fields}
        parts = [(one, self.selected(version, selection.without(name), options)) for name, one in described.items()]
        with self._reading() as cursor:
            found = read.read_level_counts(cursor, parts, options)
        return {name: read.ordered_counts(one, found[name]) for name, one in described.items()}

    def size(self, version: CohortVersion, selection: Selection, options: Options | None = None) -> Size:
        """Courses and patients selected, and courses of the population: what `Selection.sentence` says."""
        options = options or Options()
        with self._reading() as cursor:
            return Size(
                *read.read_size(
                    cursor,
                    self.selected(version, selection, options),
                    self.selected(version, selection.population, options),
                    single=selection.single_course or version.n_patients == version.n_courses,
                )
            )

    def repeated_patients(self, version: CohortVersion, selection: Selection, options: Options | None = None) -> int:
        """Patients with more than one selected course; `core.selection.mixed_courses_refusal` says what follows."""
        if selection.single_course or version.n_patients == version.n_courses:
            return 0
        with self._reading() as cursor:
            return read.read_repeated(cursor, self.selected(version, selection, options or Options()))

    def selected(self, version: CohortVersion, selection: Selection, options: Options | None = None) -> Rows:
        """The selected rows of the analysis table with their bound values, for SQL of one's own (`Rows.relation`)."""
        return selected(table_names(version.id).analysis, selection, version.fields, options or Options())

    def _described(self, version: CohortVersion, name: str) -> Field:
        described = version.fields.get(name) or ENDPOINT_FIELDS.get(name)
        if described is None:
            raise ValueError(f"This cohort has no field '{name[:60]}'.")
        return described

    def _column(self, version: CohortVersion, name: str, options: Options) -> tuple[str, str]:
        """The stored column of a name ("" if the cohort lacks it) and its type."""
        if name in _KEYS:
            return name, _KEYS[name]
        known: Mapping[str, Field] = FIELDS if name in FIELDS else DERIVED
        if name in known and name not in version.fields and name not in ENDPOINT_FIELDS:
            return "", known[name].type
        return physical_column(name, options), self._described(version, name).type

    def _endpoint(self, endpoint: str, options: Options) -> tuple[str, str]:
        if endpoint not in ENDPOINTS:
            raise ValueError(f"'{endpoint[:60]}' is not an endpoint; these are: {', '.join(ENDPOINTS)}.")
        return physical_column(f"{endpoint}_days", options), physical_column(f"{endpoint}_event", options)
