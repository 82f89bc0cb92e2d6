//! The statistics of any model.

use alloc::boxed::Box;
use core::any::Any;
use core::fmt;

use crate::bank::{Bank, Grouped};

/// The [`Bank`] of an [`AnyModel`](super::AnyModel), which alone knows of what kind it
/// is.
#[derive(Clone)]
pub struct AnyBank(Kind);

/// Built-in models all have the same kind of bank, which is held without a detour.
#[derive(Clone)]
enum Kind {
    Grouped(Grouped<f64>),
    Other(Box<dyn ErasedBank>),
}

/// A bank of a type that is not known.
trait ErasedBank: Send + Sync {
    fn erased_len(&self) -> usize;
    fn erased_clear(&mut self);
    fn erased_prefetch(&self);
    fn erased_pop(&mut self);
    fn erased_keep(&mut self, kept: &[u32]);
    fn boxed_clone(&self) -> Box<dyn ErasedBank>;
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
}

impl<B: Bank + Send + Sync + 'static> ErasedBank for B {
    fn erased_len(&self) -> usize {
        Bank::len(self)
    }
    fn erased_clear(&mut self) {
        Bank::clear(self);
    }
    fn erased_prefetch(&self) {
        Bank::prefetch(self);
    }
    fn erased_pop(&mut self) {
        Bank::pop(self);
    }
    fn erased_keep(&mut self, kept: &[u32]) {
        Bank::keep(self, kept);
    }
    fn boxed_clone(&self) -> Box<dyn ErasedBank> {
        Box::new(self.clone())
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl Clone for Box<dyn ErasedBank> {
    fn clone(&self) -> Self {
        (**self).boxed_clone()
    }
}

impl AnyBank {
    pub(super) fn new<B: Bank + Send + Sync + 'static>(bank: B) -> Self {
        // Whether it is the type of the built-in models is known at compile time.
        let mut bank = Some(bank);
        let any: &mut dyn Any = &mut bank;
        let grouped = any.downcast_mut::<Option<Grouped<f64>>>();
        Self(match (grouped.and_then(Option::take), bank) {
            (Some(grouped), _) => Kind::Grouped(grouped),
            (None, Some(bank)) => Kind::Other(Box::new(bank)),
            (None, None) => unreachable!("it is one or the other"),
        })
    }

    /// The bank itself.
    ///
    /// # Panics
    /// If it is of another type: then it is the bank of another model.
    #[inline(always)]
    pub(super) fn of<B: Bank + 'static>(&self) -> &B {
        let any: &dyn Any = match &self.0 {
            Kind::Grouped(bank) => bank,
            Kind::Other(bank) => bank.as_any(),
        };
        any.downcast_ref().expect(FOREIGN)
    }

    /// The bank itself, to be changed.
    ///
    /// # Panics
    /// As [`of`](Self::of).
    #[inline(always)]
    pub(super) fn of_mut<B: Bank + 'static>(&mut self) -> &mut B {
        let any: &mut dyn Any = match &mut self.0 {
            Kind::Grouped(bank) => bank,
            Kind::Other(bank) => bank.as_any_mut(),
        };
        any.downcast_mut().expect(FOREIGN)
    }
}

const FOREIGN: &str = "a bank is used with the model that made it";

impl Bank for AnyBank {
    #[inline(always)]
    fn len(&self) -> usize {
        match &self.0 {
            Kind::Grouped(bank) => bank.len(),
            Kind::Other(bank) => bank.erased_len(),
        }
    }

    fn clear(&mut self) {
        match &mut self.0 {
            Kind::Grouped(bank) => bank.clear(),
            Kind::Other(bank) => bank.erased_clear(),
        }
    }

    #[inline]
    fn prefetch(&self) {
        match &self.0 {
            Kind::Grouped(bank) => bank.prefetch(),
            Kind::Other(bank) => bank.erased_prefetch(),
        }
    }

    fn pop(&mut self) {
        match &mut self.0 {
            Kind::Grouped(bank) => bank.pop(),
            Kind::Other(bank) => bank.erased_pop(),
        }
    }

    fn keep(&mut self, kept: &[u32]) {
        match &mut self.0 {
            Kind::Grouped(bank) => bank.keep(kept),
            Kind::Other(bank) => bank.erased_keep(kept),
        }
    }
}

impl fmt::Debug for AnyBank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyBank")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::Columns;

    #[test]
    fn any_bank_holds_what_it_was_made_of() {
        let mut grouped = AnyBank::new(Grouped::<f64>::plain(2, 0));
        grouped.of_mut::<Grouped<f64>>().push([1.0, 2.0]);
        assert!(matches!(grouped.0, Kind::Grouped(_)));
        assert_eq!(grouped.of::<Grouped<f64>>().row(0, 0), [1.0, 2.0]);
        let mut columns = AnyBank::new(Columns::<f64, 1>::new([0.0], 0));
        columns.of_mut::<Columns<f64, 1>>().push([3.0]);
        let copy = columns.clone();
        columns.pop();
        assert_eq!((columns.len(), copy.len(), grouped.len()), (0, 1, 1));
    }
}
