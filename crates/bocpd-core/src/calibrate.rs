//! The threshold that keeps a promise.

use alloc::vec::Vec;

use libm::{ceil, exp, log1p, sqrt};

use crate::error::ReadoutError;
use crate::interrupt;
use crate::{AlarmPolicy, AnyDetector, Config, Keep, ParameterError, Random};

/// Where quiet streams come from.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Quiet<'a> {
    /// Simulated from the model: the parameters of each stream are drawn from
    /// the prior.
    Model,
    /// Drawn from a history without changes, in blocks of consecutive values
    /// (the moving-block bootstrap), so that correlation within a block stays.
    History {
        /// The history, in row-major order.
        values: &'a [f64],
        /// The length of a block; 1 where observations are independent.
        block: usize,
    },
}

/// What the threshold is to achieve.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// This many observations on average until a false alarm.
    AverageRunLength(f64),
    /// A false alarm within `horizon` observations with this probability.
    FalseAlarm {
        /// In (0, 1).
        probability: f64,
        /// How many observations.
        horizon: usize,
    },
}

/// How much to simulate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// How many streams.
    pub streams: usize,
    /// The longest stream for an average run length; the rest is extrapolated.
    pub longest: usize,
    /// Where the random numbers start.
    pub seed: u64,
}

impl Default for Effort {
    /// 1000 streams of at most 1000 observations, seed 0.
    fn default() -> Self {
        Self {
            streams: 1000,
            longest: 1000,
            seed: 0,
        }
    }
}

/// A threshold and what it achieves.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Calibration {
    /// For [`AlarmPolicy::threshold`](crate::AlarmPolicy::threshold).
    pub threshold: f64,
    /// The share of the streams that this threshold alarms.
    pub false_alarms: f64,
    /// The Monte Carlo standard error of `false_alarms`.
    pub false_alarms_error: f64,
    /// The average run length that follows: −horizon/ln(1 − `false_alarms`).
    pub average_run_length: f64,
    /// Its Monte Carlo standard error.
    pub average_run_length_error: f64,
    /// How long each stream was.
    pub horizon: usize,
    /// How many there were.
    pub streams: usize,
}

/// Finds the alarm threshold for `config` (with its alarm policy, or the
/// default one) by Monte Carlo.
///
/// Each quiet stream runs through a detector, and the largest value that the
/// policy's statistic takes in it is noted. A threshold alarms the streams
/// whose largest value reaches it, so the threshold for a false-alarm
/// probability α is an order statistic of these values: the smallest that
/// alarms at most α of the streams. An average run length A over streams of n
/// observations is the same with α = 1 − exp(−n/A), as false alarms on quiet
/// data come at a nearly constant rate. What is achieved is given with its
/// Monte Carlo error; so many streams may reach 1 that no threshold does what
/// is asked, which shows in `false_alarms`.
///
/// # Errors
/// If the configuration, the target or the effort cannot be used, a value of
/// the history cannot be observed, or the model cannot simulate.
pub fn calibrate(
    config: &Config,
    quiet: Quiet<'_>,
    target: Target,
    effort: Effort,
) -> Result<Calibration, ReadoutError> {
    let policy = config.alarm.unwrap_or_default();
    // The statistic alone is looked at: nothing is to be written down.
    let mut config = config.clone();
    (config.history, config.shifts, config.alarm) = (Keep::Nothing, false, None);
    calibrate_detector(&config.build()?, &policy, quiet, target, effort)
}

/// [`calibrate`] for copies of a detector, which may have a model or a hazard of
/// the caller's; it need not be fresh. It should not keep its history, nor
/// follow shifts: that is work for nothing.
///
/// # Errors
/// As [`calibrate`].
pub fn calibrate_detector(
    detector: &AnyDetector,
    policy: &AlarmPolicy,
    quiet: Quiet<'_>,
    target: Target,
    effort: Effort,
) -> Result<Calibration, ReadoutError> {
    let (alpha, horizon) = target.alpha_and_horizon(&effort)?;
    let streams = effort.streams;
    if streams == 0 {
        return Err(ParameterError::new("streams", 0.0, "be at least 1").into());
    }
    let mut detector = detector.clone();
    let mut random = Random::new(effort.seed);
    let mut peaks = Vec::with_capacity(streams);
    for _ in 0..streams {
        let stream = match quiet {
            Quiet::Model => {
                let simulated = detector.simulate(&mut random, horizon);
                interrupt::check()?;
                simulated.ok_or(ReadoutError::Model { what: "simulation" })?
            }
            Quiet::History { values, block } => {
                let history = History {
                    rows: values,
                    dimension: detector.dimension(),
                };
                history.resample(block, horizon, &mut random)?
            }
        };
        peaks.push(detector.alarm_peak(policy, &stream)?);
    }
    peaks.sort_by(|a, b| b.total_cmp(a));
    // At most this many streams may alarm.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 ≤ alpha < 1"
    )]
    let allowed = (alpha * streams as f64) as usize;
    let threshold = above(peaks.get(allowed).copied().unwrap_or(0.0));
    Ok(Calibration::new(threshold, &peaks, horizon))
}

impl Target {
    fn alpha_and_horizon(self, effort: &Effort) -> Result<(f64, usize), ParameterError> {
        match self {
            Self::AverageRunLength(length) => {
                if !(1.0..=1e12).contains(&length) {
                    let must = "lie in [1, 1e12]";
                    return Err(ParameterError::new("average_run_length", length, must));
                }
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "between 1 and 1e12"
                )]
                let horizon = (ceil(length) as usize).min(effort.longest.max(1));
                Ok((1.0 - exp(-(horizon as f64) / length), horizon))
            }
            Self::FalseAlarm {
                probability,
                horizon,
            } => {
                if !(probability > 0.0 && probability < 1.0) {
                    let must = "lie strictly between 0 and 1";
                    return Err(ParameterError::new("probability", probability, must));
                }
                if horizon == 0 {
                    return Err(ParameterError::new("horizon", 0.0, "be at least 1"));
                }
                Ok((probability, horizon))
            }
        }
    }
}

impl Calibration {
    fn new(threshold: f64, peaks: &[f64], horizon: usize) -> Self {
        let streams = peaks.len();
        let alarmed = peaks.iter().filter(|&&peak| peak >= threshold).count();
        let p = alarmed as f64 / streams as f64;
        // Of none (or all) in n the error is not 0: as if half a stream had
        // done otherwise.
        let least = 0.5 / streams as f64;
        let bounded = p.clamp(least, 1.0 - least);
        let p_error = sqrt(bounded * (1.0 - bounded) / streams as f64);
        // A = −n/ln(1−p), dA/dp = A²/(n (1−p)).
        let average = -(horizon as f64) / log1p(-bounded);
        let slope = average * average / (horizon as f64 * (1.0 - bounded));
        Self {
            threshold,
            false_alarms: p,
            false_alarms_error: p_error,
            average_run_length: average,
            average_run_length_error: slope * p_error,
            horizon,
            streams,
        }
    }
}

/// The next number above a peak, as the threshold that it does not reach; at
/// most 1.
fn above(peak: f64) -> f64 {
    f64::from_bits(peak.max(0.0).to_bits() + 1).clamp(1e-9, 1.0)
}

/// Observations without a change, in row-major order.
struct History<'a> {
    rows: &'a [f64],
    dimension: usize,
}

impl History<'_> {
    /// `n` observations in blocks drawn from the history.
    fn resample(
        &self,
        block: usize,
        n: usize,
        random: &mut Random,
    ) -> Result<Vec<f64>, ParameterError> {
        let &Self { rows, dimension } = self;
        let length = rows.len() / dimension;
        if block == 0 || block > length {
            let must = "be at least 1 and at most the length of the history";
            return Err(ParameterError::new("block", block as f64, must));
        }
        let mut stream = Vec::with_capacity(n * dimension);
        while stream.len() < n * dimension {
            let starts = (length - block + 1) as u64;
            let start = usize::try_from(random.below(starts)).unwrap_or(0) * dimension;
            let wanted = (block * dimension).min(n * dimension - stream.len());
            stream.extend_from_slice(&rows[start..start + wanted]);
        }
        Ok(stream)
    }
}
