//! Centre and scale of a series, unmoved by wild values.

use alloc::vec::Vec;

/// A scale's share of the normal distribution: σ = 1.4826 MAD.
pub(crate) const MAD_TO_SIGMA: f64 = 1.482_602_218_505_602;

/// Centre and scale of a series, unmoved by wild values.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RobustScale {
    /// The median.
    pub centre: f64,
    /// 1.4826 × the median absolute deviation from the median; where more than
    /// half of the values are equal, 1.2533 × the mean absolute deviation; 1 if
    /// all values are equal.
    pub scale: f64,
}

/// Centre and scale of the finite values of a series; 0 and 1 if there is none.
pub fn robust_scale(xs: &[f64]) -> RobustScale {
    let mut values: Vec<f64> = xs.iter().copied().filter(|x| x.is_finite()).collect();
    if values.is_empty() {
        return RobustScale {
            centre: 0.0,
            scale: 1.0,
        };
    }
    let centre = median(&mut values);
    for value in &mut values {
        *value = (*value - centre).abs();
    }
    let mad = MAD_TO_SIGMA * median(&mut values);
    let mean = values
        .iter()
        .map(|deviation| deviation / values.len() as f64)
        .sum::<f64>();
    let scale = [mad, libm::sqrt(core::f64::consts::FRAC_PI_2) * mean, 1.0]
        .into_iter()
        .find(|&scale| scale > 0.0 && scale.is_finite())
        .unwrap_or(1.0);
    RobustScale { centre, scale }
}

/// The median; reorders `values`, which must not be empty.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    let (middle, even) = (values.len() / 2, values.len().is_multiple_of(2));
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if even {
        let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        lower + (upper - lower) / 2.0
    } else {
        upper
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wild_value_moves_nothing() {
        let mut xs: Vec<f64> = (0..101).map(|i| f64::from(i % 11)).collect();
        let before = robust_scale(&xs);
        xs[50] = 1e300;
        let after = robust_scale(&xs);
        assert!((before.centre - after.centre).abs() <= 1.0);
        assert!((before.scale - after.scale).abs() <= 1.5);
    }

    #[test]
    fn scale_of_a_normal_sample_is_its_deviation() {
        // Quantiles of the standard normal at 1/8, …, 7/8.
        let xs = [
            -1.150_35, -0.674_49, -0.318_64, 0.0, 0.318_64, 0.674_49, 1.150_35,
        ];
        assert!((robust_scale(&xs).scale - 1.0).abs() < 1e-4);
        assert_eq!(robust_scale(&xs).centre, 0.0);
    }

    #[test]
    fn degenerate_series_have_a_scale() {
        assert_eq!(
            robust_scale(&[]),
            RobustScale {
                centre: 0.0,
                scale: 1.0
            }
        );
        assert_eq!(
            robust_scale(&[3.0; 9]),
            RobustScale {
                centre: 3.0,
                scale: 1.0
            }
        );
        let mostly_equal = [5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 9.0];
        assert!(robust_scale(&mostly_equal).scale > 0.5);
        assert_eq!(robust_scale(&[1.0, 3.0]).centre, 2.0);
    }
}
