//! New inputs from old ones, as a fuzzer without knowledge of the code makes them.

use bocpd_tests::random::Random;

/// No input is longer.
const LONGEST: usize = 4096;

/// An input that has something of those in `corpus`, and of `words`, or nothing of
/// either.
pub fn mutated(random: &mut Random, corpus: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    let mut bytes = if corpus.is_empty() || random.below(4) == 0 {
        let length = random.below(512);
        noise(random, length)
    } else {
        pick(random, corpus).clone()
    };
    // Mostly few changes, sometimes many.
    for _ in 0..1 << random.below(5) {
        change(random, &mut bytes, corpus, words);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(random: &mut Random, bytes: &mut Vec<u8>, corpus: &[Vec<u8>], words: &[&str]) {
    let at = below(random, bytes.len() + 1);
    let end = at + below(random, (bytes.len() - at).min(32) + 1);
    let kind = random.below(if words.is_empty() { 6 } else { 9 });
    match kind {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = random.bits().to_le_bytes()[0];
            }
        }
        2 => drop(bytes.splice(at..end, [])),
        3 => {
            let twice = bytes[at..end].to_vec();
            bytes.splice(at..at, twice);
        }
        4 => {
            let length = random.below(24);
            let new = noise(random, length);
            bytes.splice(at..at, new);
        }
        5 if !corpus.is_empty() => {
            let other = pick(random, corpus);
            let from = below(random, other.len() + 1);
            let to = from + below(random, other.len() - from + 1);
            bytes.splice(at..end, other[from..to].iter().copied());
        }
        5 => bytes.truncate(at),
        _ => {
            let word = pick(random, words).bytes();
            // In the place of something, or between.
            let end = if kind == 6 { at } else { end };
            bytes.splice(at..end, word);
        }
    }
}

fn noise(random: &mut Random, length: u64) -> Vec<u8> {
    (0..length)
        .map(|_| random.bits().to_le_bytes()[0])
        .collect()
}

fn pick<'a, T>(random: &mut Random, from: &'a [T]) -> &'a T {
    &from[below(random, from.len())]
}

fn below(random: &mut Random, n: usize) -> usize {
    usize::try_from(random.below(n as u64)).expect("less than a usize")
}
