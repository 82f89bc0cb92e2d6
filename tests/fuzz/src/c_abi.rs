//! Sequences of calls through the C ABI, as a program makes them that looks at no
//! status: handles that were made, with arguments that may be anything.
//!
//! What the header leaves undefined does not happen here: pointers are NULL, or point to
//! what they should, with as much room as is said.

use core::ffi::{CStr, c_int, c_void};
use core::ptr::{null, null_mut};

#[cfg_attr(
    not(test),
    expect(clippy::wildcard_imports, reason = "most of the header")
)]
use bocpd::*;

use crate::note_call;
use crate::source::Source;

mod own;
mod panels;

/// What outputs hold before a call: nothing may be written unless it succeeds.
const UNTOUCHED: u64 = 0x7ff8_dead_beef_0001;
/// The greatest status that is defined, and the one that must never come.
const STATUSES: core::ops::RangeInclusive<Status> = BOCPD_OK..=BOCPD_NOT_FOLLOWED;

/// The handles of the sequence.
#[derive(Default)]
struct Handles {
    configs: Vec<*mut Config>,
    detectors: Vec<*mut Detector>,
    distributions: Vec<*mut Distribution>,
    panels: Vec<*mut Panel>,
}

impl Drop for Handles {
    fn drop(&mut self) {
        // SAFETY: each was made by the library and is used for the last time.
        unsafe {
            self.configs.drain(..).for_each(|it| bocpd_config_free(it));
            self.detectors
                .drain(..)
                .for_each(|it| bocpd_detector_free(it));
            self.distributions
                .drain(..)
                .for_each(|it| bocpd_distribution_free(it));
            self.panels.drain(..).for_each(|it| bocpd_panel_free(it));
        }
    }
}

/// One of the handles, or NULL where there is none, and now and then anyway.
fn one<T>(handles: &[*mut T], source: &mut Source) -> *mut T {
    let which = usize::from(source.byte());
    if which == 255 || handles.is_empty() {
        null_mut()
    } else {
        handles[which % handles.len()]
    }
}

/// Keeps a handle that a call made; at most eight of a kind.
fn keep<T>(handles: &mut Vec<*mut T>, made: Option<*mut T>, free: unsafe extern "C" fn(*mut T)) {
    handles.extend(made);
    if handles.len() > 8 {
        // SAFETY: made by the library, used for the last time.
        unsafe { free(handles.remove(0)) };
    }
}

/// Looks at what a call returned; whether it succeeded.
#[track_caller]
fn succeeded(status: Status) -> bool {
    note_call();
    assert!(STATUSES.contains(&status), "status {status}");
    // SAFETY: both strings live until the next failure in this thread.
    let (meaning, message) = unsafe {
        (
            CStr::from_ptr(bocpd_status_message(status)),
            CStr::from_ptr(bocpd_last_error_message()),
        )
    };
    assert!(!meaning.is_empty());
    assert_ne!(status, BOCPD_PANIC, "{message:?}");
    assert!(status == BOCPD_OK || !message.is_empty());
    status == BOCPD_OK
}

/// The number that a call gives; it writes none if it fails.
#[track_caller]
fn number(call: impl FnOnce(*mut f64) -> Status) -> Option<f64> {
    let mut number = f64::from_bits(UNTOUCHED);
    if succeeded(call(&raw mut number)) {
        return Some(number);
    }
    assert_eq!(number.to_bits(), UNTOUCHED);
    None
}

/// The same for a probability.
#[track_caller]
fn probability(call: impl FnOnce(*mut f64) -> Status) -> Option<f64> {
    let p = number(call)?;
    crate::readouts::probability("what C gets", p);
    Some(p)
}

/// The same for a handle.
#[track_caller]
fn made<T>(call: impl FnOnce(*mut *mut T) -> Status) -> Option<*mut T> {
    let mut handle = null_mut();
    if succeeded(call(&raw mut handle)) {
        assert!(!handle.is_null());
        return Some(handle);
    }
    assert!(handle.is_null());
    None
}

/// The list that a call gives: asked for its length, then with too little room, then
/// with enough.
#[track_caller]
fn list<T: Copy + PartialEq + core::fmt::Debug>(
    untouched: T,
    call: impl Fn(*mut T, usize, *mut usize) -> Status,
) -> Option<Vec<T>> {
    let mut length = usize::MAX;
    if !succeeded(call(null_mut(), 0, &raw mut length)) {
        assert_eq!(length, usize::MAX);
        return None;
    }
    let mut buffer = vec![untouched; length + 1];
    if let Some(less) = length.checked_sub(1) {
        let mut none = usize::MAX;
        let status = call(buffer.as_mut_ptr(), less, &raw mut none);
        assert_eq!(status, BOCPD_BUFFER_TOO_SMALL);
        assert_eq!(none, usize::MAX);
        assert!(buffer.iter().all(|value| *value == untouched));
    }
    let mut again = 0;
    assert!(succeeded(call(buffer.as_mut_ptr(), length, &raw mut again)));
    assert_eq!(again, length);
    assert_eq!(buffer.pop(), Some(untouched), "written past the end");
    Some(buffer)
}

/// The target.
///
/// # Panics
/// Where something does not hold.
pub fn run(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let mut handles = Handles::default();
    let mut budget = 400;
    while !source.is_empty() && budget > 0 {
        budget -= 1;
        match source.byte() {
            0..=59 => configure(&mut handles, &mut source),
            60..=79 => make(&mut handles, &mut source),
            80..=179 => feed(&handles, &mut source),
            180..=219 => ask(&mut handles, &mut source),
            220..=231 => results(&handles, &mut source),
            232..=239 => detect(&handles, &mut source),
            240..=243 => calibrate(&handles, &mut source),
            244..=246 => fit(&handles, &mut source),
            247..=251 => tail(&handles, &mut source),
            _ => panels::use_one(&mut handles, &mut source),
        }
    }
}

/// Numbers and where they stand; NULL now and then.
struct Array<T>(Vec<T>, bool);

impl<T> Array<T> {
    fn read<'a>(source: &mut Source<'a>, one: impl FnMut(&mut Source<'a>) -> T) -> Self {
        Self(source.list(one), source.one_in(16))
    }
    fn pointer(&self) -> *const T {
        if self.1 { null() } else { self.0.as_ptr() }
    }
    fn len(&self) -> usize {
        self.0.len()
    }
}

fn size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Numbers that a model may observe.
fn rows(source: &mut Source) -> Array<f64> {
    Array::read(source, |source| match source.byte() {
        240.. => source.number(),
        byte => f64::from(byte % 16),
    })
}

/// One of the functions for configurations.
fn configure(handles: &mut Handles, source: &mut Source) {
    if handles.configs.is_empty() || source.one_in(8) {
        // SAFETY: the output is there.
        let new = made(|out| unsafe { bocpd_config_new(out) });
        keep(&mut handles.configs, new, bocpd_config_free);
    }
    let config = one(&handles.configs, source);
    let s = source;
    // SAFETY: a live handle or NULL, and arrays as long as is said.
    let status = unsafe {
        match s.below(32) {
            0 | 1 => {
                let mean = s.small();
                bocpd_config_set_gaussian(config, mean, s.positive(), s.positive(), s.positive())
            }
            2 => {
                let (mean, kappa, alpha) = (s.small(), s.positive(), s.positive());
                bocpd_config_set_student_t(config, mean, kappa, alpha, s.positive(), s.positive())
            }
            3 => {
                let nu = Array::read(s, Source::positive);
                let prior: Vec<f64> = nu.0.iter().map(|_| s.share()).collect();
                let prior = if s.one_in(2) { null() } else { prior.as_ptr() };
                let (mean, kappa, alpha) = (s.number(), s.positive(), s.positive());
                let (nu, count, beta) = (nu.pointer(), nu.len(), s.positive());
                bocpd_config_set_student_t_grid(config, mean, kappa, alpha, beta, nu, prior, count)
            }
            4 => bocpd_config_set_poisson(config, s.positive(), s.positive()),
            5 => bocpd_config_set_bernoulli(config, s.positive(), s.positive()),
            6 => bocpd_config_set_binomial(config, s.positive(), s.positive(), s.count(12)),
            7 => bocpd_config_set_gamma(config, s.positive(), s.positive(), s.positive()),
            8 => own::set_model(config, s),
            9 => own::set_hazard(config, s),
            10..=12 => bocpd_config_set_constant_hazard(config, 1.0 + s.positive()),
            13 => bocpd_config_set_rate_hazard(config, s.positive()),
            14 => bocpd_config_set_weibull_hazard(config, s.positive(), s.positive()),
            15 => bocpd_config_set_log_logistic_hazard(config, s.positive(), s.positive()),
            16 => {
                let k = u32::try_from(s.count(3)).unwrap_or(u32::MAX);
                bocpd_config_set_negative_binomial_hazard(config, k, s.share())
            }
            17 => {
                let hazards = Array::read(s, Source::share);
                bocpd_config_set_table_hazard(config, hazards.pointer(), hazards.len())
            }
            18 => bocpd_config_set_exact(config),
            19 => bocpd_config_set_max_hypotheses(config, size(s.count(40))),
            20 => bocpd_config_set_min_weight(config, s.share()),
            21 => bocpd_config_set_max_run_length(config, s.count(40)),
            22 => bocpd_config_set_resample(config, s.count(0)),
            23 => {
                if s.one_in(2) {
                    bocpd_config_set_missing_error(config)
                } else {
                    bocpd_config_set_missing_skip(config)
                }
            }
            24 => bocpd_config_set_history_lag(config, s.count(30)),
            25 => bocpd_config_set_history_all(config),
            26 => bocpd_config_set_history_none(config),
            27 => bocpd_config_set_shifts(config, c_int::from(s.byte())),
            28 => {
                let (threshold, window, min_segment) = (s.share(), s.count(40), s.count(4));
                let (clear, cool_down) = (s.share(), s.count(4));
                let latched = c_int::from(s.byte() % 2);
                bocpd_config_set_alarm(
                    config,
                    threshold,
                    window,
                    min_segment,
                    clear,
                    cool_down,
                    latched,
                )
            }
            29 => bocpd_config_set_alarm_at(config, s.share()),
            30 => {
                let (values, count) = {
                    let values = rows(s);
                    (values.0.clone(), values.len())
                };
                let values = values.as_ptr();
                match s.below(5) {
                    0 => bocpd_config_set_gaussian_for(config, values, count),
                    1 => bocpd_config_set_student_t_for(config, values, count),
                    2 => bocpd_config_set_student_t_grid_for(config, values, count),
                    3 => bocpd_config_set_poisson_for(config, values, count),
                    _ => bocpd_config_set_gamma_for(config, values, count, s.positive()),
                }
            }
            _ => match s.below(4) {
                0 => bocpd_config_set_no_alarm(config),
                1 => bocpd_config_add_alternative(config, one(&handles.configs, s), s.positive()),
                _ => bocpd_config_add_number(config, one(&handles.configs, s)),
            },
        }
    };
    succeeded(status);
}

/// One of the functions that make a configuration or a detector.
fn make(handles: &mut Handles, source: &mut Source) {
    let config = one(&handles.configs, source);
    let detector = one(&handles.detectors, source);
    // SAFETY: live handles or NULL.
    unsafe {
        match source.below(8) {
            0 => {
                let copy = made(|out| bocpd_config_clone(config, out));
                keep(&mut handles.configs, copy, bocpd_config_free);
            }
            1 => {
                let values = rows(source);
                let (pointer, count) = (values.pointer(), values.len());
                let found = made(|out| match count % 4 {
                    1 | 3 => bocpd_config_for_stream(pointer, count, out),
                    2 => bocpd_config_for_rows(pointer, count / 2, 2, out),
                    _ => bocpd_config_for(pointer, count, out),
                });
                keep(&mut handles.configs, found, bocpd_config_free);
            }
            2 => {
                let of = made(|out| bocpd_detector_config(detector, out));
                keep(&mut handles.configs, of, bocpd_config_free);
            }
            3 => {
                let copy = made(|out| bocpd_detector_clone(detector, out));
                keep(&mut handles.detectors, copy, bocpd_detector_free);
            }
            4 => {
                let bytes = list(0xa5, |buffer, capacity, length| {
                    bocpd_detector_snapshot(detector, buffer, capacity, length)
                });
                let mut bytes = bytes.unwrap_or_default();
                if source.one_in(4) && !bytes.is_empty() {
                    let at = size(source.count(0)) % bytes.len();
                    bytes[at] ^= source.byte();
                }
                let (bytes, count) = (bytes.as_ptr(), bytes.len());
                let restored = if source.one_in(2) {
                    made(|out| bocpd_detector_restore(bytes, count, out))
                } else {
                    made(|out| bocpd_detector_restore_with(config, bytes, count, out))
                };
                keep(&mut handles.detectors, restored, bocpd_detector_free);
            }
            _ => {
                let new = made(|out| bocpd_detector_new(config, out));
                keep(&mut handles.detectors, new, bocpd_detector_free);
            }
        }
    }
}

/// One of the functions that change a detector.
fn feed(handles: &Handles, source: &mut Source) {
    let detector = one(&handles.detectors, source);
    let elapsed = source.positive();
    let rows = rows(source);
    let x = rows.0.first().copied().unwrap_or(0.0);
    // SAFETY: a live handle or NULL; arrays as long as is said.
    unsafe {
        match source.below(24) {
            0 => drop(probability(|out| bocpd_detector_skip(detector, out))),
            1 => drop(probability(|out| {
                bocpd_detector_skip_after(detector, elapsed, out)
            })),
            2 => drop(probability(|out| {
                bocpd_detector_step_after(detector, elapsed, x, out)
            })),
            3 => drop(probability(|out| {
                bocpd_detector_step_row(detector, rows.pointer(), rows.len(), out)
            })),
            4 => drop(probability(|out| {
                let (rows, count) = (rows.pointer(), rows.len());
                bocpd_detector_step_row_after(detector, elapsed, rows, count, out)
            })),
            5 => drop(succeeded(bocpd_detector_reset(detector))),
            6 => drop(succeeded(bocpd_detector_acknowledge(detector))),
            7 => drop(list(u64::MAX, |buffer, capacity, length| {
                // Taking takes once: a copy for each question.
                let mut copy = null_mut();
                let status = bocpd_detector_clone(detector, &raw mut copy);
                if status != BOCPD_OK {
                    return status;
                }
                let status = bocpd_detector_take_settled(copy, buffer, capacity, length);
                bocpd_detector_free(copy);
                status
            })),
            8 => batch(detector, &rows, source),
            // Without the output.
            9 => drop(succeeded(bocpd_detector_step(detector, x, null_mut()))),
            10..=15 => row(detector, source),
            _ => drop(probability(|out| bocpd_detector_step(detector, x, out))),
        }
    }
}

/// A step with as many numbers as the detector takes, of which some are missing.
///
/// # Safety
/// A live handle or NULL.
unsafe fn row(detector: *mut Detector, source: &mut Source) {
    let mut dimension = 0;
    // SAFETY: the caller's promise; the output is there.
    if !succeeded(unsafe { bocpd_detector_dimension(detector, &raw mut dimension) }) {
        return;
    }
    let number = |_| match source.byte() {
        byte @ ..=239 if dimension > 1 && byte % 4 == 3 => f64::NAN,
        byte @ ..=239 => f64::from(byte % 16),
        _ => source.number(),
    };
    let row: Vec<f64> = (0..dimension).map(number).collect();
    // SAFETY: as above; as many numbers as is said.
    probability(|out| unsafe { bocpd_detector_step_row(detector, row.as_ptr(), row.len(), out) });
}

/// How many numbers an observation of a configuration has; 1 where it does not say.
///
/// # Safety
/// A live handle or NULL.
unsafe fn dimension_of(config: *const Config) -> usize {
    let mut dimension = 1;
    // SAFETY: the caller's promise; the output is there.
    succeeded(unsafe { bocpd_config_dimension(config, &raw mut dimension) });
    dimension
}

/// As many rows of the detector's dimension as there are numbers for.
fn batch(detector: *mut Detector, rows: &Array<f64>, source: &mut Source) {
    let mut dimension = 0;
    // SAFETY: a live handle or NULL.
    let known = succeeded(unsafe { bocpd_detector_dimension(detector, &raw mut dimension) });
    let dimension = if known { dimension } else { 1 };
    let count = rows.len() / dimension;
    let mut p = vec![f64::NAN; count];
    let mut processed = 0;
    // SAFETY: as many rows and as much room as is said; a stride of −dimension goes over
    // the same rows from the last to the first.
    let status = unsafe {
        let (none, out, done) = (null_mut(), p.as_mut_ptr(), &raw mut processed);
        if source.one_in(2) || count == 0 {
            bocpd_detector_batch(
                detector,
                rows.pointer(),
                count,
                out,
                none,
                null_mut(),
                null_mut(),
                done,
            )
        } else {
            let stride = isize::try_from(dimension).expect("a small number");
            let from = if rows.1 {
                null()
            } else {
                rows.0.as_ptr().add((count - 1) * dimension)
            };
            bocpd_detector_batch_strided(
                detector,
                from,
                count,
                -stride,
                out,
                none,
                null_mut(),
                null_mut(),
                done,
            )
        }
    };
    if succeeded(status) {
        assert_eq!(processed, count);
    }
    for p in &p[..processed.min(count)] {
        crate::readouts::probability("of a batch", *p);
    }
}

/// One of the questions whose answer is a number, a list or a distribution.
#[expect(clippy::too_many_lines, reason = "a list of functions")]
fn ask(handles: &mut Handles, source: &mut Source) {
    let detector = one(&handles.detectors, source).cast_const();
    let mut n = 0;
    // SAFETY: a live handle or NULL; outputs are there, buffers as large as is said.
    unsafe {
        succeeded(bocpd_detector_observations(detector, &raw mut n));
        match source.below(28) {
            0 => drop(probability(|out| {
                bocpd_detector_p_change_now(detector, out)
            })),
            1 => {
                let w = source.count(n);
                probability(|out| bocpd_detector_p_recent_change(detector, w, out));
            }
            2 => drop(probability(|out| {
                bocpd_detector_map_probability(detector, out)
            })),
            3 => drop(number(|out| bocpd_detector_mean_run_length(detector, out))),
            4 => drop(number(|out| bocpd_detector_ln_predictive(detector, out))),
            5 => drop(number(|out| bocpd_detector_ln_evidence(detector, out))),
            6 => drop(number(|out| bocpd_detector_pruned_mass(detector, out))),
            7 => drop(number(|out| bocpd_detector_map_ln_joint(detector, out))),
            8 => drop(list(f64::MAX, |buffer, capacity, length| {
                let mut room = vec![0; capacity];
                let starts = if buffer.is_null() {
                    null_mut()
                } else {
                    room.as_mut_ptr()
                };
                bocpd_detector_run_length_posterior(detector, starts, buffer, capacity, length)
            })),
            9 => drop(list(u64::MAX, |buffer, capacity, length| {
                bocpd_detector_changepoints(detector, buffer, capacity, length)
            })),
            10 => drop(list(u64::MAX, |buffer, capacity, length| {
                bocpd_detector_settled(detector, buffer, capacity, length)
            })),
            11 => drop(list(u64::MAX, |buffer, capacity, length| {
                bocpd_detector_provisional(detector, buffer, capacity, length)
            })),
            12 => drop(list(f64::MAX, |buffer, capacity, length| {
                bocpd_detector_smoothed(detector, null_mut(), buffer, capacity, length)
            })),
            13 => {
                let s = source.count(n);
                probability(|out| bocpd_detector_p_change_at(detector, s, out));
            }
            14 => {
                let (low, high) = (source.count(n), source.count(n));
                probability(|out| bocpd_detector_p_change_between(detector, low, high, out));
            }
            15 => drop(number(|out| bocpd_detector_expected_changes(detector, out))),
            16 => {
                let (draws, seed) = (source.below(20), source.count(0));
                list(u64::MAX, |buffer, capacity, length| {
                    let mut ends = vec![0; draws.max(1)];
                    let ends = if buffer.is_null() {
                        null_mut()
                    } else {
                        ends.as_mut_ptr()
                    };
                    bocpd_detector_sample_segmentations(
                        detector, draws, seed, ends, buffer, capacity, length,
                    )
                });
            }
            17 => {
                let ahead = source.count(1);
                let predicted = made(|out| bocpd_detector_predict(detector, ahead, out));
                keep(
                    &mut handles.distributions,
                    predicted,
                    bocpd_distribution_free,
                );
            }
            18 => {
                let (which, elapsed) = (source.below(4), source.positive());
                let ahead = source.count(1);
                let predicted = if source.one_in(2) {
                    made(|out| bocpd_detector_predict_number(detector, which, ahead, out))
                } else {
                    made(|out| bocpd_detector_predict_number_after(detector, which, elapsed, out))
                };
                if let Some(predicted) = predicted {
                    let mut number = usize::MAX;
                    assert!(succeeded(bocpd_distribution_number(
                        predicted,
                        &raw mut number
                    )));
                    assert_eq!(number, which);
                }
                keep(
                    &mut handles.distributions,
                    predicted,
                    bocpd_distribution_free,
                );
            }
            19 => {
                let elapsed = source.positive();
                let predicted = made(|out| bocpd_detector_predict_after(detector, elapsed, out));
                keep(
                    &mut handles.distributions,
                    predicted,
                    bocpd_distribution_free,
                );
            }
            20 => {
                let which = size(source.count(0));
                let posterior = made(|out| bocpd_detector_parameter(detector, which, out));
                keep(
                    &mut handles.distributions,
                    posterior,
                    bocpd_distribution_free,
                );
            }
            21 => {
                let (seed, count) = (source.count(0), source.below(64));
                list(f64::MAX, |buffer, capacity, length| {
                    bocpd_detector_simulate(detector, seed, count, buffer, capacity, length)
                });
            }
            22 => {
                let k = source.count(n);
                probability(|out| bocpd_detector_p_change_within(detector, k, out));
                probability(|out| bocpd_detector_p_next_change_after(detector, k, out));
            }
            23 => drop(number(|out| {
                bocpd_detector_expected_residual(detector, out)
            })),
            24 => drop(probability(|out| {
                bocpd_detector_alarm_probability(detector, out)
            })),
            25 => {
                let (low, high) = (source.count(n), source.count(n));
                let none = null_mut();
                probability(|out| {
                    bocpd_detector_shift_between(detector, low, high, out, none, none, none)
                });
                number(|out| bocpd_detector_shift(detector, none, none, none, out));
            }
            26 => {
                let (mut live, mut run, mut on, mut count) = (0, 0, 0, 0);
                succeeded(bocpd_detector_live(detector, &raw mut live));
                succeeded(bocpd_detector_map_run_length(detector, &raw mut run));
                succeeded(bocpd_detector_alarm_is_on(detector, &raw mut on));
                succeeded(bocpd_detector_parameter_count(detector, &raw mut count));
            }
            // Without the output.
            _ => drop(succeeded(bocpd_detector_ln_evidence(detector, null_mut()))),
        }
    }
}

/// One of the questions whose answer is an object of its own, all of it read.
fn results(handles: &Handles, source: &mut Source) {
    let detector = one(&handles.detectors, source);
    let mass = source.share();
    let mut n = 0;
    // SAFETY: a live handle or NULL; outputs are there, arrays as long as is said.
    unsafe {
        succeeded(bocpd_detector_observations(detector, &raw mut n));
        match source.below(3) {
            0 => {
                let given = Array::read(source, |source| source.count(n));
                let (given, count) = (given.0.as_ptr(), given.len());
                if let Some(locations) =
                    made(|out| bocpd_detector_locations(detector, given, count, mass, out))
                {
                    read_locations(locations, source);
                    bocpd_locations_free(locations);
                }
            }
            1 => {
                let mut dimension = 0;
                if !succeeded(bocpd_detector_dimension(detector, &raw mut dimension)) {
                    return;
                }
                let rows = rows(source);
                let count = rows.len() / dimension;
                let given = Array::read(source, |source| source.count(4));
                let (given, many) = (given.0.as_ptr(), given.len());
                let rows = rows.pointer();
                if let Some(segments) = made(|out| {
                    bocpd_detector_segments(detector, rows, count, given, many, mass, out)
                }) {
                    read_segments(segments, source);
                    bocpd_segments_free(segments);
                }
            }
            _ => {
                if let Some(alarms) = made(|out| bocpd_detector_take_alarms(detector, out)) {
                    let mut count = 0;
                    succeeded(bocpd_alarms_count(alarms, &raw mut count));
                    let which = size(source.count(count as u64));
                    let none = null_mut();
                    probability(|out| {
                        bocpd_alarms_alarm(alarms, which, null_mut(), null_mut(), out)
                    });
                    probability(|out| bocpd_alarms_shift(alarms, which, out, none, none, none));
                    bocpd_alarms_free(alarms);
                }
            }
        }
    }
}

/// # Safety
/// A live handle.
unsafe fn read_locations(locations: *const Locations, source: &mut Source) {
    let mut count = 0;
    // SAFETY: the caller's promise; outputs are there.
    unsafe {
        succeeded(bocpd_locations_count(locations, &raw mut count));
        let which = size(source.count(count as u64));
        let (mut first, mut last) = (0, 0);
        let none = null_mut();
        probability(|out| bocpd_locations_change(locations, which, null_mut(), out, none, none));
        succeeded(bocpd_locations_neighbourhood(
            locations,
            which,
            &raw mut first,
            &raw mut last,
        ));
        probability(|out| bocpd_locations_interval(locations, which, null_mut(), null_mut(), out));
        list(u64::MAX, |buffer, capacity, length| {
            bocpd_locations_credible_set(locations, which, buffer, capacity, length)
        });
    }
}

/// # Safety
/// A live handle.
unsafe fn read_segments(segments: *const Segments, source: &mut Source) {
    let mut count = 0;
    // SAFETY: the caller's promise; outputs are there.
    unsafe {
        succeeded(bocpd_segments_count(segments, &raw mut count));
        let which = size(source.count(count as u64));
        let parameter = size(source.count(0));
        let (mut start, mut parameters) = (0, 0);
        let none = null_mut();
        succeeded(bocpd_segments_bounds(
            segments,
            which,
            &raw mut start,
            null_mut(),
            null_mut(),
        ));
        number(|out| bocpd_segments_evidence(segments, which, out, none));
        succeeded(bocpd_segments_parameter_count(
            segments,
            which,
            &raw mut parameters,
        ));
        number(|out| {
            bocpd_segments_parameter(
                segments,
                which,
                parameter,
                null_mut(),
                out,
                none,
                none,
                none,
            )
        });
        let mut of = 0;
        succeeded(bocpd_segments_parameter_number(
            segments,
            which,
            parameter,
            &raw mut of,
        ));
    }
}

/// A series at once, all of the result read.
fn detect(handles: &Handles, source: &mut Source) {
    let config = one(&handles.configs, source);
    let rows = rows(source);
    let mass = source.share();
    // SAFETY: a live handle or NULL; as many rows as is said; outputs are there.
    unsafe {
        let dimension = dimension_of(config);
        let (pointer, count) = (rows.pointer(), rows.len() / dimension);
        let found = made(|out| bocpd_detect(pointer, count, config, mass, out));
        let Some(found) = found else { return };
        let (mut n, mut changes, mut segments) = (0, null(), null());
        succeeded(bocpd_detection_observations(found, &raw mut n));
        assert_eq!(n, count as u64);
        if succeeded(bocpd_detection_changes(found, &raw mut changes)) {
            read_locations(changes, source);
        }
        if succeeded(bocpd_detection_segments(found, &raw mut segments)) {
            read_segments(segments, source);
        }
        let which = size(source.count(0));
        let none = null_mut();
        probability(|out| bocpd_detection_jump(found, which, null_mut(), out, none, none));
        let mut of = 0;
        if succeeded(bocpd_detection_jump_number(found, which, &raw mut of)) {
            assert!(of < dimension);
        }
        let part = |j| {
            let name = null_mut();
            number(|out| bocpd_detection_part(found, which, j, out, name, none, none, none))
        };
        assert!(part(dimension).is_none());
        part(source.below(4));
        list(f64::MAX, |buffer, capacity, length| {
            bocpd_detection_p_change_at(found, buffer, capacity, length)
        });
        number(|out| bocpd_detection_expected_changes(found, out));
        number(|out| bocpd_detection_ln_evidence(found, out));
        number(|out| bocpd_detection_map_ln_joint(found, out));
        number(|out| bocpd_detection_pruned_mass(found, out));
        probability(|out| bocpd_detection_mass(found, out));
        let mut words = null();
        succeeded(bocpd_detection_assumptions(found, &raw mut words));
        let assumed = made(|out| bocpd_detection_config(found, out));
        if let Some(assumed) = assumed {
            bocpd_config_free(assumed);
        }
        bocpd_detection_free(found);
    }
}

/// A threshold, with little effort.
fn calibrate(handles: &Handles, source: &mut Source) {
    let config = one(&handles.configs, source);
    let quiet = rows(source);
    let (block, streams, seed) = (size(source.count(1)), source.below(4), source.count(0));
    // SAFETY: a live handle or NULL; arrays as long as is said.
    unsafe {
        let (pointer, count) = (quiet.pointer(), quiet.len() / dimension_of(config));
        let found = if source.one_in(2) {
            let length = source.number();
            let longest = source.below(16);
            made(|out| {
                bocpd_calibrate_average_run_length(
                    config, length, pointer, count, block, streams, longest, seed, out,
                )
            })
        } else {
            let (p, horizon) = (source.share(), source.below(16));
            made(|out| {
                bocpd_calibrate_false_alarm(
                    config, p, horizon, pointer, count, block, streams, seed, out,
                )
            })
        };
        let Some(found) = found else { return };
        let none = null_mut();
        probability(|out| bocpd_calibration_threshold(found, out));
        number(|out| bocpd_calibration_target(found, null_mut(), out));
        number(|out| bocpd_calibration_achieved(found, out, none, none, none));
        probability(|out| bocpd_calibration_effort(found, null_mut(), null_mut(), out));
        bocpd_calibration_free(found);
    }
}

/// Parameters of a history, with little effort.
fn fit(handles: &Handles, source: &mut Source) {
    let config = one(&handles.configs, source).cast_const();
    let history = rows(source);
    let first = size(source.count(0)).min(history.len());
    let counts = [first, history.len() - first];
    let names = [
        null(),
        c"".as_ptr(),
        c"mean,hazard.shape".as_ptr(),
        c"outliers, phi".as_ptr(),
    ];
    let mut name = || names[source.below(names.len())];
    let (fixed, moving) = (name(), name());
    let evaluations = 1 + source.below(64);
    // SAFETY: a live handle or NULL; arrays as long as is said.
    unsafe {
        let found = made(|out| {
            let (rows, lengths) = (history.pointer(), counts.as_ptr());
            bocpd_fit_series(config, rows, lengths, 2, fixed, moving, evaluations, out)
        });
        let Some(found) = found else { return };
        let none = null_mut();
        number(|out| bocpd_fit_ln_evidence(found, none, out));
        let mut count = 0;
        assert!(succeeded(bocpd_fit_parameter_count(found, &raw mut count)));
        for which in 0..=count {
            let (names, none) = (null_mut(), null_mut());
            number(|out| bocpd_fit_parameter(found, which, names, names, none, out, none, names));
        }
        if let Some(config) = made(|out| bocpd_fit_config(found, out)) {
            bocpd_config_free(config);
        }
        bocpd_fit_free(found);
    }
}

/// One of the questions to a distribution.
fn tail(handles: &Handles, source: &mut Source) {
    let distribution = one(&handles.distributions, source).cast_const();
    let x = source.number();
    let none = null_mut();
    // SAFETY: a live handle or NULL; outputs are there.
    unsafe {
        match source.below(8) {
            0 => {
                number(|out| bocpd_distribution_mean(distribution, out));
                number(|out| bocpd_distribution_variance(distribution, out));
            }
            1 => drop(number(|out| {
                bocpd_distribution_ln_density(distribution, x, out)
            })),
            2 => {
                let p = source.share();
                number(|out| bocpd_distribution_quantile(distribution, p, out));
            }
            3 => {
                let mass = source.share();
                number(|out| bocpd_distribution_interval(distribution, mass, out, none));
            }
            4 => {
                let (mut name, mut discrete) = (null(), 0);
                succeeded(bocpd_distribution_name(distribution, &raw mut name));
                succeeded(bocpd_distribution_is_discrete(
                    distribution,
                    &raw mut discrete,
                ));
                number(|out| bocpd_distribution_support(distribution, out, none));
            }
            _ => {
                let tail =
                    |out| bocpd_distribution_tail(distribution, x, none, out, none, none, none);
                if x.is_nan() {
                    assert!(number(tail).is_none_or(f64::is_nan));
                } else {
                    probability(tail);
                }
            }
        }
    }
}

/// A user pointer that says whether it was given back.
fn user(byte: u8) -> *mut c_void {
    Box::into_raw(Box::new(byte)).cast()
}
