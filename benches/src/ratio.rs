//! Ratios measured in one run: the contenders take turns, so that a machine
//! that slows down slows all of them down.

use std::time::Instant;

/// Minimum, median and maximum.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// The smallest.
    pub min: f64,
    /// The middle one.
    pub median: f64,
    /// The largest.
    pub max: f64,
}

impl Spread {
    /// Of some measurements.
    ///
    /// # Panics
    /// If there are none.
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self {
            min: values[0],
            median: values[values.len() / 2],
            max: values[values.len() - 1],
        }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { min, median, max } = self;
        let digits = if *median < 10.0 { 2 } else { 0 };
        write!(f, "{min:.digits$}/{median:.digits$}/{max:.digits$}")
    }
}

/// Nanoseconds per unit of each contender, `rounds` times in turn. A contender
/// does its work once and says how many units that was.
pub fn take_turns(rounds: usize, contenders: &mut [&mut dyn FnMut() -> usize]) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::new(); contenders.len()];
    for round in 0..=rounds {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            let start = Instant::now();
            let units = contender();
            let time = start.elapsed().as_nanos() as f64 / units as f64;
            // The first round warms up.
            if round > 0 {
                times.push(time);
            }
        }
    }
    times
}

/// The ratio of two contenders round by round.
pub fn ratio(numerator: &[f64], denominator: &[f64]) -> Spread {
    Spread::of(
        numerator
            .iter()
            .zip(denominator)
            .map(|(a, b)| a / b)
            .collect(),
    )
}
