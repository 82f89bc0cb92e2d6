//! Which changes are wanted: how large, how far apart, how many.

use bocpd_core::Config;
use bocpd_core::defaults::Given;
use clap::Args;
use serde_json::{Value, json};

#[derive(Args, Clone, Copy)]
#[command(next_help_heading = "Which changes")]
pub(crate) struct PreferencesArgs {
    /// Let evidence count with the power G, at most 1: less finds large and long changes only
    /// [default: 1]
    #[arg(long, value_name = "G")]
    resolution: Option<f64>,
    /// No segment ends before it has M observations [default: 1]
    #[arg(long, id = "wanted_min_segment", value_name = "M")]
    min_segment: Option<u64>,
    /// Expect changes S times as often as the hazard says: more than 1 finds more of them, less
    /// finds fewer [default: 1]
    #[arg(long, value_name = "S")]
    sensitivity: Option<f64>,
}

impl PreferencesArgs {
    /// What was given, beside what is chosen.
    pub(crate) fn add_to(self, given: &mut Given) {
        given.resolution = self.resolution;
        given.min_segment = self.min_segment;
        given.sensitivity = self.sensitivity;
    }

    /// What was given, in place of what the configuration says.
    pub(crate) fn over(self, config: &mut Config) {
        config.resolution = self.resolution.unwrap_or(config.resolution);
        config.min_segment = self.min_segment.unwrap_or(config.min_segment);
        config.sensitivity = self.sensitivity.unwrap_or(config.sensitivity);
    }

    /// The options that were given, and their values.
    pub(crate) fn options(self) -> impl Iterator<Item = (&'static str, Value)> {
        let number = |value: Option<f64>| value.map(|value| json!(value));
        [
            ("--resolution", number(self.resolution)),
            ("--min-segment", self.min_segment.map(|value| json!(value))),
            ("--sensitivity", number(self.sensitivity)),
        ]
        .into_iter()
        .filter_map(|(option, value)| Some((option, value?)))
    }

    /// The option that sets this parameter of a configuration, if it was given.
    pub(crate) fn option_of(self, parameter: &str) -> Option<&'static str> {
        let mut options = self.options().map(|(option, _)| option);
        options.find(|option| option[2..].replace('-', "_") == parameter)
    }
}
