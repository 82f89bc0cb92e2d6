//! Which numbers of an observation have a panel.

use crate::report::Report;

/// There are so many panels at most: more could not be told apart.
const MOST: usize = 12;

/// The positions of the numbers that are drawn: all of them, or of very many those that have most
/// to do with the changes, in their order.
pub(crate) fn chosen(report: &Report) -> Vec<usize> {
    let mut shares = vec![0.0; report.dimension];
    for change in &report.changepoints {
        for (share, part) in shares.iter_mut().zip(&change.parts) {
            *share += part.ln_bayes_factor.max(0.0);
        }
    }
    largest(&shares, MOST)
}

/// Where the largest are, so many at most, in their order; the first of equal ones.
fn largest(shares: &[f64], most: usize) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..shares.len()).collect();
    positions.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]));
    positions.truncate(most);
    positions.sort_unstable();
    positions
}

#[cfg(test)]
mod tests {
    use super::largest;

    #[test]
    fn the_largest_stay_in_their_order() {
        assert_eq!(largest(&[0.0, 3.0, 0.0, 5.0, 4.0], 3), [1, 3, 4]);
        assert_eq!(largest(&[0.0; 4], 2), [0, 1]);
        assert_eq!(largest(&[1.0], 12), [0]);
    }
}
