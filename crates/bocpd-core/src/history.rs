//! How much of the past a detector remembers.

/// How much of the past a detector keeps, to say afterwards when things
/// changed.
///
/// What is kept for a step is its backward kernel: for a segment that starts at
/// u, the probability of every start of the segment before it. With it the
/// smoothed marginals P(a segment starts at s | all seen so far) are exact.
///
/// Exhaustive on purpose: what shows a configuration should not compile if it does not know
/// one of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum History {
    /// Nothing: the filter alone.
    #[default]
    Nothing,
    /// The last L steps: smoothed marginals for the last L + 1 observations.
    /// Memory is bounded, at most L²/2 probabilities.
    Lag(u64),
    /// Everything: marginals of all observations, and draws of whole
    /// segmentations. Memory grows with the stream, by as many probabilities
    /// a step as hypotheses are alive.
    All,
}
