//! Which points changed: the joint maximum a posteriori segmentation, online.
//!
//! Every hypothesis "the current segment started at s" remembers, from its
//! birth on, the best segmentation of what lies before s: a link to the
//! hypothesis that was best when s was born (Fearnhead & Liu 2007, §3.4). The
//! links form a tree. What no live hypothesis descends from is freed; what all
//! of them descend from can never change again and is *settled*.

use alloc::vec::Vec;

/// Position of a node.
pub(crate) type NodeId = u32;

#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Node {
    /// First observation of the segment.
    start: u64,
    /// The segment before; itself at the root.
    parent: NodeId,
    children: u32,
    /// Wrapping sum of the children's positions: the child itself where there
    /// is one.
    children_sum: u32,
    /// Whether the hypothesis is still alive.
    live: bool,
}

impl Node {
    /// A live one without children.
    const LEAF: Self = Self {
        start: 0,
        parent: 0,
        children: 0,
        children_sum: 0,
        live: true,
    };
}

/// The tree of best segmentations.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Segmentation {
    nodes: Vec<Node>,
    free: Vec<NodeId>,
    /// The start that all live hypotheses have in common last.
    root: NodeId,
    /// Changepoints that can never change again and were not taken away yet.
    settled: Vec<u64>,
}

impl Segmentation {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            nodes: Vec::with_capacity(capacity),
            ..Self::default()
        }
    }

    /// Adds the hypothesis that a segment begins at `start`, after the best
    /// segmentation that ends in `parent`; the first one has no parent.
    #[inline(always)]
    pub(crate) fn birth(&mut self, start: u64, parent: Option<NodeId>) -> NodeId {
        let id = match self.free.pop() {
            Some(id) => id,
            None => self.grow(),
        };
        if let Some(parent) = parent {
            let parent = &mut self.nodes[parent as usize];
            parent.children += 1;
            parent.children_sum = parent.children_sum.wrapping_add(id);
        } else {
            self.root = id;
        }
        self.nodes[id as usize] = Node {
            start,
            parent: parent.unwrap_or(id),
            ..Node::LEAF
        };
        id
    }

    /// A place for one more node.
    #[cold]
    fn grow(&mut self) -> NodeId {
        let id = NodeId::try_from(self.nodes.len()).expect("fewer than 2^32 hypotheses");
        if self.nodes.len() == self.nodes.capacity() {
            // Little at a time while the tree is small: a fleet has many.
            self.nodes.reserve_exact((self.nodes.len() / 4).max(8));
        }
        self.nodes.push(Node::LEAF);
        id
    }

    /// The hypothesis was given up. Frees what only it descended from.
    #[inline]
    pub(crate) fn release(&mut self, id: NodeId) {
        self.nodes[id as usize].live = false;
        let mut id = id;
        loop {
            let node = self.nodes[id as usize];
            if node.live || node.children > 0 || id == self.root {
                return;
            }
            self.free.push(id);
            let parent = &mut self.nodes[node.parent as usize];
            parent.children -= 1;
            parent.children_sum = parent.children_sum.wrapping_sub(id);
            id = node.parent;
        }
    }

    /// Moves what all live hypotheses have come to agree on to the settled part.
    pub(crate) fn settle(&mut self) {
        loop {
            let root = self.nodes[self.root as usize];
            if root.live || root.children != 1 {
                return;
            }
            self.free.push(self.root);
            self.root = root.children_sum;
            let child = &mut self.nodes[self.root as usize];
            child.parent = self.root;
            self.settled.push(child.start);
        }
    }

    pub(crate) fn settled(&self) -> &[u64] {
        &self.settled
    }

    pub(crate) fn take_settled(&mut self) -> Vec<u64> {
        core::mem::take(&mut self.settled)
    }

    /// The changepoints after the settled ones on the best path to `leaf`,
    /// ascending.
    pub(crate) fn provisional(&self, leaf: NodeId) -> Vec<u64> {
        let mut starts = Vec::new();
        let mut id = leaf;
        while id != self.root {
            starts.push(self.nodes[id as usize].start);
            id = self.nodes[id as usize].parent;
        }
        starts.reverse();
        starts
    }

    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.free.clear();
        self.settled.clear();
        self.root = 0;
    }

    /// How many nodes are in use.
    #[cfg(test)]
    fn in_use(&self) -> usize {
        self.nodes.len() - self.free.len()
    }

    /// Whether the tree is one: what a restored state is held to. `leaves` are
    /// the nodes of the live hypotheses.
    #[cfg(feature = "serde")]
    pub(crate) fn is_sound(&self, leaves: &[NodeId]) -> bool {
        let n = self.nodes.len();
        let inside = |id: NodeId| (id as usize) < n;
        if n == 0 {
            return leaves.is_empty() && self.free.is_empty();
        }
        let mut used = alloc::vec![true; n];
        for &id in &self.free {
            if !inside(id) || !core::mem::replace(&mut used[id as usize], false) {
                return false;
            }
        }
        if !inside(self.root) || !used[self.root as usize] {
            return false;
        }
        let mut children = alloc::vec![(0u32, 0u32); n];
        let mut live = 0;
        for (id, node) in self.nodes.iter().enumerate().filter(|(id, _)| used[*id]) {
            live += usize::from(node.live);
            if id == self.root as usize {
                continue;
            }
            // Starts ascend from the root, so every path up ends there.
            let Some(parent) = self.nodes.get(node.parent as usize) else {
                return false;
            };
            if !used[node.parent as usize] || parent.start >= node.start {
                return false;
            }
            let entry = &mut children[node.parent as usize];
            #[expect(clippy::cast_possible_truncation, reason = "node positions are u32")]
            {
                *entry = (entry.0 + 1, entry.1.wrapping_add(id as u32));
            }
        }
        live == leaves.len()
            && leaves
                .iter()
                .all(|&id| inside(id) && used[id as usize] && self.nodes[id as usize].live)
            && (0..n).all(|id| {
                let node = self.nodes[id];
                !used[id] || children[id] == (node.children, node.children_sum)
            })
    }

    /// The start of a node.
    #[cfg(feature = "serde")]
    pub(crate) fn start(&self, id: NodeId) -> u64 {
        self.nodes[id as usize].start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_settles_and_the_rest_is_freed() {
        let mut tree = Segmentation::new(0);
        let zero = tree.birth(0, None);
        let five = tree.birth(5, Some(zero));
        let six = tree.birth(6, Some(zero));
        let nine = tree.birth(9, Some(five));
        tree.settle();
        assert_eq!(tree.settled(), [0u64; 0]);
        assert_eq!(tree.provisional(nine), [5, 9]);

        tree.release(zero);
        tree.settle();
        assert_eq!(tree.settled(), [0u64; 0], "5 and 6 still disagree");

        tree.release(six);
        tree.settle();
        assert_eq!(tree.settled(), [5]);
        assert_eq!(tree.provisional(nine), [9]);

        tree.release(five);
        tree.settle();
        assert_eq!(tree.settled(), [5, 9]);
        assert_eq!(tree.provisional(nine), [0u64; 0]);
        assert_eq!(tree.in_use(), 1);
        assert_eq!(tree.take_settled(), [5, 9]);
        assert_eq!(tree.settled(), [0u64; 0]);
    }

    #[test]
    fn memory_follows_the_live_hypotheses() {
        let mut tree = Segmentation::new(0);
        let mut live = alloc::vec![tree.birth(0, None)];
        for start in 1..10_000usize {
            let parent = live[live.len() - 1 - (start * 7 % live.len())];
            live.push(tree.birth(start as u64, Some(parent)));
            if live.len() > 16 {
                tree.release(live.remove(start % 15));
                tree.settle();
            }
            tree.take_settled();
        }
        assert!(tree.nodes.len() < 400, "{} nodes", tree.nodes.len());
    }
}
