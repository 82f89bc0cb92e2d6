//! The run-length posterior over time, on a grid small enough to draw.

/// Probabilities below this are left white.
pub(super) const FLOOR: f64 = 1e-4;
/// Shades told apart.
pub(super) const SHADES: u8 = 16;

/// A grid of maxima: each cell holds the highest probability that fell into it, so that a
/// sharp line stays visible however long the series is.
pub(crate) struct HeatMap {
    observations: usize,
    columns: usize,
    rows: usize,
    /// Column after column, the shortest run lengths first.
    cells: Vec<f64>,
}

/// A block of equal shade: observations `[left, right)`, run lengths `[bottom, top)`, in
/// units of the series, which need not be whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Block {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) bottom: f64,
    pub(super) top: f64,
    /// From 1, light, to [`SHADES`].
    pub(super) shade: u8,
}

impl HeatMap {
    /// An empty grid for a series of that many observations.
    pub(crate) fn new(observations: usize) -> Self {
        let (columns, rows) = (observations.clamp(1, 540), observations.clamp(1, 2160));
        Self {
            observations: observations.max(1),
            columns,
            rows,
            cells: vec![0.0; columns * rows],
        }
    }

    /// Enters the posterior after one observation: pairs of segment start and probability.
    pub(crate) fn record(&mut self, index: usize, posterior: impl IntoIterator<Item = (u64, f64)>) {
        let column = index * self.columns / self.observations;
        let cells = &mut self.cells[column * self.rows..][..self.rows];
        for (start, probability) in posterior {
            if probability >= FLOOR {
                let run_length = index - usize::try_from(start).unwrap_or(index).min(index);
                let cell = &mut cells[run_length * self.rows / self.observations];
                *cell = cell.max(probability);
            }
        }
    }

    /// The longest run length to show.
    pub(super) fn top(&self) -> f64 {
        self.cells_up() as f64 * self.height()
    }

    /// How many cells of a column are in use anywhere.
    fn cells_up(&self) -> usize {
        let columns = self.cells.chunks(self.rows);
        let highest = columns
            .filter_map(|column| column.iter().rposition(|&p| p > 0.0))
            .max();
        highest.unwrap_or(0) + 1
    }

    fn height(&self) -> f64 {
        self.observations as f64 / self.rows as f64
    }

    /// The grid as at most `budget` blocks, coarser where that many would not do.
    pub(super) fn blocks(&self, budget: usize) -> Vec<Block> {
        // No finer than the panel: about 180 cells up to the top, then coarser at need.
        let used = self.cells_up();
        let (mut across, mut up) = (1, 1);
        while used / up > 180 {
            up *= 2;
        }
        loop {
            let blocks = self.merged(across, up);
            if blocks.len() <= budget {
                return blocks;
            }
            let narrower = if across <= up { &mut across } else { &mut up };
            *narrower *= 2;
        }
    }

    /// Blocks of `across` columns by `up` rows, neighbours of the same shade joined.
    fn merged(&self, across: usize, up: usize) -> Vec<Block> {
        let mut done = Vec::new();
        let mut open: Vec<Block> = Vec::new();
        for first in (0..self.columns).step_by(across) {
            let columns = first..(first + across).min(self.columns);
            let mut next = self.runs(columns, up);
            // A block that goes on in the next column is made wider instead of repeated.
            for block in &mut next {
                let same = |b: &&Block| {
                    (b.bottom, b.top, b.shade) == (block.bottom, block.top, block.shade)
                };
                if let Some(before) = open.iter().find(same) {
                    block.left = before.left;
                }
            }
            done.extend(open.into_iter().filter(|block| {
                !next
                    .iter()
                    .any(|b| (b.left, b.bottom, b.top) == (block.left, block.bottom, block.top))
            }));
            open = next;
        }
        done.extend(open);
        done
    }

    /// The runs of equal shade in some columns taken together.
    fn runs(&self, columns: std::ops::Range<usize>, up: usize) -> Vec<Block> {
        let edge = |column: usize| (column * self.observations).div_ceil(self.columns);
        let (left, right) = (edge(columns.start), edge(columns.end));
        let mut runs: Vec<Block> = Vec::new();
        for low in (0..self.rows).step_by(up) {
            let high = (low + up).min(self.rows);
            let cells = columns
                .clone()
                .flat_map(|c| &self.cells[c * self.rows + low..c * self.rows + high]);
            let shade = shade(cells.copied().fold(0.0, f64::max));
            if shade == 0 {
                continue;
            }
            let (bottom, top) = (low as f64 * self.height(), high as f64 * self.height());
            match runs.last_mut() {
                Some(run) if run.shade == shade && run.top == bottom => run.top = top,
                _ => runs.push(Block {
                    left,
                    right,
                    bottom,
                    top,
                    shade,
                }),
            }
        }
        runs
    }
}

/// The shade of a probability on a log scale; 0 for none.
fn shade(probability: f64) -> u8 {
    if probability < FLOOR {
        return 0;
    }
    let share = 1.0 - probability.min(1.0).ln() / FLOOR.ln();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and SHADES"
    )]
    let step = (share * f64::from(SHADES - 1)).round() as u8;
    step + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_are_even_in_the_logarithm() {
        assert_eq!(shade(FLOOR / 2.0), 0);
        assert_eq!(shade(FLOOR), 1);
        assert_eq!(shade(1.0), SHADES);
        assert_eq!(shade(FLOOR.sqrt()), 9);
    }

    #[test]
    fn equal_neighbours_are_one_block() {
        let mut heat = HeatMap::new(3);
        for index in 0..3 {
            heat.record(index, [(index as u64, 1.0)]);
        }
        let want = Block {
            left: 0,
            right: 3,
            bottom: 0.0,
            top: 1.0,
            shade: SHADES,
        };
        assert_eq!(heat.blocks(10), [want]);
        assert_eq!(heat.top(), 1.0);
    }

    #[test]
    fn a_long_series_keeps_its_line_within_the_budget() {
        let n = 100_000;
        let mut heat = HeatMap::new(n);
        for index in 0..n {
            let rest = (1..4).map(|start| (start * 10_000, 0.01));
            heat.record(index, std::iter::once((0, 0.9)).chain(rest));
        }
        for budget in [100, 1000, 10_000] {
            let blocks = heat.blocks(budget);
            assert!(blocks.len() <= budget);
            let covered = |i: usize| {
                blocks.iter().any(|b| {
                    let run_length = i as f64 + 0.5;
                    (b.left..b.right).contains(&i)
                        && b.bottom <= run_length
                        && run_length < b.top
                        && b.shade > 14
                })
            };
            assert!((0..n).step_by(1009).all(covered), "{budget}");
        }
    }
}
