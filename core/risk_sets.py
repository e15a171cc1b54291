"""Who is at risk when: patients sorted once by time, latest first, in blocks of the distinct event times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.counts import tie_starts

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

_CHUNK = 4096


@dataclass(frozen=True)
class RiskSets:
    """Who is at risk when.

    Parameters
    ----------
    rows : (n,) input rows, latest time first, without those who left before the first event (they never count)
    starts : (k,) first position in `rows` of each event time's block; block j adds the rows that join its risk set
    group : (n,) block of each row
    events : (m,) positions in `rows` of the events, in order
    event_starts : (k,) first position in `events` of each event time
    event_group : (m,) block of each event
    chunks : first and last block of each of the runs of about `_CHUNK` rows that are worked on together: large arrays
        are several times slower than small ones, which stay in the processor's cache
    """

    rows: Ints
    starts: Ints
    group: Ints
    events: Ints
    event_starts: Ints
    event_group: Ints
    chunks: tuple[tuple[int, int], ...]

    def spans(self) -> Iterator[tuple[slice, slice, slice]]:
        """Rows, events and blocks of each chunk."""
        for first, last in self.chunks:
            whole = last == self.starts.size
            rows = slice(int(self.starts[first]), self.rows.size if whole else int(self.starts[last]))
            start, stop = self.event_starts[first], self.events.size if whole else self.event_starts[last]
            yield rows, slice(int(start), int(stop)), slice(first, last)


def risk_sets(time: Floats, event: Bools) -> RiskSets:
    """Sort patients into the risk sets of the distinct event times.

    Parameters
    ----------
    time : (n,) finite times, any unit
    event : (n,) True where the event happened

    Returns
    -------
    RiskSets
    """
    ascending = np.argsort(time, kind="stable")
    code = time_codes(time[ascending])
    happened = event[ascending]
    has_event = np.zeros(code[-1] + 1 if code.size else 0, dtype=bool)
    has_event[code[happened]] = True
    # The block of a row is the last event time not after it; -1: left before the first event.
    block = (np.cumsum(has_event) - 1)[code] if code.size else code
    first = int(np.searchsorted(block, 0))
    last = block[-1] if code.size else -1
    rows, group = ascending[first:][::-1], last - block[first:][::-1]
    events = np.flatnonzero(happened[first:][::-1])
    event_group = group[events]
    blocks = np.arange(last + 1)
    starts = group.searchsorted(blocks)
    cuts = np.unique(starts.searchsorted(np.arange(_CHUNK, rows.size, _CHUNK))) if rows.size > _CHUNK else blocks[:0]
    bounds = [0, *(int(cut) for cut in cuts if 0 < cut <= last), int(last) + 1]
    return RiskSets(
        rows=rows,
        starts=starts,
        group=group,
        events=events,
        event_starts=event_group.searchsorted(blocks),
        event_group=event_group,
        chunks=tuple(pairwise(bounds)) if blocks.size else (),
    )


def time_codes(ascending: Floats) -> Ints:
    """Number the distinct times of sorted times from 0, nearly equal ones (R's `aeqSurv`) alike."""
    new = np.zeros(ascending.size, dtype=np.intp)
    new[tie_starts(ascending)[1:]] = 1
    return new.cumsum()
