//! The candidates in a line from which one after the other steps out.

use super::costs::NEVER;
use super::{Candidates, FRONT};
use crate::Real;
use crate::lanes::{Bits, Group, Lanes};

/// The key of those that are gone.
pub(super) const GONE: f64 = f64::NEG_INFINITY;

/// The key of those that stay.
pub(super) const STAYS: f64 = f64::MIN;

/// Cost and place in one number, so that the largest of them says both who goes
/// first and where it stands: less than 0 by the cost, in whose low digits the place
/// is. The other half is plenty for the cost.
#[inline(always)]
pub(super) fn key<L: Lanes<Scalar = f64>>(cost: L, place: L) -> L {
    let place = (place + INTEGERS).bits() & L::Bits::splat(PLACE);
    L::splat(0.0) - L::of_bits((cost.bits() & L::Bits::splat(!PLACE)) + place)
}

/// 2^52: added to an integer it moves that into the low bits.
const INTEGERS: f64 = 4_503_599_627_370_496.0;

/// The half of a key that is the place.
const PLACE: u64 = u32::MAX as u64;

/// The place in a key.
#[inline(always)]
fn place_in(key: f64) -> u32 {
    (key.to_bits() & PLACE) as u32
}

/// The places of the first group of candidates.
#[inline(always)]
pub(super) fn first_places<L: Group<Scalar = f64>>() -> L {
    L::load(&f64::PLACES[FRONT..])
}

/// Keys that are not in the column yet.
#[derive(Clone, Copy)]
struct Changes {
    places: [f64; 2],
    keys: [f64; 2],
}

impl Candidates<'_> {
    /// Writes the places of those that go into `gone`, as long as there is somebody
    /// who may; says how many there were.
    ///
    /// What one costs changes only when a neighbour goes. So the next of all others is
    /// looked for while the new costs of two neighbours are still being found. And
    /// these get into the column of keys one turn later, by whole groups: a group that
    /// was changed in part could not be read back for a while.
    #[inline(always)]
    pub(super) fn give_up<L: Group<Scalar = f64>>(&mut self, gone: &mut [u32]) -> usize {
        let n = self.ages.len();
        // Of one length, so that a place is checked once.
        let (ages, risks) = (&self.ages[..n], &self.risks[..n]);
        let (weights, links) = (&mut self.weights[..n], &mut self.links[..n]);
        let (before, after) = (&mut self.before[..n], &mut self.after[..n]);
        let keys = &mut self.keys[FRONT..self.newest.next_multiple_of(L::LEN)];
        let mut changes = Changes {
            places: [NOWHERE; 2],
            keys: [STAYS; 2],
        };
        let mut next = renew::<L>(keys, changes, [NOWHERE; 3]);
        for (number, gone) in gone.iter_mut().enumerate() {
            if next <= -0.5 * NEVER {
                return number;
            }
            *gone = place_in(next);
            let i = *gone as usize;
            let (older, younger) = (links[i].older, links[i].younger);
            let (a, b) = (older as usize, younger as usize);
            let places = [a as f64, b as f64];
            let others = renew::<L>(keys, changes, [i as f64, places[0], places[1]]);
            (links[a].younger, links[b].older) = (younger, older);

            // w d₁ d₂ / ((d₁ + d₂) a), where w and one distance have just grown.
            let gap = before[i] + after[i];
            let (w, wa, wb) = (weights[i], weights[a], weights[b]);
            let (to_older, to_younger) = (w * after[i], w * before[i]);
            let shift_a = before[a] / ((before[a] + gap) * ages[a]);
            let shift_b = after[b] / ((gap + after[b]) * ages[b]);
            let cost_a = (wa * gap + to_older) * shift_a + risks[a];
            let cost_b = (wb * gap + to_younger) * shift_b + risks[b];
            let share = to_younger / gap;
            (weights[a], weights[b]) = (wa + (w - share), wb + share);
            (after[a], before[b]) = (gap, gap);
            changes = Changes {
                places,
                keys: [key(cost_a, places[0]), key(cost_b, places[1])],
            };
            next = changes.keys[0].larger(changes.keys[1]).larger(others);
        }
        gone.len()
    }
}

/// A place where nobody stands.
const NOWHERE: f64 = -1.0;

/// Writes changed keys into the column, and that who stands at the first of three
/// places is gone; the largest key but those at the three.
#[inline(always)]
fn renew<L: Group<Scalar = f64>>(keys: &mut [f64], changes: Changes, but: [f64; 3]) -> f64 {
    let gone = L::splat(GONE);
    let changed = [L::splat(changes.keys[0]), L::splat(changes.keys[1])];
    let mut largest = gone;
    let mut place = first_places::<L>();
    for keys in keys.chunks_exact_mut(L::LEN) {
        let mut key = L::load(keys);
        key = place.if_equal(changes.places[0], changed[0], key);
        key = place.if_equal(changes.places[1], changed[1], key);
        key = place.if_equal(but[0], gone, key);
        key.store(keys);
        key = place.if_equal(but[1], gone, key);
        key = place.if_equal(but[2], gone, key);
        largest = key.larger(largest);
        place = place + L::LEN as f64;
    }
    largest.largest()
}
