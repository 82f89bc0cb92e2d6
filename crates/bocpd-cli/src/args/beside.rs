//! The number that comes along with each observation, of models that take one.

use bocpd_core::observation::Beside;
use bocpd_core::parameter::ParameterValue;
use clap::Args;

use super::family::Given;

#[derive(Args)]
#[command(next_help_heading = "Beside each value")]
#[group(multiple = false)]
pub(crate) struct BesideArgs {
    /// The column of exposures: how long, or over how much, a count was taken; of --model poisson,
    /// which is then poisson-exposure
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["features", "together"])]
    exposure: Option<String>,
    /// How many trials successes are out of, of --model binomial: a number, or the column of the
    /// numbers where they differ, and the model is then binomial-trials
    #[arg(long, value_name = "N|COLUMN", conflicts_with = "features")]
    trials: Option<String>,
    /// The column of error bars: standard deviations of the noise of each value, of --model
    /// gaussian, which is then gaussian-error-bars
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["features", "together"])]
    sd: Option<String>,
    /// The column of weights: how many observations of --model gaussian each value is worth, as
    /// the mean of so many is; the model is then heteroscedastic-gaussian
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["features", "together"])]
    weight: Option<String>,
}

impl BesideArgs {
    /// What comes along, and the column that has it.
    pub(crate) fn column(&self) -> Option<(Beside, &str)> {
        let named = [
            (Beside::Exposure, &self.exposure),
            (Beside::Trials, &self.trials),
            (Beside::Sd, &self.sd),
            (Beside::Weight, &self.weight),
        ];
        let mut named = named
            .into_iter()
            .filter_map(|(beside, column)| Some((beside, column.as_deref()?)));
        named.find(|&(beside, column)| beside != Beside::Trials || whole(column).is_none())
    }

    /// The parameter of the model that is the same for all observations.
    pub(crate) fn parameter(&self) -> Option<Given> {
        let trials = whole(self.trials.as_deref()?)?;
        Some(Given {
            option: "--trials".to_owned(),
            name: TRIALS,
            value: ParameterValue::Whole(trials),
        })
    }
}

/// The parameter that may differ from one observation to the next.
pub(super) const TRIALS: &str = "trials";

/// A number, and no name.
fn whole(text: &str) -> Option<u64> {
    text.parse().ok()
}
