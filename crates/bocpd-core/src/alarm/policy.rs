//! When to wake somebody.

use crate::error::ParameterError;

/// When a change is an alarm.
///
/// Two probabilities decide, both sums of w_t(s) = P(the current segment began
/// at s | x_0..x_t) over starts s ≥ 1 in the window, t − s + 1 ≤ `window`; the
/// first segment, s = 0, is no change:
///
/// ```text
/// p_new  = Σ w_t(s)   over s later than the observation of the last alarm,
///                     t − s + 1 ≥ min_segment: a change that no alarm reported
/// p_last = Σ w_t(s)   over the others: what the last alarm has reported, and
///                     segments too young to decide
/// ```
///
/// An alarm is raised where p_new reaches `threshold`. It is on until p_last
/// falls under `clear`: the detector takes the change back, another one has
/// followed, or it lies before the window. The next alarm needs the last one to
/// be off, `cool_down` observations after it to have passed and, if it is
/// `latched`, somebody to have [acknowledged](crate::alarm::Alarms::acknowledge) it.
/// What began meanwhile is an alarm then, if it still lies in the window.
///
/// So each change has one alarm, even where a second one follows within the
/// window, and where the threshold is so low that an alarm comes before it is
/// clear where the change began. What came before the alarm counts as reported:
/// two changes that it has seen together are one alarm.
///
/// `min_segment` is what keeps a single wild point from being an alarm under a
/// robust model: a segment of one observation does not count.
///
/// To be written out with what is different, `AlarmPolicy { window: 20, ..Default::default() }`:
/// the structure is open for that, and later versions may add fields.
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
    /// An alarm is on until its probability falls under this: in (0, `threshold`].
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
    /// [`calibrate`](crate::calibrate::calibrate) gives; cleared under ½, or under the
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
    /// `threshold` must lie in (0, 1], `clear` in (0, `threshold`], `window` must
    /// be positive, `min_segment` in [1, `window`]. Where two of them contradict
    /// each other, the error is about the one that is not at its default.
    pub fn check(&self) -> Result<(), ParameterError> {
        let default = Self::default();
        let error = |name, value, must| Err(ParameterError::new(name, value, must));
        if !(self.threshold > 0.0 && self.threshold <= 1.0) {
            let must = "be greater than 0 and at most 1";
            return error("threshold", self.threshold, must);
        }
        if !(self.clear > 0.0 && self.clear <= 1.0) {
            let must = "be greater than 0 and at most the threshold";
            return error("clear", self.clear, must);
        }
        if self.clear > self.threshold {
            return if self.clear.to_bits() == default.clear.to_bits() {
                error("threshold", self.threshold, "be at least clear (0.5)")
            } else {
                error("clear", self.clear, "be at most the threshold")
            };
        }
        if self.window == 0 {
            return error("window", 0.0, "be at least 1");
        }
        if self.min_segment == 0 {
            return error("min_segment", 0.0, "be at least 1");
        }
        if self.min_segment > self.window {
            return if self.min_segment == default.min_segment {
                error("window", self.window as f64, "be at least min_segment (3)")
            } else {
                let value = self.min_segment as f64;
                error("min_segment", value, "be at most the window")
            };
        }
        Ok(())
    }
}
