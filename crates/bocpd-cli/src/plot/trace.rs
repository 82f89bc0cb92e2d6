//! The series itself.

use std::ops::Range;

use plotters::prelude::*;

use super::axis::Axis;
use super::palette::{POINTS, SERIES};
use super::panels::{Chart, Drawn, HUGE};

/// Up to this length each value has a dot.
const MAX_DOTS: usize = 600;
/// Longer series are drawn by the lowest and highest value of each of so many stretches: two
/// to a pixel.
const STRETCHES: usize = 2048;

/// Draws the values as a line that is broken where values are missing.
pub(super) fn draw(chart: &mut Chart, values: &[Option<f64>], axis: &Axis) -> Drawn {
    let place = |(i, value): (usize, f64)| (axis.at(i), value.clamp(-HUGE, HUGE));
    let stretch = values.len().div_ceil(STRETCHES);
    for run in runs(values, stretch) {
        let points: Vec<_> = thinned(values, run, stretch)
            .into_iter()
            .map(place)
            .collect();
        if let [alone] = points[..] {
            chart.draw_series([Circle::new(alone, 2, POINTS.filled())])?;
        } else {
            chart.draw_series(LineSeries::new(points, SERIES.stroke_width(1)))?;
        }
    }
    if values.len() <= MAX_DOTS {
        let points = values
            .iter()
            .enumerate()
            .filter_map(|(i, value)| Some(place((i, (*value)?))));
        chart.draw_series(points.map(|point| Circle::new(point, 2, POINTS.filled())))?;
    }
    Ok(())
}

/// Runs of values, without a gap of `gap` missing ones or more.
fn runs(values: &[Option<f64>], gap: usize) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (i, value) in values.iter().enumerate() {
        if value.is_some() {
            match runs.last_mut() {
                Some(run) if i - run.end < gap => run.end = i + 1,
                _ => runs.push(i..i + 1),
            }
        }
    }
    runs
}

/// The values of a run; of a long series only the extremes of each stretch.
fn thinned(values: &[Option<f64>], run: Range<usize>, stretch: usize) -> Vec<(usize, f64)> {
    let value = |i: usize| values[i].map(|value| (i, value));
    if stretch < 3 {
        return run.filter_map(value).collect();
    }
    let by_value = |a: &(usize, f64), b: &(usize, f64)| a.1.total_cmp(&b.1);
    let mut points = Vec::new();
    for first in run.clone().step_by(stretch) {
        let stretch = first..(first + stretch).min(run.end);
        let low = stretch.clone().filter_map(value).min_by(by_value);
        let high = stretch.filter_map(value).max_by(by_value);
        let mut pair: Vec<_> = low.into_iter().chain(high).collect();
        pair.sort_by_key(|point| point.0);
        pair.dedup();
        points.extend(pair);
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_at_gaps() {
        let values = [
            None,
            Some(1.0),
            Some(2.0),
            None,
            Some(3.0),
            None,
            None,
            Some(4.0),
        ];
        assert_eq!(runs(&values, 1), [1..3, 4..5, 7..8]);
        assert_eq!(runs(&values, 2), [1..5, 7..8]);
        assert_eq!(runs(&[None, None], 1), []);
    }

    #[test]
    fn extremes_survive_thinning() {
        let mut values = vec![Some(0.0); 100];
        values[41] = Some(9.0);
        values[42] = Some(-9.0);
        values[43] = None;
        let points = thinned(&values, 0..100, 10);
        assert!(points.len() <= 20);
        assert!(points.contains(&(41, 9.0)) && points.contains(&(42, -9.0)));
    }
}
