//! The probability of a change at each index, as needles.

use plotters::prelude::*;

use super::axis::Axis;
use super::palette::NEEDLE;
use super::panels::{Chart, Drawn};

/// Longer series have one needle, the longest, for each of so many stretches: one to a pixel.
const STRETCHES: usize = 1000;
/// Shorter needles would not be seen.
const FLOOR: f64 = 1e-4;

/// How high the panel is: the same for all pictures, so that they can be compared.
pub(super) const TOP: f64 = 1.05;

/// Draws a needle at the border before each observation that may be the first of a segment.
pub(super) fn draw(chart: &mut Chart, p_change_at: &[f64], axis: &Axis) -> Drawn {
    let stretch = p_change_at.len().div_ceil(STRETCHES);
    let width = if p_change_at.len() > 300 { 1 } else { 3 };
    for (index, p) in longest(p_change_at, stretch) {
        let x = axis.edge(index);
        let needle = PathElement::new([(x, 0.0), (x, p)], NEEDLE.stroke_width(width));
        chart.draw_series([needle])?;
    }
    Ok(())
}

/// The largest of each stretch. Index 0 is no change.
fn longest(p_change_at: &[f64], stretch: usize) -> Vec<(usize, f64)> {
    let indexed: Vec<_> = p_change_at.iter().copied().enumerate().skip(1).collect();
    let largest = |part: &[(usize, f64)]| part.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
    let longest = indexed.chunks(stretch.max(1)).filter_map(largest);
    longest.filter(|&(_, p)| p >= FLOOR).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_is_no_change_and_the_largest_stay() {
        let p = [1.0, 0.0, 0.2, 0.7, 0.1, 0.0, 0.00001, 0.3];
        assert_eq!(longest(&p, 1).len(), 4);
        assert_eq!(longest(&p, 3), [(3, 0.7), (4, 0.1), (7, 0.3)]);
    }
}
