//! What is done to a snapshot.

use super::Snapshot;
use super::layout::Node;
use crate::random::Random;

/// Changes fields of snapshots to what they should not be.
#[derive(Debug)]
pub struct Forger {
    random: Random,
}

/// Integers that sit on some edge.
const NUMBERS: [u64; 14] = [
    0,
    1,
    2,
    3,
    127,
    128,
    1 << 31,
    u32::MAX as u64,
    1 << 32,
    1 << 52,
    1 << 53,
    1 << 56,
    u64::MAX - 1,
    u64::MAX,
];

/// Floats that sit on some edge.
const FLOATS: [f64; 18] = [
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    f64::MIN_POSITIVE,
    1e-300,
    1e-10,
    0.5,
    1.0,
    -1.0,
    64.0,
    1e17,
    1e100,
    1e308,
    f64::MIN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// What becomes of a float.
type Change<'a> = &'a dyn Fn(f64) -> f64;

/// Lists with one item for each hypothesis.
const PER_HYPOTHESIS: [&[&str]; 6] = [
    &["hypotheses", "starts"],
    &["hypotheses", "leaves"],
    &["hypotheses", "births"],
    &["hypotheses", "ln_weights", "values"],
    &["hypotheses", "weights", "values"],
    &["hypotheses", "map_gains", "values"],
];

impl Forger {
    /// A forger who always does the same for the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
        }
    }

    /// Bytes with right checksums, and in words what was done.
    pub fn forge(&mut self, snapshot: &Snapshot) -> (Vec<u8>, String) {
        let mut forged = snapshot.clone();
        let mut done = Vec::new();
        for _ in 0..=self.random.below(3) {
            done.push(match self.random.below(18) {
                0 => self.drop_a_hypothesis(&mut forged),
                1 => self.swap_hypotheses(&mut forged),
                2 => self.move_in_time(&mut forged),
                3 => self.shift_weights(&mut forged),
                4 => self.damage_config(&mut forged),
                5..=7 => self.edit("alarms", &mut forged.alarms),
                16..=17 => self.edit("choice", &mut forged.choice),
                8..=10 => match &mut forged.p_outlier {
                    Some(p_outlier) if self.random.below(2) == 0 => {
                        self.edit("p_outlier", p_outlier)
                    }
                    _ => self.edit("bank", &mut forged.bank),
                },
                _ => self.edit("state", &mut forged.state),
            });
        }
        (forged.to_bytes(), done.join(", "))
    }

    /// Changes one of the nodes, each as likely as any other of its group or list, and now
    /// and then a list or what may be there as a whole.
    fn edit(&mut self, path: &str, node: &mut Node) -> String {
        let whole = self.random.below(6) == 0;
        match node {
            Node::Group(fields) if !fields.is_empty() => {
                let i = self.below(fields.len());
                let (name, field) = &mut fields[i];
                self.edit(&format!("{path}.{name}"), field)
            }
            Node::List(items, _) if !items.is_empty() && !whole => {
                let i = self.below(items.len());
                self.edit(&format!("{path}[{i}]"), &mut items[i])
            }
            Node::Maybe(Some(some), _) if !whole => self.edit(path, some),
            leaf => format!("{path} {}", self.change(leaf)),
        }
    }

    fn change(&mut self, node: &mut Node) -> String {
        match node {
            Node::Number(value) => {
                let before = *value;
                *value = self.number(before);
                format!("{before} to {value}")
            }
            Node::Float(bits, length) => {
                let before = *bits;
                *bits = if *length == 8 {
                    self.float(f64::from_bits(before)).to_bits()
                } else {
                    #[expect(clippy::cast_possible_truncation, reason = "as it is kept")]
                    let (before, to) = (before as u32, |x: f64| (x as f32).to_bits());
                    u64::from(to(self.float(f64::from(f32::from_bits(before)))))
                };
                format!("{before:#x} to {bits:#x}")
            }
            Node::Flag(byte) => {
                *byte = if self.random.below(4) == 0 {
                    2
                } else {
                    *byte ^ 1
                };
                format!("to {byte}")
            }
            Node::List(items, shape) => {
                let (before, length) = (items.len(), items.len());
                if length == 0 {
                    items.push(Node::minimal(shape));
                } else {
                    let (i, j) = (self.below(length), self.below(length));
                    match self.random.below(8) {
                        0 => drop(items.pop()),
                        1 => drop(items.remove(i)),
                        2 => items.insert(i, items[j].clone()),
                        3 => items.swap(i, j),
                        4 => items.clear(),
                        5 => items.reverse(),
                        6 => items.extend(vec![items[j].clone(); 3]),
                        _ => items[i] = items[j].clone(),
                    }
                }
                format!("of {before} items, now {}", items.len())
            }
            Node::Maybe(some, shape) => {
                *some = match some {
                    Some(_) => None,
                    None => Some(Box::new(Node::minimal(shape))),
                };
                "there or not".to_owned()
            }
            Node::Choice(which, chosen, of) => {
                let i = self.below(of.len() + 1);
                if i as u64 == *which {
                    return self.edit("of the choice", chosen);
                }
                if let Some(shape) = of.get(i) {
                    let minimal = Node::minimal(shape);
                    let keeps = matches!((&**chosen, &minimal), (Node::Number(_), Node::Number(_)));
                    if !keeps {
                        **chosen = minimal;
                    }
                }
                *which = i as u64;
                format!("to choice {which}")
            }
            Node::Group(_) => "as it was".to_owned(),
        }
    }

    fn number(&mut self, before: u64) -> u64 {
        match self.random.below(8) {
            0 => before.wrapping_add(1),
            1 => before.wrapping_sub(1),
            2 => before.wrapping_add(self.random.below(40)),
            3 => before.wrapping_sub(self.random.below(40)),
            4 => before.saturating_mul(2),
            5 => before ^ 1 << self.random.below(64),
            _ => NUMBERS[self.below(NUMBERS.len())],
        }
    }

    fn float(&mut self, before: f64) -> f64 {
        match self.random.below(9) {
            0 => before.next_up(),
            1 => before.next_down(),
            2 => -before,
            3 => before * 2.0,
            4 => before + self.random.normal(),
            5 => before * (1.0 + 1e-6 * self.random.normal()),
            6 => f64::from_bits(before.to_bits() ^ 1 << self.random.below(64)),
            _ => FLOATS[self.below(FLOATS.len())],
        }
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.random.below(n as u64)).expect("fits")
    }

    /// Takes one hypothesis out of every list.
    fn drop_a_hypothesis(&mut self, snapshot: &mut Snapshot) -> String {
        let (n, width) = sizes(snapshot);
        if n == 0 {
            return "nothing".to_owned();
        }
        let i = self.below(n);
        for path in PER_HYPOTHESIS {
            with_list(&mut snapshot.state, path, |list| {
                if i < list.len() {
                    list.remove(i);
                }
            });
        }
        with_list(&mut snapshot.bank, &["counts", "births"], |list| {
            drop(list.remove(i));
        });
        with_list(&mut snapshot.bank, &["statistics"], |list| {
            list.drain(i * width..(i + 1) * width);
        });
        format!("hypothesis {i} dropped")
    }

    /// Gives two hypotheses each other's weights and statistics.
    fn swap_hypotheses(&mut self, snapshot: &mut Snapshot) -> String {
        let (n, width) = sizes(snapshot);
        if n == 0 {
            return "nothing".to_owned();
        }
        let (i, j) = (self.below(n), self.below(n));
        for path in &PER_HYPOTHESIS[3..] {
            with_list(&mut snapshot.state, path, |list| list.swap(i, j));
        }
        with_list(&mut snapshot.bank, &["counts", "births"], |list| {
            list.swap(i, j);
        });
        with_list(&mut snapshot.bank, &["statistics"], |list| {
            for k in 0..width {
                list.swap(i * width + k, j * width + k);
            }
        });
        format!("hypotheses {i} and {j} swapped")
    }

    /// Adds the same to the number of observations, the clock and, at times, to all starts.
    fn move_in_time(&mut self, snapshot: &mut Snapshot) -> String {
        let by = [1, 2, 100, 1 << 30, 1 << 50][self.below(5)];
        let everything = self.random.below(2) == 0;
        let add = |node: &mut Node| {
            if let Node::Number(value) = node {
                *value = value.wrapping_add(by);
            }
        };
        for path in [&["time"][..], &["records", "history"]] {
            snapshot.state.at(path).map(add);
        }
        if let Some(Node::Float(bits, _)) = snapshot.state.at(&["clock"]) {
            *bits = (f64::from_bits(*bits) + by as f64).to_bits();
        }
        if everything {
            for path in [&["hypotheses", "starts"][..], &["segmentation", "settled"]] {
                with_list(&mut snapshot.state, path, |list| {
                    list.iter_mut().for_each(add);
                });
            }
            for path in [
                &["segmentation", "nodes"][..],
                &["records", "kernels"],
                &["records", "origins"],
            ] {
                with_list(&mut snapshot.state, path, |list| {
                    list.iter_mut()
                        .filter_map(|node| node.field("start"))
                        .for_each(add);
                });
            }
        }
        let counted = self.random.below(2) == 0;
        if counted {
            snapshot.bank.at(&["counts", "seen"]).map(add);
        }
        format!("time moved by {by}, starts {everything}, counts {counted}")
    }

    /// Adds the same to all log weights, with weights and sums to match.
    fn shift_weights(&mut self, snapshot: &mut Snapshot) -> String {
        let by = [1.0, -1.0, 40.0, -40.0, 700.0, -700.0][self.below(6)];
        let factor = f64::exp(by);
        let change = |node: &mut Node, to: &dyn Fn(f64) -> f64| {
            if let Node::Float(bits, 8) = node {
                *bits = to(f64::from_bits(*bits)).to_bits();
            }
        };
        let shifted: [(&[&str], Change<'_>); 2] = [
            (&["hypotheses", "ln_weights", "values"], &|x| x + by),
            (&["hypotheses", "weights", "values"], &|x| x * factor),
        ];
        for (path, to) in shifted {
            with_list(&mut snapshot.state, path, |list| {
                for node in list {
                    change(node, to);
                }
            });
        }
        let sums: [(&str, Change<'_>); 3] = [
            ("total", &|x| x * factor),
            ("ln_total", &|x| x + by),
            ("best_joint", &|x| x + by),
        ];
        for (name, to) in sums {
            if let Some(node) = snapshot.state.at(&["hypotheses", name]) {
                change(node, to);
            }
        }
        format!("weights shifted by {by}")
    }

    /// Writes something over some bytes of the configuration.
    fn damage_config(&mut self, snapshot: &mut Snapshot) -> String {
        let length = snapshot.config.len();
        if length == 0 {
            return "nothing".to_owned();
        }
        let at = self.below(length);
        if self.random.below(2) == 0 {
            let byte = self.random.bits().to_le_bytes()[0];
            snapshot.config[at] = byte;
            return format!("byte {at} of the configuration to {byte}");
        }
        let float = FLOATS[self.below(FLOATS.len())];
        let bytes = float.to_le_bytes();
        let end = length.min(at + 8);
        snapshot.config[at..end].copy_from_slice(&bytes[..end - at]);
        format!("bytes {at}.. of the configuration to {float:e}")
    }
}

/// How many hypotheses there are, and how many statistics each has.
fn sizes(snapshot: &mut Snapshot) -> (usize, usize) {
    let mut n = 0;
    with_list(&mut snapshot.state, &["hypotheses", "starts"], |list| {
        n = list.len();
    });
    let mut statistics = 0;
    with_list(&mut snapshot.bank, &["statistics"], |list| {
        statistics = list.len();
    });
    let mut least = n;
    for path in &PER_HYPOTHESIS[3..] {
        with_list(&mut snapshot.state, path, |list| {
            least = least.min(list.len());
        });
    }
    with_list(&mut snapshot.bank, &["counts", "births"], |list| {
        least = least.min(list.len());
    });
    let width = statistics.checked_div(n).unwrap_or(0);
    (least, width)
}

fn with_list(node: &mut Node, path: &[&str], change: impl FnOnce(&mut Vec<Node>)) {
    let mut node = node.at(path);
    if let Some(Node::Maybe(Some(some), _)) = node {
        node = Some(some);
    }
    if let Some(Node::List(items, _)) = node {
        change(items);
    }
}
