//! The observation model and the prior of its parameters.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{Parameter, parameters};

/// The models. Their names are the tags of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModelName {
    /// Real numbers, mean and variance unknown: --mean --kappa --alpha --beta
    Gaussian,
    /// Real numbers with outliers: --mean --kappa --alpha --beta --nu
    StudentT,
    /// The same, degrees of freedom learned: --nu takes a list, --nu-prior its weights
    StudentTGrid,
    /// Counts: --shape --rate
    Poisson,
    /// 0 or 1: --a --b
    Bernoulli,
    /// Successes out of --trials: --a --b
    Binomial,
    /// Positive numbers of --known-shape (1: exponential): --shape --rate
    Gamma,
}

#[derive(Args)]
#[command(next_help_heading = "Model")]
pub(crate) struct ModelArgs {
    /// What the observations of a segment look like [default: gaussian]
    #[arg(short, long, value_enum)]
    pub(crate) model: Option<ModelName>,
    /// Prior mean of the level
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    mean: Option<f64>,
    /// Weight of the prior mean, in observations
    #[arg(long, value_name = "X")]
    kappa: Option<f64>,
    /// Weight of the prior on the variance, in half observations
    #[arg(long, value_name = "X")]
    alpha: Option<f64>,
    /// Scale of the prior on the variance: about alpha times the variance
    #[arg(long, value_name = "X")]
    beta: Option<f64>,
    /// Degrees of freedom; several, separated by commas, for student-t-grid
    #[arg(long, value_name = "X", value_delimiter = ',')]
    nu: Option<Vec<f64>>,
    /// Prior weights of the degrees of freedom [default: all equal]
    #[arg(long, value_name = "P", value_delimiter = ',')]
    nu_prior: Option<Vec<f64>>,
    /// Shape of the gamma prior on a rate
    #[arg(long, value_name = "X")]
    shape: Option<f64>,
    /// Rate of the gamma prior on a rate: its weight, in observations
    #[arg(long, value_name = "X")]
    rate: Option<f64>,
    /// Shape of the observations themselves
    #[arg(long, value_name = "X")]
    known_shape: Option<f64>,
    /// Beta prior: successes
    #[arg(long, value_name = "X")]
    a: Option<f64>,
    /// Beta prior: failures
    #[arg(long, value_name = "X")]
    b: Option<f64>,
    /// Trials of each observation
    #[arg(long, value_name = "N")]
    trials: Option<u64>,
}

impl ModelArgs {
    /// All parameters, given or not.
    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let number = |value: Option<f64>| value.map(Value::from);
        // One number is one number; which models take a list is theirs to say.
        let nu = self.nu.as_ref().map(|nu| match nu[..] {
            [one] => json!(one),
            _ => json!(nu),
        });
        parameters([
            ("--mean", "mean", number(self.mean)),
            ("--kappa", "kappa", number(self.kappa)),
            ("--alpha", "alpha", number(self.alpha)),
            ("--beta", "beta", number(self.beta)),
            ("--nu", "nu", nu),
            (
                "--nu-prior",
                "nu_prior",
                self.nu_prior.as_ref().map(|p| json!(p)),
            ),
            ("--shape", "shape", number(self.shape)),
            ("--rate", "rate", number(self.rate)),
            ("--known-shape", "known_shape", number(self.known_shape)),
            ("--a", "a", number(self.a)),
            ("--b", "b", number(self.b)),
            ("--trials", "trials", self.trials.map(Value::from)),
        ])
    }
}
