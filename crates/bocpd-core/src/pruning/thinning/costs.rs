//! The cost of each candidate while all are there.

use super::{Candidates, FRONT, Key, removals};
use crate::lanes::Group;
use crate::real::Real;

/// The cost of those that may not be removed.
pub(super) const FORBIDDEN: f64 = 1e300;

impl Candidates<'_> {
    /// Fills in distances, costs and keys.
    #[inline(always)]
    pub(super) fn find_costs<L: Group<Scalar = f64>>(&mut self) {
        let best_age = self.ages[self.best];
        let scale_of_risk = 0.02 * self.total;
        let mut at = FRONT;
        let mut indices = removals::first_indices::<L>();
        while at < self.newest {
            let [older, age, younger] = with_neighbours::<L>(self.ages, at);
            let [older_joint, joint, younger_joint] = with_neighbours::<L>(self.joints, at);
            // Ages beyond the digits of the type may come out as equal.
            let before = (older - age).larger(L::splat(1.0));
            let after = (age - younger).larger(L::splat(1.0));
            // The distance to the end of the best segmentation.
            let distance = (age - best_age).larger(L::splat(best_age) - age);
            let distance = distance.larger(L::splat(1.0));
            let oldest = age.larger(L::splat(best_age));
            // One division for all quotients: by before · after · distance · span, of
            // which the unwanted factors are multiplied away again.
            let span = (before + after) * age;
            let (both, rest) = (before * after, distance * span);
            let all = L::splat(1.0) / (both * rest);
            let (per_both, per_rest) = (rest * all, both * all);
            // How far it lies behind each of the three, in the units of z.
            let up = (older_joint - joint) * older * (after * per_both);
            let down = (younger_joint - joint) * age * (before * per_both);
            let behind = (L::splat(self.joint) - joint) * oldest * (span * per_rest);
            let z = up.larger(down).larger(behind);
            let (r, scale) = f64::exp_split(z * -0.5);
            let segmentation_cost = f64::exp_join(r, scale) * scale_of_risk;
            // d₁ d₂ / ((d₁ + d₂) a).
            let shift = both * (distance * per_rest);
            let cost = L::load(&self.weights[at..]) * shift + segmentation_cost;
            before.store(&mut self.before[at..]);
            after.store(&mut self.after[at..]);
            segmentation_cost.store(&mut self.segmentation_costs[at..]);
            Key::new(cost, indices).number().store(&mut self.keys[at..]);
            indices = indices + L::LEN as f64;
            at += L::LEN;
        }
        // The last group may have reached into those that are protected.
        let end = at.max(self.newest);
        self.segmentation_costs[self.newest..end].fill(FORBIDDEN);
        self.keys[self.newest..end].fill(Key::STAYS);
        if self.best < self.newest {
            self.segmentation_costs[self.best] = FORBIDDEN;
            self.keys[self.best] = Key::STAYS;
        }
    }
}

/// The numbers of the older neighbours of a group, of the group itself, of the younger
/// neighbours.
#[inline(always)]
fn with_neighbours<L: Group<Scalar = f64>>(column: &[f64], at: usize) -> [L; 3] {
    let column = &column[at - 1..][..L::LEN + 2];
    [
        L::load(column),
        L::load(&column[1..]),
        L::load(&column[2..]),
    ]
}
