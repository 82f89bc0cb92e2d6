//! Many streams that are watched side by side.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::slice;

use crate::detector::{Detector, Step};
use crate::error::{ParameterError, UpdateError};
use crate::hazard::Hazard;
use crate::kernel::prefetch;
use crate::observation_model::ObservationModel;
use crate::pruning::Pruning;

/// Detectors of one model and one hazard, one per stream, that get an
/// observation each at a time.
///
/// ```
/// use bocpd_core::{Constant, Fleet, Gaussian, Pruning};
///
/// let model = Gaussian::new(0.0, 1.0, 1.0, 1.0)?;
/// let mut fleet = Fleet::new(model, &Constant::new(100.0)?, Pruning::top_k(32), 3)?;
/// let mut refused = Vec::new();
/// fleet.update(&[0.3, f64::NAN, -0.1], |i, step| {
///     if step.is_err() {
///         refused.push(i);
///     }
/// });
/// assert_eq!(refused, [1]);
/// assert_eq!(fleet.detectors()[0].observations(), 1);
/// # Ok::<(), bocpd_core::error::ParameterError>(())
/// ```
pub struct Fleet<M: ObservationModel, H> {
    detectors: Vec<Detector<Arc<M>, H>>,
}

impl<M: ObservationModel, H: Hazard + Clone> Fleet<M, H> {
    /// As many detectors, which share the model and its tables.
    ///
    /// # Errors
    /// As [`Detector::with_pruning`], or if there is no memory for so many.
    pub fn new(
        model: M,
        hazard: &H,
        pruning: Pruning,
        streams: usize,
    ) -> Result<Self, ParameterError> {
        let mut detectors = Vec::new();
        if detectors.try_reserve_exact(streams).is_err() {
            let must = "be fewer: there is no memory for so many";
            return Err(ParameterError::new("streams", streams as f64, must));
        }
        let model = Arc::new(model);
        for _ in 0..streams {
            let detector = Detector::new(Arc::clone(&model), hazard.clone());
            detectors.push(detector.with_pruning(pruning)?);
        }
        Ok(Self { detectors })
    }
}

impl<M: ObservationModel, H: Hazard> Fleet<M, H> {
    /// The detectors, one per stream.
    pub fn detectors(&self) -> &[Detector<Arc<M>, H>] {
        &self.detectors
    }

    /// The detectors, to be used one by one.
    pub fn detectors_mut(&mut self) -> &mut [Detector<Arc<M>, H>] {
        &mut self.detectors
    }

    /// Takes in one observation per stream, in the order of the streams, and
    /// shows `each` what it has told. A stream whose observation is refused
    /// stays as it was; the others go on. Streams without an observation in
    /// `xs`, which may be shorter, are left alone.
    pub fn update<X: Borrow<M::Obs>>(
        &mut self,
        xs: &[X],
        each: impl FnMut(usize, Result<Step, UpdateError>),
    ) {
        update(&mut self.detectors, xs, each);
    }

    /// [`update`](Self::update) on all cores; `each` is called on any of them,
    /// in no order.
    #[cfg(feature = "rayon")]
    pub fn par_update<X: Borrow<M::Obs> + Sync>(
        &mut self,
        xs: &[X],
        each: impl Fn(usize, Result<Step, UpdateError>) + Sync,
    ) where
        M: Send + Sync,
        M::Bank: Send,
        H: Send,
    {
        use rayon::prelude::*;
        // Streams are cheap: a task has many.
        let streams = self.detectors.par_chunks_mut(TASK);
        let both = streams.zip(xs.par_chunks(TASK)).enumerate();
        both.for_each(|(task, (detectors, xs))| {
            update(detectors, xs, |i, step| each(task * TASK + i, step));
        });
    }
}

/// Streams that one core takes at a time.
#[cfg(feature = "rayon")]
const TASK: usize = 64;

/// One observation for each detector, while what the next one needs is on its way
/// from memory.
fn update<M: ObservationModel, H: Hazard, X: Borrow<M::Obs>>(
    detectors: &mut [Detector<Arc<M>, H>],
    xs: &[X],
    mut each: impl FnMut(usize, Result<Step, UpdateError>),
) {
    for (i, x) in xs.iter().enumerate().take(detectors.len()) {
        if let [next, after, ..] = &detectors[i + 1..] {
            prefetch(slice::from_ref(after));
            next.prefetch();
        }
        each(i, detectors[i].update(x.borrow()));
    }
}
