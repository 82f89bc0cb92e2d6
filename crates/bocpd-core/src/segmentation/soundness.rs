//! Whether a tree of segmentations that was read can be one.

use alloc::vec::Vec;

use super::{Leaf, NO_NODE, NodeId, Segmentation};
use crate::soundness::{Sound, must};

const NO_TREE: &str = "its segmentations are no tree";

impl Segmentation {
    /// Holds the tree against the live hypotheses, which are at `leaves` and whose segments
    /// begin at `starts`: as many of both, the latter in order.
    pub(crate) fn check(&self, leaves: &[Leaf], starts: &[u64]) -> Sound {
        if starts.is_empty() {
            let nothing = self.nodes.is_empty() && self.free.is_empty() && self.root == 0;
            must(nothing, NO_TREE)?;
            return must(
                self.settled.is_empty(),
                "changes are settled before any data",
            );
        }
        let used = self.used()?;
        must(self.is_tree(&used, leaves, starts), NO_TREE)?;
        self.check_settled()
    }

    /// Which nodes are in use.
    fn used(&self) -> Result<Vec<bool>, &'static str> {
        let mut used = alloc::vec![true; self.nodes.len()];
        for &id in &self.free {
            let entry = used.get_mut(id as usize).ok_or(NO_TREE)?;
            must(core::mem::replace(entry, false), NO_TREE)?;
        }
        Ok(used)
    }

    fn is_tree(&self, used: &[bool], leaves: &[Leaf], starts: &[u64]) -> bool {
        let is_used = |id: NodeId| used.get(id as usize).is_some_and(|&used| used);
        if !is_used(self.root) || self.nodes[self.root as usize].parent != self.root {
            return false;
        }
        // Starts ascend from the root, so every path up ends there.
        let precedes = |id: NodeId, start| is_used(id) && self.nodes[id as usize].start < start;
        let mut children = alloc::vec![(0u32, 0u32); self.nodes.len()];
        let mut count = |parent: NodeId, child: NodeId| {
            let (number, sum) = &mut children[parent as usize];
            (*number, *sum) = (*number + 1, sum.wrapping_add(child));
        };
        let (mut live, mut with_leaf) = (0, 0);
        for (node, id) in self.nodes.iter().zip(0..).filter(|&(_, id)| is_used(id)) {
            live += usize::from(node.live);
            if id == self.root {
                continue;
            }
            if !precedes(node.parent, node.start) {
                return false;
            }
            count(node.parent, id);
        }
        for (&leaf, &start) in leaves.iter().zip(starts) {
            match leaf {
                Leaf::At(id) => {
                    let node = self.nodes.get(id as usize).filter(|_| is_used(id));
                    if node.is_none_or(|node| !node.live || node.start != start) {
                        return false;
                    }
                    with_leaf += 1;
                }
                Leaf::Below(parent) => {
                    if !precedes(parent, start) {
                        return false;
                    }
                    count(parent, NO_NODE);
                }
            }
        }
        // A node without a live hypothesis and without children would have been freed.
        live == with_leaf
            && self
                .nodes
                .iter()
                .zip(&children)
                .zip(used)
                .all(|((node, &counted), &used)| {
                    !used
                        || counted == (node.children, node.children_sum)
                            && (node.live || counted.0 > 0)
                })
    }

    /// What is settled leads up to the root of the tree.
    fn check_settled(&self) -> Sound {
        let root = self.nodes[self.root as usize].start;
        let settled = &self.settled;
        must(
            settled.is_sorted_by(|a, b| a < b)
                && settled.first().is_none_or(|&first| first > 0)
                && settled.last().is_none_or(|&last| last == root),
            "settled changes are not before the others",
        )
    }
}
