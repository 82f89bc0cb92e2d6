//! One source, several instruction sets.
//!
//! A [`Kernel`] is a piece of straight-line work. [`Isa::run`] compiles it once
//! per instruction set and picks the compiled form that this machine has. No
//! fused multiply-add is used and sums have a fixed number of lanes, so that
//! all forms give the same bits.

use crate::lanes::Group;
pub use crate::real::Real;

/// Work that gains from wide registers.
///
/// `run`, and every function of weight that it calls, has to be
/// `#[inline(always)]`: only what is inlined into the form for an instruction
/// set is compiled for it. What is not inlined is still right, only slower.
pub trait Kernel {
    /// What the work yields.
    type Output;
    /// Does the work.
    fn run(self) -> Self::Output;
}

/// An instruction set that this machine has.
///
/// Values exist for available sets only, which is what makes [`Isa::run`] safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Isa(Level);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// Whether the features are there: asked of the machine with `std`, of the
/// compiler's target without, and under Miri, which interprets few of the wider
/// instructions.
#[cfg(target_arch = "x86_64")]
macro_rules! has {
    ($($feature:tt),+) => {{
        #[cfg(all(feature = "std", not(miri)))]
        {
            $(std::is_x86_feature_detected!($feature))&&+
        }
        #[cfg(any(not(feature = "std"), miri))]
        {
            $(cfg!(target_feature = $feature))&&+
        }
    }};
}

impl Isa {
    /// What the target guarantees: SSE2 on x86-64, NEON on AArch64.
    pub const BASELINE: Self = Self(Level::Baseline);

    /// AVX2, if this machine has it.
    pub fn avx2() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if has!("avx2") {
            return Some(Self(Level::Avx2));
        }
        None
    }

    /// AVX-512 (F, BW, DQ, VL), if this machine has it.
    pub fn avx512() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if has!("avx512f", "avx512bw", "avx512dq", "avx512vl") {
            return Some(Self(Level::Avx512));
        }
        None
    }

    /// The widest set of this machine.
    pub fn best() -> Self {
        Self::avx512().or_else(Self::avx2).unwrap_or(Self::BASELINE)
    }

    /// Every set of this machine, narrowest first.
    pub fn available() -> impl Iterator<Item = Self> {
        [Some(Self::BASELINE), Self::avx2(), Self::avx512()]
            .into_iter()
            .flatten()
    }

    /// A name for people.
    pub fn name(self) -> &'static str {
        match self.0 {
            Level::Baseline if cfg!(target_arch = "x86_64") => "SSE2",
            Level::Baseline if cfg!(target_arch = "aarch64") => "NEON",
            Level::Baseline => "baseline",
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => "AVX2",
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => "AVX-512",
        }
    }

    /// Runs `kernel` as compiled for this instruction set.
    #[inline]
    #[cfg_attr(
        target_arch = "x86_64",
        expect(
            unsafe_code,
            reason = "calling code compiled for features that `self` proves present"
        )
    )]
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self.0 {
            Level::Baseline => kernel.run(),
            // SAFETY: a `Level` other than `Baseline` is only made by `avx2` and
            // `avx512` above, after they have found the features.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { run_avx2(kernel) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { run_avx512(kernel) },
        }
    }
}

/// Work on groups of lanes: [`Kernel`] with the registers as a parameter.
///
/// As there, all functions of weight on the way have to be `#[inline(always)]`, and
/// there may be no closures, which cannot be, nor what takes one, like `map` of an array.
pub(crate) trait LaneKernel<F: Real> {
    type Output;

    /// A type beside which the compiled forms of this kernel are put: that of the formula, or
    /// the kernel's own.
    type Home: Home;

    fn run<L: Group<Scalar = F>>(self) -> Self::Output;
}

impl Isa {
    /// Runs `kernel` with the registers of this instruction set.
    #[inline]
    #[cfg_attr(
        target_arch = "x86_64",
        expect(
            unsafe_code,
            reason = "calling code compiled for features that `self` proves present"
        )
    )]
    pub(crate) fn run_lanes<F: Real, K: LaneKernel<F>>(self, kernel: K) -> K::Output {
        match self.0 {
            Level::Baseline => K::Home::lanes_baseline::<F, K>(kernel),
            // SAFETY: as in `run`; registers and features belong together.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { K::Home::lanes_avx2::<F, K>(kernel) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { K::Home::lanes_avx512::<F, K>(kernel) },
        }
    }
}

/// The compiled forms of [`LaneKernel`]s, functions of their own, since several places call each
/// and their code is long.
///
/// They are methods of a type because the compiler divides its work by modules, and puts a
/// method of a trait into the module of the type. As plain functions all of them would be one
/// unit, which takes a single thread minutes.
#[cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "methods of a trait that are compiled for features have to be unsafe"
    )
)]
pub(crate) trait Home {
    #[inline(never)]
    fn lanes_baseline<F: Real, K: LaneKernel<F>>(kernel: K) -> K::Output {
        kernel.run::<F::Baseline>()
    }

    /// # Safety
    /// The machine must have the features.
    #[cfg(target_arch = "x86_64")]
    #[inline(never)]
    #[target_feature(enable = "avx2")]
    unsafe fn lanes_avx2<F: Real, K: LaneKernel<F>>(kernel: K) -> K::Output {
        kernel.run::<F::Avx2>()
    }

    /// # Safety
    /// The machine must have the features.
    #[cfg(target_arch = "x86_64")]
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    unsafe fn lanes_avx512<F: Real, K: LaneKernel<F>>(kernel: K) -> K::Output {
        kernel.run::<F::Avx512>()
    }
}

impl<T: ?Sized> Home for T {}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

/// Asks for a list ahead of its use, where the machine can be asked.
#[inline(always)]
#[cfg_attr(
    all(target_arch = "x86_64", not(miri)),
    expect(unsafe_code, reason = "a hint to the processor")
)]
pub(crate) fn prefetch<T>(list: &[T]) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    for offset in (0..size_of_val(list)).step_by(64) {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let line = list.as_ptr().cast::<i8>().wrapping_add(offset);
        // SAFETY: nothing is read; any address will do.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line) }
    }
    #[cfg(any(not(target_arch = "x86_64"), miri))]
    let _ = list;
}

/// The numbers of many lines.
#[inline(always)]
#[expect(unsafe_code, reason = "a line is an array of numbers and nothing else")]
pub(crate) fn numbers<F: Real>(lines: &[F::Line]) -> &[F] {
    const { assert!(size_of::<F::Line>() == F::LANES * size_of::<F>()) };
    // SAFETY: `Real` is sealed and both its lines are `Line<[Self; LANES]>`,
    // which has no padding, as the size shows.
    unsafe { core::slice::from_raw_parts(lines.as_ptr().cast(), lines.len() * F::LANES) }
}

/// The numbers of many lines, to be changed.
#[inline(always)]
#[expect(unsafe_code, reason = "a line is an array of numbers and nothing else")]
pub(crate) fn numbers_mut<F: Real>(lines: &mut [F::Line]) -> &mut [F] {
    const { assert!(size_of::<F::Line>() == F::LANES * size_of::<F>()) };
    // SAFETY: as in `numbers`; every pattern of bits is a number.
    unsafe { core::slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), lines.len() * F::LANES) }
}
