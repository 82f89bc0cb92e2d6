//! A model of several numbers that are independent within a segment:
//!
//! ```text
//! p(xs) = Π_j p_j(xs_j)
//! ```
//!
//! An observation is the position of its row in a table, so that it is one number to those who
//! do not look at it.

use super::{Segment, ln_product_of_predictives};

/// Models, and the table of all observations that the tests will make: `None` is a number that
/// is missing.
pub struct Product {
    /// One for each number of a row.
    pub models: Vec<Box<dyn Segment>>,
    /// The rows.
    pub rows: Vec<Vec<Option<f64>>>,
}

impl Product {
    /// The numbers at a position in all rows.
    #[must_use]
    pub fn column(&self, j: usize) -> Vec<Option<f64>> {
        self.rows.iter().map(|row| row[j]).collect()
    }

    /// The positions of the rows as observations, `None` where all of a row is missing.
    #[must_use]
    pub fn series(&self) -> Vec<Option<f64>> {
        let rows = self.rows.iter().enumerate();
        rows.map(|(t, row)| row.iter().any(Option::is_some).then_some(t as f64))
            .collect()
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a position"
    )]
    fn row(&self, x: f64) -> &[Option<f64>] {
        &self.rows[x as usize]
    }

    /// Shows the statistics of each model with its number.
    fn each(
        &self,
        stats: &mut [f64],
        row: &[Option<f64>],
        mut show: impl FnMut(&dyn Segment, &mut [f64], Option<f64>),
    ) {
        let mut rest = stats;
        for (model, &x) in self.models.iter().zip(row) {
            let (own, after) = rest.split_at_mut(model.prior().len());
            show(&**model, own, x);
            rest = after;
        }
    }
}

/// The statistics are those of the models, one after the other.
impl Segment for Product {
    fn prior(&self) -> Vec<f64> {
        self.models.iter().flat_map(|model| model.prior()).collect()
    }
    fn advance(&self, stats: &mut [f64], elapsed: f64) {
        let nothing = vec![None; self.models.len()];
        self.each(stats, &nothing, |model, own, _| model.advance(own, elapsed));
    }
    fn ln_predictive(&self, stats: &[f64], x: f64) -> f64 {
        let mut total = 0.0;
        self.each(&mut stats.to_vec(), self.row(x), |model, own, x| {
            total += x.map_or(0.0, |x| model.ln_predictive(own, x));
        });
        total
    }
    fn absorb(&self, stats: &mut [f64], x: f64) {
        self.each(stats, self.row(x), |model, own, x| {
            if let Some(x) = x {
                model.absorb(own, x);
            }
        });
    }
    fn ln_evidence(&self, xs: &[f64]) -> f64 {
        ln_product_of_predictives(self, xs)
    }
    fn ln_evidence_of(&self, _: &[Option<f64>], elapsed: &[f64], from: usize, to: usize) -> f64 {
        let models = self.models.iter().enumerate();
        let each =
            models.map(|(j, model)| model.ln_evidence_of(&self.column(j), elapsed, from, to));
        each.sum()
    }
}
