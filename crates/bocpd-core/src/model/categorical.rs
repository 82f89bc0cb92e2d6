//! Which of several categories.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::bank::Grouped;
use crate::distribution::{self, Beta, Distribution, Forms, Level, Parameter};
use crate::error::{ObservationError, ParameterError, check};
use crate::lanes::Group;
use crate::observation::Observation;
use crate::observation_model::{Describe, GroupedModel, Source, grouped_model};
use crate::parameter::Limits;
use crate::random::Random;
use crate::real::Real;
use crate::score::{Apply, GroupStep};

/// How many categories there may be.
pub(crate) const CATEGORIES: Limits = Limits::closed(2.0, 64.0, "lie in 2..=64");

/// Categorical observations, numbered from 0, with a Dirichlet prior on their probabilities.
///
/// ```text
/// x | p ~ Categorical(p_0, …, p_{k−1}),   p ~ Dirichlet(a, …, a),   a = concentration
/// a_x' = a_x + 1   P(x) = a_x / Σ a_j
/// ```
///
/// Murphy (2012), *Machine Learning*, §3.4. With two categories it is
/// [`Bernoulli`](crate::model::Bernoulli). The level of a segment is the probability of category
/// 0: that number is best given to what is ordinary.
#[derive(Clone, Debug)]
pub struct Categorical<F: Real = f64> {
    concentration: F,
    categories: usize,
}

impl Categorical {
    /// A model in `f64` of categories from 0 to `categories` − 1; `concentration` is how many
    /// observations of each of them the prior is worth.
    ///
    /// # Errors
    /// `concentration` must lie in [1e-100, 1e100], `categories` in 2..=64.
    pub fn new(concentration: f64, categories: u32) -> Result<Self, ParameterError> {
        Self::typed(concentration, categories)
    }
}

impl<F: Real> Categorical<F> {
    /// [`new`](Categorical::new) for any scalar type.
    ///
    /// # Errors
    /// As for `new`, with the limits of the type ([`Real::HUGE`]).
    pub fn typed(concentration: f64, categories: u32) -> Result<Self, ParameterError> {
        let concentration = check::positive::<F>("concentration", concentration)?;
        CATEGORIES.check::<F>("categories", f64::from(categories))?;
        Ok(Self {
            concentration: F::of(concentration),
            categories: categories as usize,
        })
    }

    /// Which statistic is the sum of all others.
    fn total(&self) -> usize {
        self.categories
    }

    /// What a hypothesis knows of the probability of each category.
    fn posteriors<'a>(
        &self,
        bank: &'a Grouped<F>,
        hypothesis: usize,
    ) -> impl Iterator<Item = Beta> + use<'a, F> {
        let categories = self.categories;
        let count = move |k| bank.statistic(hypothesis, k).wide();
        (0..categories).map(move |k| Beta {
            a: count(k),
            b: (0..categories).filter(|&j| j != k).map(count).sum(),
        })
    }

    fn level_of(&self, bank: &Grouped<F>, hypothesis: usize) -> Option<Beta> {
        self.posteriors(bank, hypothesis).next()
    }
}

impl<F: Real> GroupedModel<F> for Categorical<F> {
    type Obs = u64;
    const COUNTED: bool = false;

    /// a_0, …, a_{k−1}, and their sum.
    fn width(&self) -> usize {
        self.categories + 1
    }

    #[inline(always)]
    fn admits(&self, x: Observation<'_, u64>) -> Result<(), ObservationError> {
        let x = *x.alone()?;
        if x < self.categories as u64 {
            return Ok(());
        }
        Err(ObservationError::OutOfSupport {
            value: x as f64,
            must: "be less than the number of categories",
        })
    }

    #[inline(always)]
    fn push_prior(&self, bank: &mut Grouped<F>) {
        let total = self.concentration * F::of(self.categories as f64);
        let row = (0..self.width()).map(|k| {
            if k == self.total() {
                total
            } else {
                self.concentration
            }
        });
        bank.push_all(row);
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "less than 64")]
    fn apply(&self, x: Observation<'_, u64>, apply: impl Apply<F>) {
        apply.plain(&Observed {
            category: *x.value as usize,
            total: self.total(),
        });
    }

    fn fits(&self, most: u64, statistic: &dyn Fn(usize) -> F) -> bool {
        let prior = self.concentration.wide();
        let rounding = 1.0 + (most as f64 + 64.0) * F::epsilon().wide();
        let least = prior * self.categories as f64;
        let counts = (0..self.categories).map(|k| statistic(k).wide());
        let (mut sum, mut sound) = (0.0, true);
        for count in counts {
            sound &= count >= prior;
            sum += count;
        }
        let total = statistic(self.total()).wide();
        // Both were added up, in another order.
        let near = total <= sum * rounding && sum <= total * rounding;
        sound && near && total <= (least + most as f64) * rounding
    }
}

grouped_model!(Categorical of u64);

impl<F: Real> Describe for Categorical<F> {
    fn level(&self, bank: &Self::Bank, hypothesis: usize, _: usize) -> Option<Level> {
        Some(Level::of(&self.level_of(bank, hypothesis)?))
    }

    fn parameters(&self, bank: &Self::Bank, hypothesis: usize) -> Vec<Parameter> {
        let posteriors = self.posteriors(bank, hypothesis).zip(NAMES);
        posteriors
            .map(|(posterior, name)| Parameter::new(name, posterior))
            .collect()
    }

    fn add_level_to(&self, forms: &mut Forms, bank: &Self::Bank, hypothesis: usize, _: usize) {
        if let Some(level) = self.level_of(bank, hypothesis) {
            level.add_to(forms, 1.0);
        }
    }

    fn predictive(
        &self,
        bank: &Self::Bank,
        hypothesis: usize,
        _: usize,
    ) -> Option<Box<dyn Distribution>> {
        let counts = (0..self.categories).map(|k| bank.statistic(hypothesis, k).wide());
        Some(Box::new(distribution::Categorical::new(counts)?))
    }

    fn source(&self, random: &mut Random) -> Option<Source> {
        let weights = rand_distr::Gamma::new(self.concentration.wide(), 1.0).ok()?;
        let mut weighted: Vec<(usize, f64)> = (0..self.categories)
            .map(|k| (k, random.draw(&weights)))
            .collect();
        if weighted.iter().all(|&(_, weight)| weight <= 0.0) {
            // Where the prior is next to nothing one category has all of it.
            let one = usize::try_from(random.below(self.categories as u64)).ok()?;
            weighted[one].1 = 1.0;
        }
        Some(Box::new(move |random| {
            random.choose(&weighted).unwrap_or_default() as f64
        }))
    }
}

/// One observation.
struct Observed {
    category: usize,
    /// Which statistic is the sum of all others.
    total: usize,
}

impl<F: Real> GroupStep<F> for Observed {
    #[inline(always)]
    fn step<L: Group<Scalar = F>, const G: usize>(
        &self,
        statistics: &mut [F::Array],
        ln_joint: &mut [F::Array; G],
    ) {
        let width = self.total + 1;
        let mut growths = [(L::splat(F::zero()), L::splat(F::zero())); G];
        // p = seen/total, and −ln p is the logarithm of a growth.
        for g in 0..G {
            let group = &mut statistics[g * width..][..width];
            let seen = L::load(group[self.category].as_ref());
            let total = L::load(group[self.total].as_ref());
            growths[g] = F::growth_split(seen, total - seen);
            (seen + F::one()).store(group[self.category].as_mut());
            (total + F::one()).store(group[self.total].as_mut());
        }
        for g in 0..G {
            let ln_joint = ln_joint[g].as_mut();
            (L::load(ln_joint) - F::growth_join(growths[g].0, growths[g].1)).store(ln_joint);
        }
    }
}

/// What the probabilities of the categories are called.
const NAMES: [&str; 64] = [
    "p_0", "p_1", "p_2", "p_3", "p_4", "p_5", "p_6", "p_7", "p_8", "p_9", "p_10", "p_11", "p_12",
    "p_13", "p_14", "p_15", "p_16", "p_17", "p_18", "p_19", "p_20", "p_21", "p_22", "p_23", "p_24",
    "p_25", "p_26", "p_27", "p_28", "p_29", "p_30", "p_31", "p_32", "p_33", "p_34", "p_35", "p_36",
    "p_37", "p_38", "p_39", "p_40", "p_41", "p_42", "p_43", "p_44", "p_45", "p_46", "p_47", "p_48",
    "p_49", "p_50", "p_51", "p_52", "p_53", "p_54", "p_55", "p_56", "p_57", "p_58", "p_59", "p_60",
    "p_61", "p_62", "p_63",
];
