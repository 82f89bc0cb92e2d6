"""What `detect` found as plain data, frames and text."""

from __future__ import annotations

import datetime
import html
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from bocpd._compiled import Change, Estimate, Jump, Segment

if TYPE_CHECKING:
    from bocpd.readout import Result

__all__ = ["changes_columns", "document", "frame", "page", "segments_columns", "text"]

# So many outliers are named.
_NAMED = 20
# So many parameters that changed are told.
_SPEAKING = 5


def document(result: Result) -> dict[str, Any]:
    """The same as `bocpd detect --json` prints, of plain types: what is not finite or not
    known is None, dates are ISO text."""
    named = result.times is not None
    try:
        configuration = json.loads(result.detector.to_json())
        # How it was looked at is not part of what was assumed.
        configuration["history"] = "nothing"
    except ValueError:  # something is written in Python
        configuration = None
    found = {
        "observations": len(result.x),
        "missing": int(np.isnan(result.x.reshape(len(result.x), -1)).all(axis=1).sum())
        if len(result.x)
        else 0,
        "changepoints": [_change(result, i) for i in range(len(result.changes))],
        "segments": [_segment(result, segment, named) for segment in result.segments],
        "expected_changes": result.expected_changes,
        "p_change_at": result.p_change_at.tolist(),
    }
    if len(result.p_outlier):
        found["p_outlier"] = result.p_outlier.tolist()
    if result.detector._hazards_in_words() is not None:
        found["hazard_probabilities"] = result.detector.hazard_probabilities.tolist()
    found |= {
        "mass": result.mass,
        "ln_evidence": result.ln_evidence,
        "pruned_mass": result.detector.pruned_mass,
        "assumptions": list(result.assumptions),
        "remarks": [
            {"kind": remark.kind, "value": remark.value, "text": remark.text}
            for remark in result.remarks
        ],
        "structures": [list(structure) for structure in result.structures],
        "config": configuration,
    }
    plain: dict[str, Any] = _plain(found)
    return plain


def _change(result: Result, i: int) -> dict[str, Any]:
    change, before, after = result.changes[i], result.segments[i], result.segments[i + 1]
    named, where = result.times is not None, change.location
    found: dict[str, Any] = {"index": change.index}
    if named:
        found["time"] = change.time
    found["probability"] = change.probability
    found |= {"p_nearby": where.p_nearby, "p_single": where.p_single}
    found |= {"low": where.low, "high": where.high}
    if named:
        found |= {"low_time": change.low_time, "high_time": change.high_time}
    found["credible"] = where.credible
    found["length"] = len(after)
    if result.columns and change.jump is not None:
        found["number"] = result.columns[change.jump.dimension]
    found |= _jump(change.jump, before, after)
    if change.parameters:
        found["parameters"] = [_parameter(result, change, i, before, after) for i in range(len(change.parameters))]
    if result.columns:
        found["parts"] = [
            {"number": result.columns[part.dimension], "ln_bayes_factor": part.ln_bayes_factor}
            | _jump(part.jump, before, after)
            for part in change.parts
        ]
    return found


def _jump(jump: Jump | None, before: Segment, after: Segment) -> dict[str, Any]:
    """How a level changed; nothing where the model knows none."""
    if jump is None:
        return {}
    old, new = _level(before, jump.dimension), _level(after, jump.dimension)
    if old is None or new is None:
        return {}
    return {
        "parameter": jump.parameter,
        "before": old.mean,
        "after": new.mean,
        "p_rose": jump.p_rose,
        "difference": jump.difference,
        "sd": jump.sd,
    }


def _parameter(
    result: Result, change: Change, at: int, before: Segment, after: Segment
) -> dict[str, Any]:
    """Whether a parameter differs; of models there are no values."""
    of = change.parameters[at]
    found: dict[str, Any] = {"number": result.columns[of.dimension]} if result.columns else {}
    found |= {"parameter": of.parameter, "p_changed": of.p_changed}
    if at < len(after.parameters):
        found |= {"before": before.parameters[at].mean, "after": after.parameters[at].mean}
    return found


def _changed(change: Change, columns: list[str] | None) -> str:
    """The parameters that differ more probably than not."""
    named = [f"{columns[one.dimension]}:" if columns else "" for one in change.parameters]
    pairs = zip(named, change.parameters, strict=True)
    return " ".join(name + one.parameter for name, one in pairs if one.p_changed > 0.5)


def _level(segment: Segment, dimension: int) -> Estimate | None:
    """The first parameter of one of the numbers."""
    return next((p for p in segment.parameters if p.dimension == dimension), None)


def _segment(result: Result, segment: Segment, named: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"start": segment.start, "end": segment.end}
    if named:
        found |= {"time": segment.time, "last_time": segment.last_time}
    return found | {
        "length": len(segment),
        "observed": segment.observed,
        "parameters": [_estimate(result, parameter) for parameter in segment.parameters],
        **({"model_probabilities": probabilities} if (probabilities := segment.model_probabilities) else {}),
        "ln_evidence": segment.ln_evidence,
        "ln_bayes_factor": segment.ln_bayes_factor,
    }


def _estimate(result: Result, estimate: Estimate) -> dict[str, Any]:
    found = {name: getattr(estimate, name) for name in estimate.__match_args__}
    dimension = found.pop("dimension")
    return {"number": result.columns[dimension], **found} if result.columns else found


def _plain(value: Any) -> Any:
    """Of types that JSON has."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (np.integer, np.floating, np.bool_)):
        value = value.item()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    return str(value)


def changes_columns(result: Result) -> dict[str, list[Any]]:
    """A row for each change, with the columns of `bocpd detect --csv`."""
    names = ["index", "time", "probability", "p_nearby", "p_single", "low", "high", "low_time", "high_time"]
    names += ["length", *(["number"] if result.columns else []), "parameter", "before", "after", "p_rose", "difference", "sd"]
    if result.times is None:
        names = [name for name in names if not name.endswith("time")]
    rows = [_change(result, i) for i in range(len(result.changes))]
    columns = {name: [row.get(name) for row in rows] for name in names}
    return columns | {"changed": [_changed(change, result.columns) for change in result.changes]}


def segments_columns(result: Result) -> dict[str, list[Any]]:
    """A row for each segment; of each parameter mean, standard deviation and interval."""
    named = result.times is not None
    rows = []
    for segment in result.segments:
        row = _segment(result, segment, named)
        probabilities = row.pop("model_probabilities", [])
        row |= {f"p_model_{k}": p for k, p in enumerate(probabilities)}
        for parameter in row.pop("parameters"):
            name = parameter["name"]
            if "number" in parameter:
                name = f"{parameter['number']}_{name}"
            row[name] = parameter["mean"]
            row |= {f"{name}_{part}": parameter[part] for part in ("sd", "low", "high")}
        rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: [row.get(name) for row in rows] for name in names}


def frame(columns: dict[str, Any], backend: str, index: Any = None) -> Any:
    """A frame of pandas or polars."""
    if backend == "polars":
        import polars as pl

        # Of a list with dates of NumPy polars would make objects.
        return pl.DataFrame({name: _at_once(column) for name, column in columns.items()})
    if backend == "pandas":
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError(
                "frames need pandas (pip install pandas), or polars and backend='polars'"
            ) from error
        return pd.DataFrame(columns, index=index)
    raise ValueError(f"backend must be 'pandas' or 'polars', got {backend!r}")


def _at_once(column: Any) -> Any:
    several = isinstance(column, list) and len(column) > 0
    return np.array(column) if several and isinstance(column[0], np.generic) else column


def _headline(result: Result) -> str:
    n = len(result.changes)
    named = "" if result.name is None else f"{result.name}: "
    return (
        f"{named}{len(result.x)} observations, {n or 'no'} change{'s' * (n != 1)}, "
        f"ln evidence {result.ln_evidence:.2f}"
    )


def _table(result: Result) -> list[list[str]]:
    """Cells for people, a row for each change under a row of heads; empty without changes."""
    if not result.changes:
        return []
    level = result.segments[0].level
    head = ["index", "time", "probability", "nearby", f"{100 * result.mass:g} % within"]
    what = "" if level is None else f"{level.name} before → after"
    if result.columns:
        what = "most in" if level is None else "most in: before → after"
    # Where there is one parameter, it is what changed.
    several = any(len(change.parameters) > 1 for change in result.changes)
    rows = [head + ([what] if what else []) + (["changed"] if several else [])]
    for i, change in enumerate(result.changes):
        where = change.location
        low: Any = where.low
        high: Any = where.high
        if result.times is not None:
            low, high = change.low_time, change.high_time
        row = [str(change.index), said(change.time), f"{change.probability:.3f}"]
        row += [f"{where.p_nearby:.3f}", _between(said(low), said(high))]
        if what:
            row.append(_moved(result, i))
        if several:
            row.append(_differing(result, i))
        rows.append(row)
    if result.times is None:
        rows = [[row[0], *row[2:]] for row in rows]
    return rows


def _moved(result: Result, i: int) -> str:
    """The level before and after a change; of several numbers the one with the largest part in
    it, and the other numbers that speak for it, too."""
    change, before, after = result.changes[i], result.segments[i], result.segments[i + 1]
    if not result.columns:
        return f"{_short(before.level)} → {_short(after.level)}"
    parts = sorted(change.parts, key=lambda part: -part.ln_bayes_factor)
    first = parts[0].dimension
    said = result.columns[first]
    if parts[0].jump is not None:
        said += f" {parts[0].jump.parameter}: {_short(_level(before, first))}"
        said += f" → {_short(_level(after, first))}"
    others = [result.columns[part.dimension] for part in parts[1:] if part.ln_bayes_factor > 0]
    return said + (f"; also {', '.join(others)}" if others else "")


def _differing(result: Result, i: int) -> str:
    """Which parameters differ more probably than not, with that probability where it is not 1;
    of a variance what its root was and is."""
    change, before, after = result.changes[i], result.segments[i], result.segments[i + 1]
    told = []
    for at, one in enumerate(change.parameters):
        if not one.p_changed > 0.5:
            continue
        text = f"{result.columns[one.dimension]} " if result.columns else ""
        text += one.parameter
        text += f" {one.p_changed:.3f}" if one.p_changed < 0.9995 else ""
        for square, root in (("variance", "sd"), ("squared_scale", "scale")):
            if one.parameter.endswith(square) and at < len(after.parameters):
                old, new = (math.sqrt(of.parameters[at].mean) for of in (before, after))
                text += f" ({one.parameter.removesuffix(square)}{root} {old:.3g} → {new:.3g})"
        told.append(text)
    more = [f"and {len(told) - _SPEAKING} more"] if len(told) > _SPEAKING else []
    return ", ".join(told[:_SPEAKING] + more) or "-"


def _between(low: str, high: str) -> str:
    return low if low == high else f"{low}..{high}"


def said(label: Any) -> str:
    """A label for people: a date without a time of day that is midnight."""
    if isinstance(label, datetime.datetime):
        midnight = label.time() == datetime.time() and label.tzinfo is None
        return str(label.date()) if midnight else str(label)
    return str(label)


def _notes(result: Result) -> list[str]:
    notes = []
    if len(result.p_outlier):
        found = ", ".join(_place(result, i) for i in result.outliers[:_NAMED]) or "none"
        more = len(result.outliers) - _NAMED
        notes.append(f"outliers: {found}" + (f" and {more} more" if more > 0 else ""))
    notes += [f"assumed: {assumption}" for assumption in result.assumptions]
    if (hazards := result.detector._hazards_in_words()) is not None:
        notes.append(f"found: {hazards}")
    return notes + [f"remark: {remark.text}" for remark in result.remarks]


def _place(result: Result, i: int) -> str:
    return str(i) if result.times is None else said(result.times[i])


def text(result: Result) -> str:
    """What was found, in lines."""
    rows = _table(result)
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [_headline(result)]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines + _notes(result))


def page(result: Result) -> str:
    """The same for notebooks."""
    said = html.escape
    parts = [f"<p>{said(_headline(result))}</p>"]
    rows = _table(result)
    if rows:
        head = "".join(f"<th>{said(cell)}</th>" for cell in rows[0])
        body = "".join(
            "<tr>" + "".join(f"<td>{said(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:]
        )
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    notes = _notes(result)
    if notes:
        parts.append("<ul>" + "".join(f"<li>{said(note)}</li>" for note in notes) + "</ul>")
    return "<div>" + "".join(parts) + "</div>"


def _short(level: Estimate | None) -> str:
    return "?" if level is None else f"{level.mean:.4g} ({level.low:.4g}..{level.high:.4g})"

