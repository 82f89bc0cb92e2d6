//! Parts of a long series that stand for all of it.

/// A series of no more observations is looked at as a whole.
const WHOLE_UP_TO: usize = 4096;

/// How many stretches, and how many observations each has.
const STRETCHES: usize = 8;
const STRETCH: usize = 512;

/// Whether index `i` lies in one of the stretches of a series of `n` observations, which are
/// spread evenly from its beginning to its end.
pub(super) fn holds(n: usize, i: usize) -> bool {
    if n <= WHOLE_UP_TO {
        return true;
    }
    let start = |k: usize| k * (n - STRETCH) / (STRETCHES - 1);
    (0..STRETCHES).any(|k| (start(k)..start(k) + STRETCH).contains(&i))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_from_end_to_end() {
        let count = |n: usize| (0..n).filter(|&i| holds(n, i)).count();
        assert_eq!(count(4096), 4096);
        assert_eq!(count(4097), STRETCHES * STRETCH);
        assert!(holds(100_000, 0) && holds(100_000, 99_999) && !holds(100_000, 600));
    }
}
