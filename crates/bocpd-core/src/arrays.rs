//! Batches from array views, results as arrays.

use alloc::vec::Vec;

use ndarray::{Array1, Array2, ArrayRef1};

use crate::detector::{Detector, Step};
use crate::error::BatchError;
use crate::hazard::Hazard;
use crate::observation_model::ObservationModel;

/// The steps of a batch, each field as an array of the batch's length; see
/// [`Step`] for what they mean.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Steps {
    /// P(r_t = 0 | x_0..x_t).
    pub p_change_now: Array1<f64>,
    /// The most probable run length r_t.
    pub map_run_length: Array1<u64>,
    /// Its probability.
    pub map_probability: Array1<f64>,
    /// ln p(x_t | x_0..x_{t−1}).
    pub ln_predictive: Array1<f64>,
}

impl FromIterator<Step> for Steps {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        let steps: Vec<Step> = steps.into_iter().collect();
        Self {
            p_change_now: steps.iter().map(|step| step.p_change_now).collect(),
            map_run_length: steps.iter().map(|step| step.map_run_length).collect(),
            map_probability: steps.iter().map(|step| step.map_probability).collect(),
            ln_predictive: steps.iter().map(|step| step.ln_predictive).collect(),
        }
    }
}

/// The run-length posterior after every observation of a batch.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RunLengths {
    /// P(r_t = r | x_0..x_t) in row t − `first`, column r.
    pub posterior: Array2<f64>,
    /// Index t of the first row.
    pub first: u64,
}

impl<M: ObservationModel<Obs: Sized>, H: Hazard> Detector<M, H> {
    /// Takes in the observations of an array or a view, whatever its strides.
    ///
    /// # Errors
    /// As [`update_many`](Self::update_many): stops at the first observation
    /// that fails; the detector is as after the one before.
    ///
    /// ```
    /// use bocpd_core::{Constant, Detector, Gaussian};
    /// use ndarray::array;
    ///
    /// let model = Gaussian::new(0.0, 1.0, 1.0, 1.0)?;
    /// let mut detector = Detector::new(model, Constant::new(50.0)?);
    /// let table = array![[0.1, 7.0], [0.2, 7.1], [-0.1, 0.2], [0.0, 0.1]];
    /// let steps = detector.update_array(&table.column(1))?;
    /// assert_eq!(steps.p_change_now.len(), 4);
    /// assert!(steps.p_change_now[2] > steps.p_change_now[1]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn update_array(&mut self, xs: &ArrayRef1<M::Obs>) -> Result<Steps, BatchError> {
        let mut steps = Vec::with_capacity(xs.len());
        self.update_many(xs, |step| steps.push(*step))?;
        Ok(steps.into_iter().collect())
    }

    /// Takes in the observations of a view and keeps the run-length posterior
    /// after each: a matrix of as many columns as the detector has then seen
    /// observations. Memory grows with the square of a batch's length.
    ///
    /// # Errors
    /// As [`update_array`](Self::update_array).
    pub fn run_lengths(&mut self, xs: &ArrayRef1<M::Obs>) -> Result<RunLengths, BatchError> {
        let first = self.observations();
        let columns = usize::try_from(first)
            .unwrap_or(usize::MAX)
            .saturating_add(xs.len());
        let mut posterior = Array2::zeros((xs.len(), columns));
        for (row, x) in xs.iter().enumerate() {
            let step = self
                .update(x)
                .map_err(|error| BatchError::new(row, error))?;
            for (start, probability) in self.run_length_posterior() {
                // Starts lie in 0..=index, and the matrix has index + 1 columns.
                if let Ok(run_length) = usize::try_from(step.index - start) {
                    posterior[[row, run_length]] += probability;
                }
            }
        }
        Ok(RunLengths { posterior, first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hazard::Constant;
    use crate::model::Gaussian;

    #[test]
    fn rows_are_distributions_and_strides_do_not_matter() {
        let hazard = Constant::new(30.0).unwrap();
        let model = || Gaussian::new(0.0, 1.0, 1.0, 1.0).unwrap();
        let table = Array2::from_shape_fn((40, 3), |(i, j)| (i / 20 * 5 + i * j % 3) as f64);
        let contiguous = table.column(1).to_vec();
        let mut strided = Detector::new(model(), hazard);
        let mut plain = Detector::new(model(), hazard);
        let lengths = strided.run_lengths(&table.column(1)).unwrap();
        let steps = plain.update_array(&Array1::from(contiguous)).unwrap();
        assert_eq!(lengths.posterior.dim(), (40, 40));
        for (t, row) in lengths.posterior.rows().into_iter().enumerate() {
            assert!((row.sum() - 1.0).abs() < 1e-12);
            assert_eq!(row[0], steps.p_change_now[t]);
        }
        assert_eq!(lengths.first, 0);
        assert_eq!(strided.changepoints(), plain.changepoints());
    }
}
