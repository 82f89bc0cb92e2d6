//! Wild values that are no change.

use bocpd_core::outliers::Outliers;
use clap::Args;

#[derive(Args, Clone, Copy)]
#[command(next_help_heading = "Outliers")]
pub(crate) struct OutliersArgs {
    /// An observation is wild with probability P and has nothing to do with its segment: it
    /// is not learned from, and by itself no change; none: there are no wild ones
    #[arg(long, value_name = "P|none", value_parser = share)]
    outliers: Option<Share>,
    /// The centre of the broad (Cauchy) distribution that outliers come from [default: the
    /// median of the prior predictive]
    #[arg(long, value_name = "X")]
    outlier_centre: Option<f64>,
    /// Its scale: half of it lies so near to the centre [default: half of the interquartile
    /// range of the prior predictive]
    #[arg(long, value_name = "X")]
    outlier_scale: Option<f64>,
}

/// How many observations are wild.
#[derive(Clone, Copy)]
enum Share {
    None,
    Of(f64),
}

fn share(text: &str) -> Result<Share, String> {
    if text == "none" {
        return Ok(Share::None);
    }
    let number = text.parse().map(Share::Of);
    number.map_err(|_| "it must be a probability or none".to_owned())
}

impl OutliersArgs {
    /// The options that were given.
    pub(crate) fn options(&self) -> impl Iterator<Item = &'static str> + use<> {
        let all = [
            ("--outliers", self.outliers.is_some()),
            ("--outlier-centre", self.outlier_centre.is_some()),
            ("--outlier-scale", self.outlier_scale.is_some()),
        ];
        all.into_iter()
            .filter_map(|(option, given)| given.then_some(option))
    }

    /// The outliers, or that there are none: what was said, then what the configuration file
    /// says. `None` if nothing was; `Err` is an option about outliers where there are none.
    #[expect(
        clippy::option_option,
        reason = "there may be some, none, or nothing said"
    )]
    pub(crate) fn over(
        self,
        file: Option<Outliers>,
    ) -> Result<Option<Option<Outliers>>, &'static str> {
        let base = match (self.outliers, file) {
            (Some(Share::Of(probability)), file) => Outliers {
                probability,
                ..file.unwrap_or_else(|| Outliers::new(probability))
            },
            (None, Some(file)) => file,
            (nothing, _) => {
                let mut others = self.options().filter(|option| *option != "--outliers");
                return others.next().map_or(Ok(nothing.map(|_| None)), Err);
            }
        };
        Ok(Some(Some(Outliers {
            centre: self.outlier_centre.or(base.centre),
            scale: self.outlier_scale.or(base.scale),
            ..base
        })))
    }
}
