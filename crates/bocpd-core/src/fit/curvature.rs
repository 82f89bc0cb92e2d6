//! Symmetric matrices of a few rows.

use alloc::vec;
use alloc::vec::Vec;

use libm::sqrt;

use super::climb::dot;

/// A symmetric matrix, all of it stored.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Square {
    n: usize,
    entries: Vec<f64>,
}

impl Square {
    pub(super) fn diagonal(of: impl ExactSizeIterator<Item = f64>) -> Self {
        let n = of.len();
        let mut square = Self {
            n,
            entries: vec![0.0; n * n],
        };
        for (i, entry) in of.enumerate() {
            *square.at_mut(i, i) = entry;
        }
        square
    }

    pub(super) fn at(&self, i: usize, j: usize) -> f64 {
        self.entries[i * self.n + j]
    }

    pub(super) fn at_mut(&mut self, i: usize, j: usize) -> &mut f64 {
        &mut self.entries[i * self.n + j]
    }

    pub(super) fn times(&self, x: &[f64]) -> Vec<f64> {
        self.entries
            .chunks(self.n.max(1))
            .map(|row| dot(row, x))
            .collect()
    }

    /// As the inverse of a curvature, learns that over the way `moved` the slope fell by `fell`:
    /// the update of BFGS,
    ///
    /// ```text
    /// H ← (1 − s yᵀ/sᵀy) H (1 − y sᵀ/sᵀy) + s sᵀ/sᵀy
    /// ```
    ///
    /// Where the slope rose nothing is learned: H would no longer lead upwards.
    pub(super) fn learn(&mut self, moved: &[f64], fell: &[f64]) {
        let along = dot(moved, fell);
        let turned = self.times(fell);
        let across = dot(fell, &turned);
        if !(along > 1e-8 * sqrt(dot(moved, moved) * dot(fell, fell)) && across.is_finite()) {
            return;
        }
        let own = (1.0 + across / along) / along;
        for i in 0..self.n {
            for j in 0..self.n {
                let mixed = moved[i] * turned[j] + turned[i] * moved[j];
                *self.at_mut(i, j) += own * (moved[i] * moved[j]) - mixed / along;
            }
        }
    }
}

/// The inverse, by Cholesky's factors; `None` unless the matrix is positive definite.
pub(super) fn inverse(of: &Square) -> Option<Square> {
    let n = of.n;
    // Rows and columns are scaled to a diagonal of 1: the units of coordinates differ widely.
    let scales: Vec<f64> = (0..n).map(|i| sqrt(of.at(i, i))).collect();
    if !scales.iter().all(|scale| *scale > 0.0 && scale.is_finite()) {
        return None;
    }
    let mut factor = Square::diagonal(scales.iter().map(|_| 0.0));
    for i in 0..n {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| factor.at(i, k) * factor.at(j, k)).sum();
            let left = of.at(i, j) / (scales[i] * scales[j]) - known;
            *factor.at_mut(i, j) = if i == j {
                // NaN is not positive either.
                if left.is_nan() || left <= 1e-12 {
                    return None;
                }
                sqrt(left)
            } else {
                left / factor.at(j, j)
            };
        }
    }
    let mut inverse = Square::diagonal(scales.iter().map(|_| 0.0));
    for column in 0..n {
        let mut x: Vec<f64> = (0..n).map(|i| f64::from(i == column)).collect();
        for i in 0..n {
            let known: f64 = (0..i).map(|k| factor.at(i, k) * x[k]).sum();
            x[i] = (x[i] - known) / factor.at(i, i);
        }
        for i in (0..n).rev() {
            let known: f64 = (i + 1..n).map(|k| factor.at(k, i) * x[k]).sum();
            x[i] = (x[i] - known) / factor.at(i, i);
        }
        for (i, x) in x.into_iter().enumerate() {
            *inverse.at_mut(i, column) = x / (scales[i] * scales[column]);
        }
    }
    Some(inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: [[f64; 3]; 3]) -> Square {
        let mut square = Square::diagonal([0.0; 3].into_iter());
        for (i, row) in rows.iter().enumerate() {
            for (j, entry) in row.iter().enumerate() {
                *square.at_mut(i, j) = *entry;
            }
        }
        square
    }

    #[test]
    fn the_inverse_undoes() {
        // Units a million apart.
        let a = of([[4e6, 2e3, -1e-3], [2e3, 3.0, 5e-7], [-1e-3, 5e-7, 1e-12]]);
        let b = inverse(&a).unwrap();
        for i in 0..3 {
            let unit: Vec<f64> = (0..3).map(|j| f64::from(i == j)).collect();
            let back = a.times(&b.times(&unit));
            let scale = |j: usize| sqrt(a.at(j, j) / a.at(i, i));
            for j in 0..3 {
                assert!(
                    (back[j] - unit[j]).abs() < 1e-9 * scale(j).max(1.0),
                    "{back:?}"
                );
            }
        }
        assert_eq!(
            inverse(&of([[1.0, 2.0, 0.0], [2.0, 1.0, 0.0], [0.0, 0.0, 1.0]])),
            None
        );
    }

    #[test]
    fn what_is_learned_of_a_parabola_is_its_curvature() {
        let curvature = of([[5.0, 1.0, 0.0], [1.0, 3.0, -1.0], [0.0, -1.0, 2.0]]);
        let mut h = Square::diagonal([1.0; 3].into_iter());
        // Each way is conjugate to those before, so that nothing is unlearned.
        let mut ways: Vec<Vec<f64>> = Vec::new();
        for i in 0..3 {
            let mut way: Vec<f64> = (0..3).map(|j| f64::from(i == j)).collect();
            for other in &ways {
                let bent = curvature.times(other);
                let share = dot(&way, &bent) / dot(other, &bent);
                for (way, other) in way.iter_mut().zip(other) {
                    *way -= share * other;
                }
            }
            h.learn(&way, &curvature.times(&way));
            ways.push(way);
        }
        let exact = inverse(&curvature).unwrap();
        for i in 0..3 {
            for j in 0..3 {
                assert!((h.at(i, j) - exact.at(i, j)).abs() < 1e-12, "{h:?}");
            }
        }
        let before = h.clone();
        h.learn(&[1.0, 0.0, 0.0], &[-1.0, 0.0, 0.0]);
        assert_eq!(h, before);
    }
}
