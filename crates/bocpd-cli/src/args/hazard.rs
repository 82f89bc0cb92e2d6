//! How long segments last.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{Parameter, parameters};

/// The hazards. Their names are the tags of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HazardName {
    /// A change is equally likely at any length: --mean-run-length
    Constant,
    /// Equally likely at any time, for irregular observations: --hazard-rate
    Rate,
    /// Weibull lengths: --hazard-shape --hazard-scale
    Weibull,
    /// Log-logistic lengths: --hazard-shape --hazard-scale
    LogLogistic,
    /// Negative binomial lengths: --hazard-k --hazard-p
    NegativeBinomial,
    /// Its values, length by length: --hazard-table
    Table,
}

#[derive(Args)]
#[command(next_help_heading = "Hazard")]
pub(crate) struct HazardArgs {
    /// How long segments last [default: constant]
    #[arg(long, value_enum)]
    pub(crate) hazard: Option<HazardName>,
    /// Mean length of a segment, in observations
    #[arg(short = 'l', long, value_name = "N")]
    mean_run_length: Option<f64>,
    /// Changes expected in a unit of time
    #[arg(long, value_name = "X")]
    hazard_rate: Option<f64>,
    /// Shape of a Weibull or log-logistic hazard
    #[arg(long, value_name = "X")]
    hazard_shape: Option<f64>,
    /// Scale of a Weibull or log-logistic hazard, in observations
    #[arg(long, value_name = "X")]
    hazard_scale: Option<f64>,
    /// Segments last until the K-th success ...
    #[arg(long, value_name = "K")]
    hazard_k: Option<u32>,
    /// ... of probability P
    #[arg(long, value_name = "P")]
    hazard_p: Option<f64>,
    /// P(a segment ends after 1, 2, ... observations | it reached them); the last repeats
    #[arg(long, value_name = "H", value_delimiter = ',')]
    hazard_table: Option<Vec<f64>>,
}

impl HazardArgs {
    /// All parameters, given or not.
    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let number = |value: Option<f64>| value.map(Value::from);
        parameters([
            (
                "--mean-run-length",
                "mean_run_length",
                number(self.mean_run_length),
            ),
            ("--hazard-rate", "per_unit_time", number(self.hazard_rate)),
            ("--hazard-shape", "shape", number(self.hazard_shape)),
            ("--hazard-scale", "scale", number(self.hazard_scale)),
            ("--hazard-k", "k", self.hazard_k.map(Value::from)),
            ("--hazard-p", "p", number(self.hazard_p)),
            (
                "--hazard-table",
                "hazards",
                self.hazard_table.as_ref().map(|h| json!(h)),
            ),
        ])
    }
}
