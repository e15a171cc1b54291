"""What a Kaplan-Meier figure is drawn from, and its words: title, facts, caption, alternative text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.dictionary import Field
from core.figures.names import level_label, listed, sentence_case
from core.figures.provenance import Provenance
from core.formats import NOT_REACHED, count, median_months, months, p_equation, plural, sentences, span
from core.logrank import LogRank
from core.options import ENDPOINTS, Options
from core.outcome import Group, Outcome
from core.remarks import MAX_GROUPS, SMALL_GROUP
from core.small_groups import hides, least_of_a_curve, together
from core.strata import CONTRAST_LEVELS, REST_LEVELS, Strata
from core.survival import FollowUp

_OWN_WORDS = ("no_patients", "no_events", "few_patients", "small_group", "many_groups")
"""Notices that the figure says in its own place."""


@dataclass(frozen=True)
class Survival:
    """What one Kaplan-Meier figure shows.

    Parameters
    ----------
    endpoint : key of `ENDPOINTS`
    groups : in display order; one with level "" for everybody
    by : what divides the groups, as a title says it ("Grade"); "" for everybody
    field : the field that divides them; gives names, order and colours of the levels
    domain : all levels where the dictionary does not know them (of a threshold)
    log_rank : test between the groups
    follow_up : of all patients, on the overall-survival clock
    follow_up_of : " of the selection" where the rest is drawn too; else ""
    landmark : day from which the curves are drawn; None = from the start of the course
    notes : further sentences, e.g. of immortal time
    min_group : a smaller group is listed, not drawn
    min_cell : counts below it are not shown, nor curves by which they could be told; 0 shows all
    exact : every corner and mark is drawn, as a file needs; a screen thins what its pixels cannot tell apart
    round_to : counts are multiples of it and smaller ones hidden; 0 = exact
    withheld : groups too small to be shown or tested
    """

    endpoint: str
    groups: tuple[Group, ...]
    by: str = ""
    field: Field | None = None
    domain: tuple[str, ...] = ()
    log_rank: LogRank | None = None
    follow_up: FollowUp | None = None
    follow_up_of: str = ""
    landmark: float | None = None
    notes: tuple[str, ...] = ()
    min_group: int = SMALL_GROUP
    min_cell: int = 0
    exact: bool = False
    round_to: int = 0
    withheld: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Patients in all groups."""
        return together(group.curve.n for group in self.groups)

    @property
    def n_events(self) -> int:
        """Events in all groups."""
        return together(group.curve.n_events for group in self.groups)

    @property
    def divided(self) -> bool:
        """Whether there are groups at all."""
        return len(self.groups) != 1 or self.groups[0].level != ""

    @property
    def drawn(self) -> tuple[Group, ...]:
        """Groups that get a curve; everybody's is drawn at any size, unless small groups are hidden."""
        least = max(1, self.min_group) if self.divided else 1
        return tuple(one for one in self.groups if one.curve.n >= least and one.curve.time.size)[:MAX_GROUPS]

    def label(self, group: Group) -> str:
        """What a group is called."""
        return "All patients" if group.level == "" else level_label(group.level, self.field)


def survival(
    result: Outcome,
    fields: Mapping[str, Field],
    options: Options | None = None,
    *,
    divided: bool = True,
    exact: bool = False,
) -> Survival:
    """What to draw of an outcome.

    Parameters
    ----------
    result : Outcome
    fields : of the cohort version
    options : `min_cell` is heeded
    divided : draw its groups where it has some; False draws everybody
    exact : draw every corner and mark
    """
    strata = result.strata if divided and result.groups else None
    notes = tuple(one.message for one in result.notices if one.code not in _OWN_WORDS)
    return Survival(
        endpoint=result.endpoint,
        groups=result.groups if strata is not None else (result.overall,),
        by=result.strata_label if strata is not None else "",
        field=fields.get(strata.field) if strata is not None else None,
        domain=_domain(strata, [group.level for group in result.groups]) if strata is not None else (),
        log_rank=result.log_rank if strata is not None else None,
        follow_up=result.follow_up,
        follow_up_of=" of the selection" if strata is not None and strata.pair else "",
        landmark=result.landmark,
        notes=notes,
        min_group=least_drawn(options),
        min_cell=options.min_cell if options is not None else 0,
        exact=exact,
        round_to=options.round_to if options is not None and hides(options) else 0,
        withheld=result.withheld if strata is not None else (),
    )


def least_drawn(options: Options | None) -> int:
    """Patients of the smallest group that is drawn."""
    return least_of_a_curve(options) if options is not None and hides(options) else SMALL_GROUP


def _domain(strata: Strata, levels: Sequence[str]) -> tuple[str, ...]:
    """All levels that a threshold makes; () where the field knows its levels."""
    if strata.pair:
        return strata.pair
    if strata.cut is None and not strata.split:
        return ()
    lowest_is_there = bool(levels) and levels[0].startswith("<")
    return tuple(levels) if lowest_is_there else ("<", *levels)


def empty_reason(result: Survival) -> str | None:
    """One sentence to stand in place of the figure when no curve can be drawn, else None."""
    what = ENDPOINTS[result.endpoint]
    if not result.n:
        return f"{what}: no patient in this selection has a known time. Widen the selection."
    if not result.drawn and not result.divided:
        return (
            f"{what}: fewer than {result.min_group} patients, and small groups are hidden, so no curve is shown. "
            "Widen the selection."
        )
    if not result.drawn:
        return (
            f"{what}: every group has fewer than {result.min_group} patients ({_sizes(result, result.groups)}), "
            "so no curve is drawn. Widen the selection, or divide it by fewer levels."
        )
    return None


def title(result: Survival) -> str:
    """What the figure shows: "Progression-free survival by grade"."""
    divided_by = ""
    if result.domain in (REST_LEVELS, CONTRAST_LEVELS):
        divided_by = f": {_lower(result.by)}"
    elif result.by:
        divided_by = f" by {_lower(result.by).replace(' by ', ', ')}"
    landmark = f", from {months(result.landmark)} months on" if result.landmark is not None else ""
    return f"{ENDPOINTS[result.endpoint]}{divided_by}{landmark}"


def name(result: Survival) -> str:
    """What kind of figure it is, without anything that a click changes."""
    return f"Kaplan-Meier curves, {_lower(ENDPOINTS[result.endpoint])}"


def group_facts(group: Group) -> str:
    """Size, events and median of a group: "62 patients, 48 events, median 21.0 months (95% CI 16.3–27.9)"."""
    curve = group.curve
    return f"{plural(curve.n, 'patient')}, {plural(curve.n_events, 'event')}, {median_fact(group)}"


def median_fact(group: Group) -> str:
    """The median of a group: "median 21.0 months (95% CI 16.3–27.9)"."""
    curve, median = group.curve, group.curve.median
    if median.hidden:
        return "median not shown"
    if median.time is None and median.lower is None:
        return "median not reached"
    middle = NOT_REACHED if median.time is None else f"{months(median.time)} months"
    limits = "not estimable" if median.lower is None else span(months(median.lower), months(median.upper))
    return f"median {middle} ({100 * curve.conf_level:g}% CI {limits})"


def facts(result: Survival) -> list[str]:
    """The answer in numbers, one line each: of everybody, or the log-rank test between the groups."""
    if not result.divided:
        return [sentence_case(group_facts(result.groups[0]))]
    test = result.log_rank
    size = f"{plural(result.n, 'patient')}, {plural(result.n_events, 'event')}"
    if test is None:
        return [size]
    if test.p is None or test.chi2 is None:
        return [size, f"No log-rank test. {test.reason}"]
    rest = _not_drawn(result)
    more = _sizes(result, rest) if len(rest) < 3 else f"{len(rest)} groups"
    tested = [f"Tested too, but not drawn: {more}"] if rest else []
    if result.withheld:
        names = listed([level_label(one, result.field) for one in result.withheld])
        tested.append(f"Too few to show, and not tested: {names}")
    return [f"Log-rank {p_equation(test.p)} (two-sided, chi-squared {test.chi2:.1f}, df {test.df}); {size}", *tested]


def caption(result: Survival, source: Provenance | None = None) -> tuple[str, ...]:
    """The notes below the figure: groups not drawn, follow-up, method, cohort; one paragraph each."""
    method = result.groups[0].curve.method.replace(" %", "%") + "; pointwise bands" if result.groups else ""
    notes = [left_out(result), *result.notes, follow_up_words(result.follow_up, result.follow_up_of), method]
    told = [sentences([note]) for note in notes if note]
    return (*told, source.sentence()) if source is not None and source.sentence() else tuple(told)


def alt_text(result: Survival, source: Provenance | None = None) -> str:
    """The figure in sentences, for who cannot see it."""
    parts = [f"Kaplan-Meier curves: {_lower(title(result))}, in months"]
    parts += [f"{result.label(group)}: {group_facts(group)}" for group in result.drawn]
    parts += [*(facts(result) if result.divided else ()), left_out(result)]
    if source is not None:
        parts += [source.selection, source.sentence()]
    return sentences(parts)


def follow_up_words(follow_up: FollowUp | None, whose: str = "") -> str:
    """Both notions of follow-up, and whose it is (" of A"); "" without any."""
    if follow_up is None or follow_up.median_observed is None:
        return ""
    reverse = follow_up.reverse_median
    known = follow_up.min is not None
    spread = f" (range {span(months(follow_up.min), months(follow_up.max))})" if known else ""
    return (
        f"Follow-up{whose}: median observed {months(follow_up.median_observed)} months{spread}; "
        f"reverse Kaplan-Meier median {median_months(reverse)}"
    )


def _not_drawn(result: Survival) -> list[Group]:
    """Groups with patients, but without a curve."""
    drawn = {id(group) for group in result.drawn}
    return [group for group in result.groups if id(group) not in drawn and group.curve.n]


def left_out(result: Survival) -> str:
    """Groups that get no curve, and why; "" where there is none."""
    rest = _not_drawn(result)
    small = [group for group in rest if group.curve.n < result.min_group]
    more = [group for group in rest if group.curve.n >= result.min_group]
    said = []
    if small:
        said.append(f"Not drawn, fewer than {result.min_group} patients: {_sizes(result, small)}")
    if more:
        said.append(f"Not drawn, as {MAX_GROUPS} groups are the most that can be told apart: {_sizes(result, more)}")
    return sentences(said)


def _lower(text: str) -> str:
    """In the middle of a sentence: the first letter small, unless it starts a symbol such as FDG or CgA."""
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first[1:].islower() else text


def _sizes(result: Survival, groups: Sequence[Group]) -> str:
    return listed([f"{result.label(group)} ({count(group.curve.n)})" for group in groups])
