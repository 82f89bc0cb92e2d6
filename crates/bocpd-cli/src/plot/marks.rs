//! What was found, drawn over a panel: levels, changes, and where they may have been.

use std::ops::Range;

use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axis::Axis;
use super::palette::{BAND, CHANGE, LEVEL, OUTLIER};
use super::panels::{Area, Chart, Drawn, HUGE, text};
use crate::report::{Changepoint, Segment};

/// With more segments than this the lines at their borders are not dashed any more, since
/// each dash costs as much as a line.
const MAX_DASHED: usize = 40;
/// More outliers than this are not marked.
const MAX_RINGS: usize = 600;
/// With more segments than this such lines would cover all else.
const MAX_LINES: usize = 300;

/// The mean of the values of each segment: a bar, or where there are very many one line
/// through all.
pub(super) fn levels(
    chart: &mut Chart,
    segments: &[Segment],
    values: &[Option<f64>],
    axis: &Axis,
) -> Drawn {
    let bar = |segment: &Segment| {
        let level = mean(&values[segment.start..segment.end])?.clamp(-HUGE, HUGE);
        Some([
            (axis.edge(segment.start), level),
            (axis.edge(segment.end), level),
        ])
    };
    let bars = segments.iter().filter_map(bar);
    if segments.len() > MAX_LINES {
        chart.draw_series(LineSeries::new(bars.flatten(), CHANGE.stroke_width(1)))?;
    } else {
        for bar in bars {
            chart.draw_series(LineSeries::new(bar, CHANGE.stroke_width(3)))?;
        }
    }
    Ok(())
}

/// Where the level of each segment is, with the probability of credible intervals: a band. Not
/// there where what the model calls its level is not what the values scatter around, or where
/// they do not: then it says what was assumed, not what was seen.
pub(super) fn bands(
    chart: &mut Chart,
    segments: &[Segment],
    number: usize,
    values: &[Option<f64>],
    axis: &Axis,
) -> Drawn {
    if segments.len() > MAX_LINES {
        return Ok(());
    }
    for segment in segments {
        let Some(level) = segment.level(number) else {
            continue;
        };
        let values = &values[segment.start..segment.end];
        let first = values.iter().flatten().next();
        if values.iter().flatten().all(|value| Some(value) == first) {
            continue;
        }
        let middle = mean(values);
        if !middle.is_some_and(|middle| (level.low..=level.high).contains(&middle)) {
            continue;
        }
        let corners = [
            (axis.edge(segment.start), level.low.clamp(-HUGE, HUGE)),
            (axis.edge(segment.end), level.high.clamp(-HUGE, HUGE)),
        ];
        chart.draw_series([Rectangle::new(corners, LEVEL.filled())])?;
    }
    Ok(())
}

/// A band over all places where a change may have been.
pub(super) fn places(
    chart: &mut Chart,
    changes: &[Changepoint],
    axis: &Axis,
    range: Range<f64>,
) -> Drawn {
    if changes.len() >= MAX_LINES {
        return Ok(());
    }
    let places = changes.iter().map(|change| &change.place);
    for place in places.filter(|place| place.is_single()) {
        // A change at an index lies at the border before that observation: half a step
        // beyond the first and the last border.
        let (left, right) = (axis.at(place.low.saturating_sub(1)), axis.at(place.high));
        let corners = [(left, range.start), (right, range.end)];
        chart.draw_series([Rectangle::new(corners, BAND.filled())])?;
    }
    Ok(())
}

/// A ring around each outlier.
pub(super) fn outliers(
    chart: &mut Chart,
    indices: impl Iterator<Item = usize>,
    values: &[Option<f64>],
    axis: &Axis,
) -> Drawn {
    let places = indices.filter_map(|i| Some((axis.at(i), values[i]?.clamp(-HUGE, HUGE))));
    let ring = |place| Circle::new(place, 5, OUTLIER.stroke_width(2));
    chart.draw_series(places.take(MAX_RINGS).map(ring))?;
    Ok(())
}

/// A line at each change: dashed, plain where there are many, and none where they would cover
/// everything.
pub(super) fn lines(
    chart: &mut Chart,
    changes: &[Changepoint],
    axis: &Axis,
    range: Range<f64>,
) -> Drawn {
    if changes.len() >= MAX_LINES {
        return Ok(());
    }
    for change in changes {
        let x = axis.edge(change.index);
        let line = [(x, range.start), (x, range.end)];
        if changes.len() >= MAX_DASHED {
            let style = CHANGE.mix(0.3).stroke_width(1);
            chart.draw_series([PathElement::new(line, style)])?;
        } else {
            let style = CHANGE.mix(0.7).stroke_width(1);
            chart.draw_series([DashedPathElement::new(line, 5, 4, style)])?;
        }
    }
    Ok(())
}

/// When each change was, above the panel, as far as there is room; and what changed, where it is
/// not the level alone.
pub(super) fn labels(
    area: &Area,
    chart: &Chart,
    changes: &[Changepoint],
    axis: &Axis,
    top: f64,
) -> Drawn {
    let style = text(15)
        .color(&CHANGE)
        .pos(Pos::new(HPos::Center, VPos::Bottom));
    let mut free_from = i32::MIN;
    for change in changes {
        let mut label = axis.name(change.index, change.time);
        if !change.is_of_level_alone() {
            let changed: Vec<_> = change.changed().map(|one| one.parameter).collect();
            label = format!("{label}: {}", changed.join(", "));
        }
        let half = i32::try_from(label.chars().count())? * 5;
        let (x, y) = chart.backend_coord(&(axis.edge(change.index), top));
        if x - half >= free_from {
            area.draw(&Text::new(label, (x, y - 4), style.clone()))?;
            free_from = x + half + 8;
        }
    }
    Ok(())
}

/// The mean of the values that are there, by running updates: a plain sum could overflow.
fn mean(values: &[Option<f64>]) -> Option<f64> {
    let mut count = 0.0;
    let mut mean = 0.0;
    for value in values.iter().flatten() {
        count += 1.0;
        mean += value / count - mean / count;
    }
    (count > 0.0).then_some(mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_survives_huge_and_missing_values() {
        assert_eq!(mean(&[None, None]), None);
        assert_eq!(mean(&[Some(1.0), None, Some(2.0)]), Some(1.5));
        assert_eq!(mean(&[Some(f64::MAX), Some(f64::MAX)]), Some(f64::MAX));
    }
}
