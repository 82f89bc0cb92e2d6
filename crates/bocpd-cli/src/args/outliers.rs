//! Wild values that are no change.

use bocpd_core::outliers::Outliers;
use clap::Args;

#[derive(Args, Clone, Copy)]
#[command(next_help_heading = "Outliers")]
pub(crate) struct OutliersArgs {
    /// An observation is wild with probability P and has nothing to do with its segment: it
    /// is not learned from, and by itself no change
    #[arg(long, value_name = "P")]
    outliers: Option<f64>,
    /// The centre of the broad (Cauchy) distribution that outliers come from [default: the
    /// median of the prior predictive]
    #[arg(long, value_name = "X")]
    outlier_centre: Option<f64>,
    /// Its scale: half of it lies so near to the centre [default: half of the interquartile
    /// range of the prior predictive]
    #[arg(long, value_name = "X")]
    outlier_scale: Option<f64>,
}

impl OutliersArgs {
    /// The options that were given.
    pub(crate) fn options(&self) -> impl Iterator<Item = &'static str> + use<> {
        let all = [
            ("--outliers", self.outliers),
            ("--outlier-centre", self.outlier_centre),
            ("--outlier-scale", self.outlier_scale),
        ];
        all.into_iter()
            .filter_map(|(option, value)| value.map(|_| option))
    }

    /// The outliers: what was said, then what the configuration file says. `Err` is an option
    /// about outliers where there are none.
    pub(crate) fn over(self, file: Option<Outliers>) -> Result<Option<Outliers>, &'static str> {
        let base = match (self.outliers, file) {
            (Some(probability), file) => Outliers {
                probability,
                ..file.unwrap_or_else(|| Outliers::new(probability))
            },
            (None, Some(file)) => file,
            (None, None) => return self.options().next().map_or(Ok(None), Err),
        };
        Ok(Some(Outliers {
            centre: self.outlier_centre.or(base.centre),
            scale: self.outlier_scale.or(base.scale),
            ..base
        }))
    }
}
