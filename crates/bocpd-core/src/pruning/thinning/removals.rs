//! Removing one candidate after the other.

use super::costs::FORBIDDEN;
use super::{Candidates, FRONT, Key};
use crate::lanes::{Group, Lanes};
use crate::real::Real;

/// The indices of the first group of candidates.
#[inline(always)]
pub(super) fn first_indices<L: Group<Scalar = f64>>() -> L {
    L::load(&f64::INDICES[FRONT..])
}

/// Two new keys that are not in the column yet, and their indices.
#[derive(Clone, Copy)]
struct Changes {
    indices: [f64; 2],
    keys: [f64; 2],
}

impl Candidates<'_> {
    /// Removes as many candidates as `removed` is long, or as many as may be removed, if
    /// they are fewer. Writes their indices there and returns how many they are.
    ///
    /// Two things are done here for speed. Since a removal changes the costs of two
    /// neighbours only, the least cost of all others is looked for while the new costs
    /// of these two are still being computed. And the new keys are written into the column
    /// one turn later, in the pass that looks for the next candidate, by whole groups: a
    /// group of which a part was just written could not be read back for some cycles.
    #[inline(always)]
    pub(super) fn remove<L: Group<Scalar = f64>>(&mut self, removed: &mut [u32]) -> usize {
        let n = self.ages.len();
        // Of one length, so that an index is checked once.
        let (ages, fixed) = (&self.ages[..n], &self.segmentation_costs[..n]);
        let (weights, links) = (&mut self.weights[..n], &mut self.links[..n]);
        let (before, after) = (&mut self.before[..n], &mut self.after[..n]);
        let keys = &mut self.keys[FRONT..self.newest.next_multiple_of(L::LEN)];
        let mut changes = Changes {
            indices: [NONE; 2],
            keys: [Key::STAYS; 2],
        };
        let mut next = update::<L>(keys, changes, [NONE; 3]);
        for (number, removed) in removed.iter_mut().enumerate() {
            if !Key::of(next).costs_less_than(0.5 * FORBIDDEN) {
                return number;
            }
            *removed = Key::of(next).index();
            let i = *removed as usize;
            let (older, younger) = (links[i].older, links[i].younger);
            let (a, b) = (older as usize, younger as usize);
            let indices = [a as f64, b as f64];
            let others = update::<L>(keys, changes, [i as f64, indices[0], indices[1]]);
            (links[a].younger, links[b].older) = (younger, older);

            // w d₁ d₂ / ((d₁ + d₂) a), where w and one distance have just grown.
            let gap = before[i] + after[i];
            let (w, wa, wb) = (weights[i], weights[a], weights[b]);
            let (to_older, to_younger) = (w * after[i], w * before[i]);
            let shift_a = before[a] / ((before[a] + gap) * ages[a]);
            let shift_b = after[b] / ((gap + after[b]) * ages[b]);
            let cost_a = (wa * gap + to_older) * shift_a + fixed[a];
            let cost_b = (wb * gap + to_younger) * shift_b + fixed[b];
            let share = to_younger / gap;
            (weights[a], weights[b]) = (wa + (w - share), wb + share);
            (after[a], before[b]) = (gap, gap);
            changes = Changes {
                indices,
                keys: [
                    Key::new(cost_a, indices[0]).number(),
                    Key::new(cost_b, indices[1]).number(),
                ],
            };
            next = changes.keys[0].larger(changes.keys[1]).larger(others);
        }
        removed.len()
    }
}

/// The index of no candidate.
const NONE: f64 = -1.0;

/// Writes changed keys into the column, and that the first of the three candidates
/// `but` is removed. Returns the largest key of all but the three.
#[inline(always)]
fn update<L: Group<Scalar = f64>>(keys: &mut [f64], changes: Changes, but: [f64; 3]) -> f64 {
    let removed = L::splat(Key::REMOVED);
    let changed = [L::splat(changes.keys[0]), L::splat(changes.keys[1])];
    let mut largest = removed;
    let mut index = first_indices::<L>();
    for keys in keys.chunks_exact_mut(L::LEN) {
        let mut key = L::load(keys);
        key = index.if_equal(changes.indices[0], changed[0], key);
        key = index.if_equal(changes.indices[1], changed[1], key);
        key = index.if_equal(but[0], removed, key);
        key.store(keys);
        key = index.if_equal(but[1], removed, key);
        key = index.if_equal(but[2], removed, key);
        largest = key.larger(largest);
        index = index + L::LEN as f64;
    }
    largest.largest()
}
