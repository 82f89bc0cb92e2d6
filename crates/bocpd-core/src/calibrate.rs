//! The threshold that keeps a promise.

mod first_alarms;
mod interval;
mod quiet;
mod threshold;

use alloc::vec::Vec;

use libm::ceil;

use crate::alarm::AlarmPolicy;
use crate::any_detector::AnyDetector;
use crate::config::Config;
use crate::error::{ParameterError, ReadoutError};
use crate::history::History;
use crate::parameter::Limits;
use crate::random::Random;

use first_alarms::Simulation;
pub use quiet::Quiet;

/// From the fewest streams that say something about an error to so many that the
/// error of what they say is under 1 %.
const STREAMS: Limits = Limits::closed(2.0, 1e5, "lie in [2, 1e5]");
/// How long a stream may be.
const LENGTH: Limits = Limits::closed(1.0, 1e9, "lie in [1, 1e9]");
/// Streams are this many times as long as the average run length that is asked
/// for, if need be.
const TIMES: f64 = 20.0;
/// What average run lengths can be asked for: their streams have a [`LENGTH`].
const RUN_LENGTH: Limits = Limits::closed(1.0, 5e7, "lie in [1, 5e7]");
/// A probability that is neither impossible nor certain.
const SOME: Limits = Limits::open(0.0, 1.0, "lie strictly between 0 and 1");

/// What the threshold is to achieve.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// This many observations on average until the first false alarm.
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
///
/// To be written out with what is different, `Effort { seed: 1, ..Default::default() }`: the
/// structure is open for that, and later versions may add fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// How many streams, 2 to 100,000. The errors fall with the root of it.
    pub streams: usize,
    /// For an average run length: the longest stream, at which a stream without
    /// an alarm is given up. `None` is twenty times what is asked for.
    pub longest: Option<usize>,
    /// Where the random numbers start.
    pub seed: u64,
}

impl Default for Effort {
    /// 1000 streams, seed 0.
    fn default() -> Self {
        Self {
            streams: 1000,
            longest: None,
            seed: 0,
        }
    }
}

/// What a [`Target`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Quantity {
    /// Observations until the first false alarm, on average.
    AverageRunLength,
    /// The probability of a false alarm within the horizon.
    FalseAlarm,
}

impl Quantity {
    /// What it is called in every front-end.
    pub fn name(self) -> &'static str {
        match self {
            Self::AverageRunLength => "average_run_length",
            Self::FalseAlarm => "false_alarm",
        }
    }
}

/// A threshold and what it achieves.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Calibration {
    /// For [`AlarmPolicy::threshold`].
    pub threshold: f64,
    /// What was asked for: an average run length or the probability of a false
    /// alarm.
    pub quantity: Quantity,
    /// How much of it.
    pub target: f64,
    /// How much of it this threshold gives the simulated streams. For an average
    /// run length, the mean of the time to the first alarm, in which a stream
    /// without an alarm counts with the horizon; for a false alarm, the share of
    /// the streams that have one within the horizon.
    pub achieved: f64,
    /// The Monte Carlo standard error of `achieved`, the choice of the threshold
    /// included.
    pub error: f64,
    /// The lower end of the 95 % interval for what it gives any such stream.
    pub low: f64,
    /// The upper end. For an average run length it has room for what streams
    /// without an alarm would have needed beyond the horizon, and is infinite
    /// where they give no hint of it.
    pub high: f64,
    /// The share of the streams that had no alarm within the horizon.
    pub censored: f64,
    /// How many observations a stream had at most.
    pub horizon: usize,
    /// How many streams there were.
    pub streams: usize,
}

/// Finds the alarm threshold for `config` (with its alarm policy, whatever that
/// has for a threshold, or the default one) by Monte Carlo.
///
/// Quiet streams run through a detector until their first alarm or the horizon.
/// The probability that the policy looks at does not depend on the threshold
/// before there is an alarm, so the observations at which it was larger than
/// ever before say of each threshold when it would have raised the first.
///
/// **An average run length** A: the threshold is the lowest for which the mean,
/// over n streams, of T = min(time to the first alarm, horizon) is A or more. A
/// share of `censored` streams has T = horizon: the mean without a horizon is
/// larger by what these would still need, and the same if there are none. With
/// the sample standard deviation s of T,
///
/// ```text
/// error = s/√n          low, high = achieved · exp(∓ t · error/achieved)
/// ```
///
/// t the 97.5 % quantile of Student's t with n − 1 degrees of freedom. To `high`
/// is added censored · E/q: with d alarms in the second half of the horizon, in
/// which the streams spent E observations together, q is the 2.5 % quantile of
/// Gamma(d, 1), and E/q the mean time to an alarm at the lowest rate that d
/// alarms agree with. That supposes that the rate falls no further.
///
/// **A false alarm** with probability α within the horizon: the threshold is the
/// k-th largest of the streams' largest values, k = ⌊α(n + 1)⌋. A stream like
/// them then has a false alarm with probability k/(n + 1) ≤ α on average over
/// such calibrations, exactly and whatever the model (Wilks 1941). `low` and
/// `high` are those of Clopper & Pearson (1934) for k of n.
///
/// Threshold and estimate come from the same streams. The intervals hold all the
/// same: in the second case since the probability that belongs to an order
/// statistic is Beta(k, n − k + 1), whose quantiles lie within them; in the
/// first since where the mean of the sample is A, the true one deviates from A
/// by what a mean of n streams deviates, up to terms in 1/n.
///
/// So many streams may reach 1 that no threshold does what is asked: then the
/// threshold is 1, and `achieved` says what that gives.
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
    (config.history, config.shifts, config.alarm) = (History::Nothing, false, None);
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
    // The threshold is what is looked for.
    let policy = AlarmPolicy {
        threshold: 1.0,
        ..*policy
    };
    policy.check()?;
    quiet.check(detector.dimension())?;
    STREAMS.check::<f64>("streams", effort.streams as f64)?;
    let whole = quiet.longest_whole(detector);
    let mut random = Random::new(effort.seed);
    let seeds: Vec<u64> = (0..effort.streams)
        .map(|_| random.below(u64::MAX))
        .collect();
    let mut simulation = Simulation::new(detector, &policy, quiet);
    match target {
        Target::AverageRunLength(length) => {
            let horizon = horizon_for(length, effort.longest, whole)?;
            // Longer streams are for those that have no alarm, once it is known
            // which threshold it is about.
            let at_first = times(length).min(horizon);
            threshold::for_mean(&mut simulation, &seeds, length, at_first, horizon)
        }
        Target::FalseAlarm {
            probability,
            horizon,
        } => {
            SOME.check::<f64>("probability", probability)?;
            LENGTH.check::<f64>("horizon", horizon as f64)?;
            in_one_piece("horizon", horizon, whole)?;
            threshold::for_share(&mut simulation, &seeds, probability, horizon)
        }
    }
}

/// The longest stream for an average run length.
fn horizon_for(length: f64, longest: Option<usize>, whole: usize) -> Result<usize, ParameterError> {
    RUN_LENGTH.check::<f64>("average_run_length", length)?;
    if let Some(longest) = longest {
        LENGTH.check::<f64>("longest", longest as f64)?;
        if (longest as f64) < length {
            let must = "be at least the average run length";
            return Err(ParameterError::new("longest", longest as f64, must));
        }
        in_one_piece("longest", longest, whole)?;
        return Ok(longest);
    }
    if length > whole as f64 {
        return Err(ParameterError::new("average_run_length", length, PIECE));
    }
    Ok(times(length).min(whole))
}

/// Some times as many observations.
fn times(length: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "length is at least 1 and at most 5e7"
    )]
    let times = ceil(TIMES * length) as usize;
    times
}

const PIECE: &str = "be shorter: the model simulates streams as a whole, of at most 2^27 numbers";

fn in_one_piece(name: &'static str, length: usize, whole: usize) -> Result<(), ParameterError> {
    if length > whole {
        return Err(ParameterError::new(name, length as f64, PIECE));
    }
    Ok(())
}
