//! When to wake somebody.

use crate::ParameterError;

/// When a change is an alarm.
///
/// The statistic is the probability that a change not reported before lies in
/// the recent past and has lasted for a few observations already:
///
/// ```text
/// p = Σ w_t(s)   over starts s ≥ 1 with  min_segment ≤ t − s + 1 ≤ window
///                and s later than the observation of the alarm before
/// ```
///
/// An alarm is raised where p reaches `threshold`. No other follows until p has
/// fallen under `clear` (hysteresis), `cool_down` observations have passed and,
/// if the alarm is `latched`, somebody has
/// [acknowledged](crate::Alarms::acknowledge) it.
///
/// `min_segment` is what keeps a single wild point from being an alarm under a
/// robust model: a segment of one observation does not count.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct AlarmPolicy {
    /// An alarm is raised where the probability reaches this: in (0, 1].
    pub threshold: f64,
    /// How long ago a change may have begun, in observations.
    pub window: u64,
    /// How many observations the new segment must have.
    pub min_segment: u64,
    /// Under this probability the next alarm is possible: in (0, `threshold`].
    pub clear: f64,
    /// No alarm for this many observations after one.
    pub cool_down: u64,
    /// Whether an alarm stays until it is acknowledged.
    pub latched: bool,
}

impl Default for AlarmPolicy {
    /// Raised at 0.9 for a change within the last 50 observations that has
    /// lasted for 3; cleared under 0.5; no cool-down; not latched.
    fn default() -> Self {
        Self {
            threshold: 0.9,
            window: 50,
            min_segment: 3,
            clear: 0.5,
            cool_down: 0,
            latched: false,
        }
    }
}

impl AlarmPolicy {
    /// The default policy at another threshold, such as
    /// [`calibrate`](crate::calibrate) gives; cleared under ½, or under the
    /// threshold if that is lower.
    #[must_use]
    pub fn at(threshold: f64) -> Self {
        let default = Self::default();
        Self {
            threshold,
            clear: default.clear.min(threshold),
            ..default
        }
    }

    /// Whether the limits can be used.
    ///
    /// # Errors
    /// `threshold` must lie in (0, 1], `clear` in (0, `threshold`],
    /// `window` be at least 1, `min_segment` lie in [1, `window`].
    pub fn check(&self) -> Result<(), ParameterError> {
        if !(self.threshold > 0.0 && self.threshold <= 1.0) {
            let must = "be greater than 0 and at most 1";
            return Err(ParameterError::new("threshold", self.threshold, must));
        }
        if !(self.clear > 0.0 && self.clear <= self.threshold) {
            let must = "be greater than 0 and at most the threshold";
            return Err(ParameterError::new("clear", self.clear, must));
        }
        if self.window < 1 {
            return Err(ParameterError::new("window", 0.0, "be at least 1"));
        }
        if self.min_segment < 1 || self.min_segment > self.window {
            let value = self.min_segment as f64;
            let must = "be at least 1 and at most the window";
            return Err(ParameterError::new("min_segment", value, must));
        }
        Ok(())
    }
}
