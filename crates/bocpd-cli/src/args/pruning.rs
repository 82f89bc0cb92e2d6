//! Which hypotheses are kept.

use bocpd_core::Pruning;
use clap::Args;

#[derive(Args)]
#[command(next_help_heading = "Pruning")]
pub(crate) struct PruningArgs {
    /// Give nothing up: cost grows with the square of the length
    #[arg(long, conflicts_with_all = ["max_hypotheses", "min_weight", "max_run_length"])]
    exact: bool,
    /// Keep at most K hypotheses, those that would be missed most
    #[arg(long, value_name = "K")]
    max_hypotheses: Option<usize>,
    /// Drop hypotheses less probable than E
    #[arg(long, value_name = "E")]
    min_weight: Option<f64>,
    /// Treat all run lengths of R or more as one
    #[arg(long, value_name = "R")]
    max_run_length: Option<u64>,
}

impl PruningArgs {
    /// What was asked for, if anything was.
    pub(crate) fn given(&self) -> Option<Pruning> {
        let mut pruning = Pruning::exact();
        pruning.max_hypotheses = self.max_hypotheses;
        pruning.min_weight = self.min_weight;
        pruning.max_run_length = self.max_run_length;
        (self.exact || pruning != Pruning::exact()).then_some(pruning)
    }
}
