//! Outliers of a model that is chosen at run time.

use super::{Outliers, WithOutliers};
use crate::bank::Bank;
use crate::distribution::{Among, Cauchy, Distribution};
use crate::erased::AnyModel;
use crate::error::ParameterError;
use crate::observation::SideInformation;
use crate::observation_model::{Describe, ObservationModel};

/// The model with outliers among such numbers.
pub(crate) fn with_outliers(
    model: AnyModel,
    among: Among,
    outliers: &Outliers,
) -> Result<AnyModel, ParameterError> {
    outliers.check()?;
    let dimension = model.dimension();
    if dimension != 1 {
        let must = "be 1 for a model with outliers";
        return Err(ParameterError::new("dimension", dimension as f64, must));
    }
    let broad = match (outliers.centre, outliers.scale) {
        (Some(centre), Some(scale)) => Cauchy {
            centre,
            scale,
            among,
        },
        (centre, scale) => {
            let prior = like_prior(&model, among)?;
            Cauchy {
                centre: centre.unwrap_or(prior.centre),
                scale: scale.unwrap_or(prior.scale),
                among,
            }
        }
    };
    let model = WithOutliers::new(model, outliers.probability, broad)?;
    Ok(AnyModel::of(model))
}

/// The Cauchy distribution with the quartiles of the prior predictive, where features are 0.
fn like_prior(model: &AnyModel, among: Among) -> Result<Cauchy, ParameterError> {
    let mut bank = model.bank(1);
    model.spawn(&mut bank);
    debug_assert_eq!(bank.len(), 1, "one hypothesis");
    let unknown = |name| {
        let must = "be given: the model does not say its predictive";
        ParameterError::without_value(name, must)
    };
    let features = alloc::vec![0.0; model.features()];
    let side = SideInformation::of_features(&features);
    let predictive = model.predictive_with(&bank, 0, 0, 0.0, &side);
    let predictive = predictive.ok_or(unknown("centre of outliers"))?;
    let [low, middle, high] = [0.25, 0.5, 0.75].map(|p| predictive.quantile(p));
    let least = match among {
        Among::Reals | Among::Positives => 1e-100,
        Among::Counts => 1.0,
    };
    let (centre, scale) = (middle, 0.5 * high - 0.5 * low);
    if centre.is_nan() || scale.is_nan() {
        return Err(unknown("scale of outliers"));
    }
    Ok(Cauchy {
        centre: centre.clamp(-1e100, 1e100),
        scale: scale.clamp(least, 1e100),
        among,
    })
}
