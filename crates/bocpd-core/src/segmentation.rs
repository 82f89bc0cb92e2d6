//! Which points changed: the joint maximum a posteriori segmentation, online.
//!
//! Every hypothesis "the current segment started at s" remembers, from its
//! birth on, the best segmentation of what lies before s: a link to the
//! hypothesis that was best when s was born (Fearnhead & Liu 2007, §3.4). The
//! links form a tree. What no live hypothesis descends from is freed; what all
//! of them descend from can never change again and is *settled*.
//!
//! Most hypotheses are given up before a later segment follows theirs in a best
//! segmentation. So a hypothesis gets a node only when the first child is added to it.

#[cfg(feature = "serde")]
mod soundness;

use alloc::vec::Vec;

/// Position of a node.
pub(crate) type NodeId = u32;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Node {
    /// First observation of the segment.
    start: u64,
    /// The segment before; itself at the root.
    parent: NodeId,
    /// How many nodes and hypotheses without one come next.
    children: u32,
    /// Wrapping sum of the children's positions, [`NO_NODE`] where they have none:
    /// the child itself where there is one.
    children_sum: u32,
    /// Whether the hypothesis is still alive.
    live: bool,
}

/// What a hypothesis without a node counts as among the children.
const NO_NODE: NodeId = NodeId::MAX;

/// How a live hypothesis is connected to the tree.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) enum Leaf {
    /// It has this node.
    At(NodeId),
    /// It has none yet; the segment before is this one.
    Below(NodeId),
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
    /// Adds the first hypothesis, the root.
    pub(crate) fn add_first(&mut self, start: u64) -> Leaf {
        self.root = self.add(start, None);
        Leaf::At(self.root)
    }

    /// Adds a newborn hypothesis that continues the best segmentation of another: the one
    /// at `leaf`, whose segment begins at `start`.
    #[inline(always)]
    pub(crate) fn birth(&mut self, leaf: &mut Leaf, start: u64) -> Leaf {
        let parent = match *leaf {
            Leaf::At(id) => id,
            Leaf::Below(_) => self.ensure_node(leaf, start),
        };
        let node = &mut self.nodes[parent as usize];
        node.children += 1;
        node.children_sum = node.children_sum.wrapping_add(NO_NODE);
        Leaf::Below(parent)
    }

    /// The node of a hypothesis, which is made if it has none yet.
    #[cold]
    fn ensure_node(&mut self, leaf: &mut Leaf, start: u64) -> NodeId {
        match *leaf {
            Leaf::At(id) => id,
            Leaf::Below(parent) => {
                let id = self.add(start, Some(parent));
                let sum = &mut self.nodes[parent as usize].children_sum;
                *sum = sum.wrapping_sub(NO_NODE).wrapping_add(id);
                *leaf = Leaf::At(id);
                id
            }
        }
    }

    /// A node without children for a live hypothesis.
    fn add(&mut self, start: u64, parent: Option<NodeId>) -> NodeId {
        let id = self.free.pop().unwrap_or_else(|| self.grow());
        self.nodes[id as usize] = Node {
            start,
            parent: parent.unwrap_or(id),
            children: 0,
            children_sum: 0,
            live: true,
        };
        id
    }

    /// Memory for one more node.
    fn grow(&mut self) -> NodeId {
        let id = NodeId::try_from(self.nodes.len()).ok();
        let id = id
            .filter(|&id| id != NO_NODE)
            .expect("fewer than 2^32 hypotheses");
        if self.nodes.len() == self.nodes.capacity() {
            // Little at a time while the tree is small: a fleet has many.
            self.nodes.reserve_exact((self.nodes.len() / 4).max(8));
        }
        self.nodes.push(Node::default());
        id
    }

    /// The hypotheses at `leaves` were given up. Frees what only they descended from.
    #[inline(always)]
    pub(crate) fn release(&mut self, leaves: impl Iterator<Item = Leaf>) {
        // Consecutive leaves mostly have the same parent, so they are counted together.
        let (mut parent, mut number) = (self.root, 0);
        for leaf in leaves {
            match leaf {
                Leaf::At(id) => {
                    self.nodes[id as usize].live = false;
                    self.free_from(id);
                }
                Leaf::Below(id) => {
                    if id != parent {
                        self.remove_leaves(parent, number);
                        (parent, number) = (id, 0);
                    }
                    number += 1;
                }
            }
        }
        self.remove_leaves(parent, number);
    }

    /// Takes away `number` hypotheses without a node.
    #[inline(always)]
    fn remove_leaves(&mut self, parent: NodeId, number: u32) {
        let node = &mut self.nodes[parent as usize];
        node.children -= number;
        node.children_sum = (node.children_sum).wrapping_sub(NO_NODE.wrapping_mul(number));
        self.free_from(parent);
    }

    #[inline(always)]
    fn remove_child(&mut self, parent: NodeId, child: NodeId) {
        let parent = &mut self.nodes[parent as usize];
        parent.children -= 1;
        parent.children_sum = parent.children_sum.wrapping_sub(child);
    }

    /// Frees a node without children whose hypothesis is not alive, then its parent if the
    /// same has become true of it, and so on.
    #[inline(always)]
    fn free_from(&mut self, id: NodeId) {
        let mut id = id;
        loop {
            let node = self.nodes[id as usize];
            if node.live || node.children > 0 || id == self.root {
                return;
            }
            self.free.push(id);
            self.remove_child(node.parent, id);
            id = node.parent;
        }
    }

    /// Moves what all live hypotheses, at `leaves`, have in common to the settled part. Their segments begin at `starts`.
    pub(crate) fn settle(&mut self, leaves: &mut [Leaf], starts: &[u64]) {
        if let ([leaf], [start]) = (leaves, starts) {
            self.ensure_node(leaf, *start);
        }
        loop {
            let root = self.nodes[self.root as usize];
            if root.live || root.children != 1 || root.children_sum == NO_NODE {
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

    /// Forgets the settled changepoints up to this one, which was taken elsewhere.
    pub(crate) fn forget_settled(&mut self, last: u64) {
        self.settled.retain(|&changepoint| changepoint > last);
    }

    /// A copy that has forgotten all of them.
    pub(crate) fn without_settled(&self) -> Self {
        Self {
            nodes: self.nodes.clone(),
            free: self.free.clone(),
            root: self.root,
            settled: Vec::new(),
        }
    }

    pub(crate) fn take_settled(&mut self) -> Vec<u64> {
        core::mem::take(&mut self.settled)
    }

    /// The changepoints after the settled ones in the best segmentation that ends in the
    /// hypothesis at `leaf`, whose segment begins at `start`; ascending.
    pub(crate) fn provisional(&self, leaf: Leaf, start: u64) -> Vec<u64> {
        let mut starts = Vec::new();
        let mut id = match leaf {
            Leaf::At(id) => id,
            Leaf::Below(parent) => {
                starts.push(start);
                parent
            }
        };
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_settles_and_the_rest_is_freed() {
        let mut tree = Segmentation::default();
        let mut zero = tree.add_first(0);
        let mut five = tree.birth(&mut zero, 0);
        let six = tree.birth(&mut zero, 0);
        assert_eq!((tree.in_use(), five), (1, six), "no node without a child");
        let nine = tree.birth(&mut five, 5);
        assert_eq!(tree.in_use(), 2);
        tree.settle(&mut [zero, five, six, nine], &[0, 5, 6, 9]);
        assert_eq!(tree.settled(), [0u64; 0]);
        assert_eq!(tree.provisional(nine, 9), [5, 9]);
        assert_eq!(tree.provisional(five, 5), [5]);
        assert_eq!(tree.provisional(zero, 0), [0u64; 0]);

        tree.release([zero].into_iter());
        tree.settle(&mut [five, six, nine], &[5, 6, 9]);
        assert_eq!(tree.settled(), [0u64; 0], "5 and 6 still disagree");

        tree.release([six].into_iter());
        tree.settle(&mut [five, nine], &[5, 9]);
        assert_eq!(tree.settled(), [5]);
        assert_eq!(tree.provisional(nine, 9), [9]);

        tree.release([five].into_iter());
        let mut last = [nine];
        tree.settle(&mut last, &[9]);
        assert_eq!(tree.settled(), [5, 9]);
        assert_eq!(tree.provisional(last[0], 9), [0u64; 0]);
        assert_eq!(tree.in_use(), 1);
        assert_eq!(tree.take_settled(), [5, 9]);
        assert_eq!(tree.settled(), [0u64; 0]);
    }

    #[test]
    fn memory_follows_the_live_hypotheses() {
        let mut tree = Segmentation::default();
        let (mut leaves, mut starts) = (alloc::vec![tree.add_first(0)], alloc::vec![0]);
        for start in 1..10_000usize {
            let parent = leaves.len() - 1 - (start * 7 % leaves.len());
            let newborn = tree.birth(&mut leaves[parent], starts[parent]);
            leaves.push(newborn);
            starts.push(start as u64);
            if leaves.len() > 16 {
                starts.remove(start % 15);
                tree.release([leaves.remove(start % 15)].into_iter());
                tree.settle(&mut leaves, &starts);
            }
            tree.take_settled();
        }
        assert!(tree.nodes.len() < 400, "{} nodes", tree.nodes.len());
    }
}
