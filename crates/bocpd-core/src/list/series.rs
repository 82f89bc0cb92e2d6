//! What priors are made from.

use alloc::vec::Vec;
use core::cell::OnceCell;

use crate::observation::Rows;
use crate::robust::{RobustScale, robust_scale};

/// A series that a prior is made from: what of it the list of models asks.
pub(crate) struct Series<'a> {
    xs: &'a [f64],
    /// How many numbers make an observation.
    dimension: usize,
    robust: OnceCell<RobustScale>,
    ln_robust: OnceCell<RobustScale>,
}

impl<'a> Series<'a> {
    pub(crate) fn new(xs: &'a [f64]) -> Self {
        Self::of(Rows::from(xs))
    }

    pub(crate) fn of(rows: Rows<'a>) -> Self {
        let (robust, ln_robust) = (OnceCell::new(), OnceCell::new());
        Self {
            xs: rows.values,
            dimension: rows.dimension.max(1),
            robust,
            ln_robust,
        }
    }

    /// What `question` finds out.
    pub(crate) fn answer<T>(&self, question: impl FnOnce(&Self) -> T) -> T {
        question(self)
    }

    fn robust(&self) -> RobustScale {
        *self.robust.get_or_init(|| robust_scale(self.xs))
    }

    /// The median, within the limits of locations.
    pub(crate) fn centre(&self) -> f64 {
        self.robust().centre.clamp(-1e100, 1e100)
    }

    /// The square of the robust scale, within the limits of scales.
    pub(crate) fn squared_scale(&self) -> f64 {
        let scale = self.robust().scale;
        (scale * scale).clamp(1e-100, 1e100)
    }

    /// For each number of an observation a series of it.
    fn columns(&self) -> impl Iterator<Item = Vec<f64>> {
        let of = |j| self.xs.iter().skip(j).step_by(self.dimension).copied();
        (0..self.dimension).map(move |j| of(j).collect())
    }

    /// The [`centre`](Self::centre) of each number.
    pub(crate) fn centres(&self) -> Vec<f64> {
        self.columns().map(|xs| Series::new(&xs).centre()).collect()
    }

    /// The [squared scale](Self::squared_scale) of each number.
    pub(crate) fn squared_scales(&self) -> Vec<f64> {
        self.columns()
            .map(|xs| Series::new(&xs).squared_scale())
            .collect()
    }

    fn ln_robust(&self) -> RobustScale {
        let logarithms = || {
            let positive = self.xs.iter().filter(|&&x| x > 0.0);
            positive.map(|&x| libm::log(x)).collect::<Vec<f64>>()
        };
        *self.ln_robust.get_or_init(|| robust_scale(&logarithms()))
    }

    /// The median of the logarithms of what is positive.
    pub(crate) fn ln_centre(&self) -> f64 {
        self.ln_robust().centre
    }

    /// The square of the logarithms' robust scale, within the limits of scales.
    pub(crate) fn ln_squared_scale(&self) -> f64 {
        let scale = self.ln_robust().scale;
        (scale * scale).clamp(1e-100, 1e100)
    }

    /// The mean of the finite values, within the limits of scales; 1 where it is no rate.
    pub(crate) fn positive_mean(&self) -> f64 {
        self.rate().unwrap_or(1.0)
    }

    /// How many successes the prior on a probability is worth, if its mean is to be that of
    /// the mean count before `size` successes; 1 where nothing is known of it.
    ///
    /// With μ that count over `size` they are 1 + 1/μ, the failures 1 + μ, and the mean of
    /// Beta(1 + 1/μ, 1 + μ) is 1/(1 + μ).
    pub(crate) fn successes(&self, size: f64) -> f64 {
        let worth = |rate: f64| (1.0 + size / rate).min(1e100);
        self.rate().map_or(1.0, worth)
    }

    /// How many failures it is worth.
    pub(crate) fn failures(&self, size: f64) -> f64 {
        let worth = |rate: f64| (1.0 + rate / size).min(1e100);
        self.rate().map_or(1.0, worth)
    }

    /// The size r for which counts of variance μ + μ²/r scatter within segments as these do: by
    /// the differences and the products of neighbours, which a few changes hardly alter. The
    /// largest that is taken where they scatter no more than Poisson counts; 1 where there
    /// are no neighbours.
    pub(crate) fn size(&self) -> f64 {
        let pairs = self.xs.iter().zip(self.xs.iter().skip(1));
        let (mut n, mut mean, mut variance, mut square) = (0.0, 0.0, 0.0, 0.0);
        for (&x, &y) in pairs.filter(|(x, y)| x.is_finite() && y.is_finite()) {
            n += 1.0;
            mean += (0.5 * (x + y) - mean) / n;
            variance += (0.5 * (x - y) * (x - y) - variance) / n;
            square += (x * y - square) / n;
        }
        let size = square / (variance - mean);
        if n == 0.0 || mean <= 0.0 {
            1.0
        } else if variance > mean && size.is_finite() {
            size.clamp(0.01, 1e6)
        } else {
            1e6
        }
    }

    /// How many categories there are, numbered from 0, within the limits of the model.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 2 and 64"
    )]
    pub(crate) fn categories(&self) -> u32 {
        let finite = self.xs.iter().copied().filter(|x| x.is_finite());
        (finite.fold(0.0, f64::max) + 1.0).clamp(2.0, 64.0) as u32
    }

    /// The mean of the positive values less 1; 1 where it is no rate.
    pub(crate) fn mean_beyond_one(&self) -> f64 {
        let beyond: Vec<f64> = self
            .xs
            .iter()
            .filter(|&&x| x > 0.0)
            .map(|x| x - 1.0)
            .collect();
        Series::new(&beyond).positive_mean()
    }

    /// The mean of the finite values, within the limits of scales; `None` if it is no rate.
    fn rate(&self) -> Option<f64> {
        let (mut mean, mut count) = (0.0, 0.0);
        for x in self.xs.iter().filter(|x| x.is_finite()) {
            count += 1.0;
            // By running updates: a plain sum could overflow.
            mean += x / count - mean / count;
        }
        (mean > 0.0).then(|| mean.clamp(1e-100, 1e100))
    }
}
