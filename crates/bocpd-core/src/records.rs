//! What a detector writes down beside the filter, for those who ask it to.

mod block;
mod kernel;
mod origin;
#[cfg(feature = "serde")]
mod soundness;
#[cfg(feature = "serde")]
pub(crate) mod stored;

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use smallvec::SmallVec;

pub(crate) use block::Block;
pub(crate) use kernel::BackwardKernel;
pub(crate) use origin::Origin;

use crate::distribution::{Forms, Level};
use crate::history::History;

/// The past as far as it is kept, and the levels before the live segments.
///
/// A step writes into `pending` first and into the records when nothing can
/// fail any more.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Records {
    pub(crate) history: History,
    /// Backward kernels of all starts that are remembered, oldest first: one that was
    /// impossible has nothing before it.
    kernels: VecDeque<BackwardKernel>,
    /// The level before each live hypothesis, where that is followed.
    origins: Option<Vec<Origin>>,
    #[cfg_attr(feature = "serde", serde(skip))]
    pending: Option<Pending>,
    /// Where kernels go that are wanted for one pass over them.
    #[cfg_attr(feature = "serde", serde(skip))]
    block: Option<Block>,
}

#[derive(Clone, Debug)]
struct Pending {
    kernel: BackwardKernel,
    origin: Option<Origin>,
}

impl Records {
    pub(crate) fn new(history: History, shifts: bool) -> Self {
        Self {
            history,
            kernels: VecDeque::new(),
            origins: shifts.then(Vec::new),
            pending: None,
            block: None,
        }
    }

    /// The same without a past.
    #[cfg(feature = "serde")]
    pub(crate) fn emptied(&self) -> Self {
        Self::new(self.history, self.origins.is_some())
    }

    /// Whether there is nothing to write down.
    pub(crate) fn is_idle(&self) -> bool {
        self.history == History::Nothing && self.origins.is_none() && self.block.is_none()
    }

    /// Kernels go into `block` too from here on.
    pub(crate) fn begin_block(&mut self, block: Block) {
        self.block = Some(block);
    }

    /// Where they go, if they do.
    pub(crate) fn block(&mut self) -> Option<&mut Block> {
        self.block.as_mut()
    }

    /// Whether they go nowhere else, and no levels are followed.
    pub(crate) fn is_block_alone(&self) -> bool {
        self.history == History::Nothing && self.origins.is_none()
    }

    /// The kernels since then.
    pub(crate) fn take_block(&mut self) -> Option<Block> {
        self.block.take()
    }

    pub(crate) fn set_history(&mut self, history: History) {
        self.history = history;
        self.clear();
    }

    pub(crate) fn set_shifts(&mut self, shifts: bool) {
        self.origins = shifts.then(Vec::new);
        self.clear();
    }

    pub(crate) fn clear(&mut self) {
        self.kernels.clear();
        self.origins.as_mut().map(Vec::clear);
        (self.pending, self.block) = (None, None);
    }

    /// Kernels, oldest first.
    pub(crate) fn kernels(&self) -> &VecDeque<BackwardKernel> {
        &self.kernels
    }

    /// The levels before the live hypotheses, ascending starts.
    pub(crate) fn origins(&self) -> Option<&[Origin]> {
        self.origins.as_deref()
    }

    /// Prepares the record of a birth at `start`: `previous` are the starts of
    /// the segments that may have ended with it and their probabilities; of each,
    /// `level` gives what it has learned of its level, and `describe` adds the
    /// posterior.
    pub(crate) fn note_birth(
        &mut self,
        start: u64,
        previous: impl Iterator<Item = (u64, f64)> + Clone,
        level: impl Fn(usize) -> Option<Level>,
        describe: impl Fn(usize, &mut Forms),
    ) {
        let reach = match self.history {
            History::Nothing => 0,
            History::Lag(lag) => lag,
            History::All => start,
        };
        let recent = previous
            .clone()
            .filter(|&(s, _)| s >= start.saturating_sub(reach));
        let kernel = BackwardKernel::new(start, recent);
        let origin = self.origins.as_ref().and_then(|_| {
            let possible = previous.enumerate().filter(|&(_, (_, p))| p > 0.0);
            let known = possible.map(|(i, (_, p))| Some((i, p, level(i)?)));
            let known: SmallVec<[_; 64]> = known.collect::<Option<_>>()?;
            Origin::new(start, &known, describe)
        });
        self.pending = Some(Pending { kernel, origin });
    }

    /// Nothing was born at `start`.
    pub(crate) fn note_no_birth(&mut self, start: u64) {
        if let Some(block) = &mut self.block {
            block.push(start, &[], core::iter::empty());
        }
        let kernel = BackwardKernel::new(start, core::iter::empty());
        let origin = None;
        self.pending = Some(Pending { kernel, origin });
    }

    /// The first segment comes after nothing.
    pub(crate) fn note_first(&mut self) {
        self.pending = None;
    }

    /// Writes down what was prepared, after the step of observation `t`;
    /// `starts` are the hypotheses that are alive.
    pub(crate) fn commit(&mut self, t: u64, starts: &[u64]) {
        if let Some(Pending { kernel, origin }) = self.pending.take() {
            if let (Some(origins), Some(origin)) = (&mut self.origins, origin) {
                origins.push(origin);
            }
            if self.history != History::Nothing {
                self.kernels.push_back(kernel);
            }
        }
        if let History::Lag(lag) = self.history {
            while self
                .kernels
                .front()
                .is_some_and(|kernel| kernel.start().saturating_add(lag) <= t)
            {
                self.kernels.pop_front();
            }
        }
        if let Some(origins) = &mut self.origins
            && origins.len() > starts.len()
        {
            // Both ascend: one pass finds the hypotheses that were dropped.
            let mut starts = starts.iter().peekable();
            origins.retain(|origin| {
                while starts.next_if(|&&start| start < origin.start).is_some() {}
                starts.peek() == Some(&&origin.start)
            });
        }
    }
}
