//! The limit of a step's arithmetic: one `exp` and one `ln` for each number.
//!
//! Numbers come in whole groups of [`Real::LANES`], as in the columns of a detector:
//! a rest that is done one by one would slow the pass over few and flatter the step.

use std::hint::black_box;

use bocpd_core::kernel::{Isa, Kernel, Real};

struct Pass<'a> {
    from: &'a [f64],
    exp: &'a mut [f64],
    ln: &'a mut [f64],
}

impl Kernel for Pass<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let n = self.from.len();
        let (exp, ln) = (&mut self.exp[..n], &mut self.ln[..n]);
        for i in 0..n {
            exp[i] = (-self.from[i]).vexp();
            ln[i] = self.from[i].vln();
        }
    }
}

/// A contender that makes `passes` passes over `len` numbers, and as many as a last
/// group lacks.
pub fn bare(isa: Isa, len: usize, passes: usize) -> impl FnMut() -> usize {
    let from: Vec<f64> = (0..len.next_multiple_of(f64::LANES))
        .map(|i| 0.01 + i as f64 * 0.037)
        .collect();
    let (mut exp, mut ln) = (from.clone(), from.clone());
    move || {
        for _ in 0..passes {
            isa.run(Pass {
                from: black_box(&from),
                exp: &mut exp,
                ln: &mut ln,
            });
            black_box((&exp, &ln));
        }
        passes
    }
}
