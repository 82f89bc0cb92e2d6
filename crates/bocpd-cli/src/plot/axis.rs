//! The horizontal axis: times where they are numbers or dates in order, else the index.

use super::dates;
use crate::foreign::shortened;
use crate::input::Series;
use crate::time::{self, Epoch, Grain, Position};

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
    /// Days since 1970; observations are called by dates so fine.
    Date(Grain),
}

/// A mark of the axis: where it is, and what is written there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
}

impl Axis {
    pub(super) fn of(series: &Series) -> Self {
        let column = series.layout.time.as_ref();
        let title = column.and_then(|column| column.name.as_deref());
        Self::new(series.len(), series.positions.as_deref(), title)
    }

    fn new(count: usize, times: Option<&[Position]>, title: Option<&str>) -> Self {
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
            0 => p[0] - self.beyond(p[1] - p[0]),
            i if i > last => p[last] + self.beyond(p[last] - p[last - 1]),
            i => f64::midpoint(p[i - 1], p[i]),
        }
    }

    /// Half a step beyond the first and the last observation.
    fn beyond(&self, step: f64) -> f64 {
        if step > 0.0 {
            return step / 2.0;
        }
        let p = &self.positions;
        (p[p.len() - 1] - p[0]) / p.len() as f64 / 2.0
    }

    /// What to call an observation: by its index where the axis counts, else by its time.
    pub(super) fn name(&self, index: usize, time: Option<&str>) -> String {
        match (self.unit, time) {
            (Unit::Count, _) | (Unit::Plain, None) => index.to_string(),
            (Unit::Plain, Some(time)) => shortened(time),
            (Unit::Date(grain), _) => time::label(self.at(index), grain),
        }
    }

    /// What to write at a mark, where marks lie `step` apart; those of dates are [`Self::ticks`].
    pub(super) fn label(&self, position: f64, step: f64) -> String {
        match self.unit {
            Unit::Count => whole(position),
            _ => plain(position, step),
        }
    }

    /// The marks of an axis of dates; those of numbers are found elsewhere.
    pub(super) fn ticks(&self) -> Option<Vec<Tick>> {
        let Unit::Date(_) = self.unit else {
            return None;
        };
        Some(dates::ticks(self.edge(0), self.edge(self.positions.len())))
    }
}

/// A count at a mark: nothing where it is none.
pub(super) fn whole(position: f64) -> String {
    let count = position.round();
    if (position - count).abs() < 1e-6 {
        // Without the sign of a zero that was rounded.
        format!("{}", count + 0.0)
    } else {
        String::new()
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

/// Whether places are in order, and not all the same.
fn in_order(positions: &[f64]) -> bool {
    positions.windows(2).all(|pair| pair[0] <= pair[1])
        && (positions.len() < 2 || positions[0] < positions[positions.len() - 1])
}

fn numbers(times: &[Position]) -> Option<(Vec<f64>, Unit)> {
    let number = |position: &Position| match position {
        Position::Number(number) => Some(*number),
        Position::Date(_) => None,
    };
    let positions: Vec<_> = times.iter().map(number).collect::<Option<_>>()?;
    if !in_order(&positions) {
        return None;
    }
    let (first, last) = (*positions.first()?, *positions.last()?);
    match Epoch::of(first) {
        Some(epoch) if Epoch::of(last) == Some(epoch) => {
            let positions: Vec<_> = positions.into_iter().map(|p| epoch.days(p)).collect();
            let grain = dates::grain(&positions);
            Some((positions, Unit::Date(grain)))
        }
        _ => Some((positions, Unit::Plain)),
    }
}

fn dates(times: &[Position]) -> Option<(Vec<f64>, Unit)> {
    let days = |position: &Position| match position {
        Position::Date(stamp) => Some(time::days(*stamp)),
        Position::Number(_) => None,
    };
    let positions: Vec<_> = times.iter().map(days).collect::<Option<_>>()?;
    let grain = dates::grain(&positions);
    in_order(&positions).then_some((positions, Unit::Date(grain)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Clock;

    fn axis(times: &[&str]) -> Axis {
        let mut clock = Clock::default();
        let times: Option<Vec<_>> = times.iter().map(|time| clock.read(time)).collect();
        Axis::new(2, times.as_deref(), Some("when"))
    }

    #[test]
    fn numbers_in_order_are_places() {
        let axis = axis(&["1871", "1872", "1874"]);
        assert_eq!(axis.at(2), 1874.0);
        assert_eq!(
            [0, 1, 2, 3].map(|i| axis.edge(i)),
            [1870.5, 1871.5, 1873.0, 1875.0]
        );
        assert_eq!(axis.title, "when");
        assert_eq!(axis.name(1, Some(" 1872 ")), "1872");
        assert_eq!(axis.ticks(), None);
    }

    #[test]
    fn dates_in_order_are_places() {
        for times in [
            [
                "2024-03-01T00:00Z",
                "2024-03-01T06:00Z",
                "2024-03-01T12:00Z",
            ],
            ["1709251200", "1709272800", "1709294400"],
            ["1709251200000", "1709272800000", "1709294400000"],
        ] {
            let axis = axis(&times);
            assert_eq!([0, 1, 2].map(|i| axis.at(i)), [19783.0, 19783.25, 19783.5]);
            assert_eq!(axis.name(1, Some(times[1])), "03-01 06:00");
            let ticks = axis.ticks().unwrap();
            assert!(
                ticks.iter().any(|tick| tick.label == "03-01 06:00"),
                "{ticks:?}"
            );
        }
    }

    #[test]
    fn months_are_places() {
        let axis = axis(&["2010-01", "2010-02", "2011-03"]);
        assert_eq!(axis.name(1, None), "2010-02");
        let labels: Vec<_> = axis
            .ticks()
            .unwrap()
            .into_iter()
            .map(|tick| tick.label)
            .collect();
        assert!(labels.contains(&"2010-07".to_owned()), "{labels:?}");
    }

    #[test]
    fn anything_else_is_counted() {
        for times in [["b", "a"], ["2", "1"], ["1", "2024-01-01"], ["3", "3"]] {
            let axis = axis(&times);
            assert_eq!((axis.at(1), axis.title.as_str()), (1.0, "index"));
            assert_eq!(axis.name(1, Some(times[1])), "1");
        }
    }

    #[test]
    fn labels_have_the_decimals_they_need() {
        assert_eq!(["12", "", "0"], [12.0, 0.4, -1e-17].map(whole));
        assert_eq!(plain(0.25, 0.05), "0.25");
        assert_eq!(plain(1500.0, 500.0), "1500");
        assert_eq!(plain(0.5, 0.1), "0.5");
        assert_eq!(plain(1.5e12, 1e11), "1.500e12");
    }
}
