//! The horizontal axis: times where they are numbers or dates in order, else the index.

use crate::foreign::shortened;
use crate::time::{self, Position};

/// Where each observation lies, and how a place is called.
pub(super) struct Axis {
    positions: Vec<f64>,
    unit: Unit,
    pub(super) title: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    /// The index, for want of better.
    Count,
    /// Numbers.
    Plain,
    /// Dates: `day` of the axis' units make a day, counted from `origin` days after 1970.
    Date { day: f64, origin: f64 },
}

impl Axis {
    pub(super) fn new(count: usize, times: Option<&[String]>, title: Option<&str>) -> Self {
        let title = shortened(title.unwrap_or("time"));
        let places = times.and_then(|times| numbers(times).or_else(|| dates(times)));
        if let Some((positions, unit)) = places {
            return Self {
                positions,
                unit,
                title,
            };
        }
        Self {
            positions: (0..count).map(|i| i as f64).collect(),
            unit: Unit::Count,
            title: "index".to_owned(),
        }
    }

    /// The middle of an observation.
    pub(super) fn at(&self, index: usize) -> f64 {
        self.positions[index]
    }

    /// The border between an observation and the one before it; `edge(count)` is the end.
    pub(super) fn edge(&self, index: usize) -> f64 {
        let p = &self.positions;
        let last = p.len() - 1;
        match index {
            _ if last == 0 => p[0] + if index == 0 { -0.5 } else { 0.5 },
            0 => p[0] - (p[1] - p[0]) / 2.0,
            i if i > last => p[last] + (p[last] - p[last - 1]) / 2.0,
            i => f64::midpoint(p[i - 1], p[i]),
        }
    }

    /// What to call an observation: by its index where the axis counts, else by its time.
    pub(super) fn name(&self, index: usize, time: Option<&str>) -> String {
        match (self.unit, time) {
            (Unit::Count, _) | (Unit::Plain, None) => index.to_string(),
            (Unit::Plain, Some(time)) => shortened(time),
            (Unit::Date { .. }, _) => self.label(self.at(index), self.span() / 10.0),
        }
    }

    fn span(&self) -> f64 {
        self.positions[self.positions.len() - 1] - self.positions[0]
    }

    /// What to write at a mark, where marks lie `step` apart.
    pub(super) fn label(&self, position: f64, step: f64) -> String {
        match self.unit {
            Unit::Count | Unit::Plain => plain(position, step),
            Unit::Date { day, origin } => time::label(origin + position / day, step / day),
        }
    }
}

/// A number at a mark, where marks lie `step` apart: the decimals that tell them apart.
pub(super) fn plain(position: f64, step: f64) -> String {
    if position.abs() >= 1e9 || step < 1e-6 {
        return format!("{position:.3e}");
    }
    let decimals = (0..6).find(|&d| step * 10f64.powi(d) > 0.999).unwrap_or(6);
    format!("{position:.0$}", usize::try_from(decimals).unwrap_or(0))
}

fn increasing(positions: &[f64]) -> bool {
    positions.windows(2).all(|pair| pair[0] < pair[1])
}

fn numbers(times: &[String]) -> Option<(Vec<f64>, Unit)> {
    let number = |text: &String| match Position::read(text) {
        Some(Position::Number(number)) => Some(number),
        _ => None,
    };
    let positions: Vec<_> = times.iter().map(number).collect::<Option<_>>()?;
    increasing(&positions).then_some((positions, Unit::Plain))
}

fn dates(times: &[String]) -> Option<(Vec<f64>, Unit)> {
    let days = |text: &String| match Position::read(text) {
        Some(Position::Days(days)) => Some(days),
        _ => None,
    };
    let mut positions: Vec<_> = times.iter().map(days).collect::<Option<_>>()?;
    if !increasing(&positions) {
        return None;
    }
    // Marks fall on round numbers of the axis' unit, so the unit is one that suits the span.
    let origin = positions.first()?.floor();
    let span = positions.last()? - positions.first()?;
    let day = match span {
        s if s > 3.0 => 1.0,
        s if s > 3.0 / 24.0 => 24.0,
        s if s > 3.0 / 1440.0 => 1440.0,
        _ => 86_400.0,
    };
    for position in &mut positions {
        *position = (*position - origin) * day;
    }
    Some((positions, Unit::Date { day, origin }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(times: &[&str]) -> Axis {
        let times: Vec<_> = times.iter().map(|&t| t.to_owned()).collect();
        Axis::new(times.len(), Some(&times), Some("when"))
    }

    #[test]
    fn numbers_in_order_are_places() {
        let axis = axis(&["1871", "1872", "1874"]);
        assert_eq!(axis.at(2), 1874.0);
        assert_eq!(
            [0, 1, 2, 3].map(|i| axis.edge(i)),
            [1870.5, 1871.5, 1873.0, 1875.0]
        );
        assert_eq!(axis.label(1872.0, 20.0), "1872");
        assert_eq!(axis.title, "when");
        assert_eq!(axis.name(1, Some(" 1872 ")), "1872");
    }

    #[test]
    fn dates_in_order_are_places() {
        let axis = axis(&[
            "2024-03-01T00:00Z",
            "2024-03-01T06:00Z",
            "2024-03-01T12:00Z",
        ]);
        assert_eq!([0, 1, 2].map(|i| axis.at(i)), [0.0, 6.0, 12.0]);
        assert_eq!(axis.label(6.0, 2.0), "03-01 06:00");
        assert_eq!(axis.name(1, Some("2024-03-01T06:00Z")), "03-01 06:00");
    }

    #[test]
    fn anything_else_is_counted() {
        for times in [["b", "a"], ["2", "1"], ["1", "2024-01-01"]] {
            let axis = axis(&times);
            assert_eq!((axis.at(1), axis.title.as_str()), (1.0, "index"));
            assert_eq!(axis.name(1, Some(times[1])), "1");
        }
    }

    #[test]
    fn labels_have_the_decimals_they_need() {
        assert_eq!(plain(0.25, 0.05), "0.25");
        assert_eq!(plain(1500.0, 500.0), "1500");
        assert_eq!(plain(0.5, 0.1), "0.5");
        assert_eq!(plain(1.5e12, 1e11), "1.500e12");
    }
}
