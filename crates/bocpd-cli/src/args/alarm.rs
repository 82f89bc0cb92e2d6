//! When a change is worth an alarm.

use bocpd_core::alarm::AlarmPolicy;
use clap::Args;

/// The limits that are the same whatever the threshold.
#[derive(Args)]
#[command(next_help_heading = "Alarms")]
pub(crate) struct PolicyArgs {
    /// A change counts if it began within the last W observations [default: 50]
    #[arg(long = "alarm-window", value_name = "W")]
    window: Option<u64>,
    /// A change counts if its segment has N observations already, so that a single wild value
    /// does not [default: 3, or W if that is less]
    #[arg(long = "alarm-min-segment", value_name = "N")]
    min_segment: Option<u64>,
    /// An alarm is on, and no other comes, until the probability falls under P that its change
    /// is still the last one and recent [default: 0.5, or the threshold if that is less]
    #[arg(long = "alarm-clear", value_name = "P")]
    clear: Option<f64>,
    /// After an alarm there is no other for N observations [default: 0]
    #[arg(long = "alarm-cool-down", value_name = "N")]
    cool_down: Option<u64>,
    /// After an alarm there is no other until it is acknowledged
    #[arg(long = "alarm-latched")]
    latched: bool,
}

/// All limits.
#[derive(Args)]
#[command(next_help_heading = "Alarms")]
pub(crate) struct AlarmArgs {
    /// Raise alarms, as the limits below or --config say; any of them asks for alarms too
    #[arg(long)]
    alarm: bool,
    /// Raise one where the probability of a recent change that no alarm has reported reaches P
    /// [default: 0.9]
    ///
    /// bocpd calibrate finds the P that keeps a promise about false alarms.
    #[arg(long = "alarm-threshold", value_name = "P")]
    threshold: Option<f64>,
    #[command(flatten)]
    policy: PolicyArgs,
}

/// What was said about alarms.
#[derive(Clone, Copy, Default)]
pub(crate) struct GivenPolicy {
    wanted: bool,
    threshold: Option<f64>,
    window: Option<u64>,
    min_segment: Option<u64>,
    clear: Option<f64>,
    cool_down: Option<u64>,
    latched: bool,
}

impl PolicyArgs {
    /// What was said, for alarms that are wanted anyway. The threshold that is looked for
    /// comes in the place of the highest, which agrees with every other limit.
    pub(crate) fn given(&self) -> GivenPolicy {
        GivenPolicy {
            wanted: true,
            threshold: Some(1.0),
            window: self.window,
            min_segment: self.min_segment,
            clear: self.clear,
            cool_down: self.cool_down,
            latched: self.latched,
        }
    }
}

impl AlarmArgs {
    /// What was said.
    pub(crate) fn given(&self) -> GivenPolicy {
        let policy = GivenPolicy {
            threshold: self.threshold,
            ..self.policy.given()
        };
        GivenPolicy {
            wanted: self.alarm || policy.says_anything(),
            ..policy
        }
    }
}

impl GivenPolicy {
    /// Whether one of the limits was said.
    pub(crate) fn says(&self, limit: &str) -> bool {
        match limit {
            "threshold" => self.threshold.is_some(),
            "window" => self.window.is_some(),
            "min_segment" => self.min_segment.is_some(),
            "clear" => self.clear.is_some(),
            _ => false,
        }
    }

    fn says_anything(&self) -> bool {
        self.latched
            || self.threshold.is_some()
            || self.clear.is_some()
            || [self.window, self.min_segment, self.cool_down]
                .iter()
                .any(Option::is_some)
    }

    /// The policy: what was said, then what the configuration file says, then core's limits.
    pub(crate) fn over(self, file: Option<AlarmPolicy>) -> Option<AlarmPolicy> {
        if !self.wanted && file.is_none() {
            return None;
        }
        let mut policy = file.unwrap_or_default();
        policy.threshold = self.threshold.unwrap_or(policy.threshold);
        policy.window = self.window.unwrap_or(policy.window);
        policy.cool_down = self.cool_down.unwrap_or(policy.cool_down);
        policy.latched |= self.latched;
        // A limit that nothing was said about must not stand in the way of one that was given.
        policy.clear = self.clear.unwrap_or(policy.clear.min(policy.threshold));
        policy.min_segment = self
            .min_segment
            .unwrap_or(policy.min_segment.min(policy.window));
        Some(policy)
    }
}
