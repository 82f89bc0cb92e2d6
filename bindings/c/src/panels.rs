//! Many series by key.

use core::cell::UnsafeCell;
use core::ffi::c_int;
use core::sync::atomic::{AtomicBool, Ordering};
use std::collections::VecDeque;

use bocpd_core::defaults::Given;
use bocpd_core::observation::Observation;
use bocpd_core::panel::{Event, Noticed, Panel as Core, PushError, Row};
use bocpd_core::{AnyDetector, Step};
use rayon::ThreadPoolBuilder;

use crate::boundary::{Output, check_extent, copy_list, guard, rows_at, shared, slice};
use crate::config::{Config, Part, hand_over};
use crate::detector::{Contents, Detector};
use crate::failure::Failure;
use crate::status::{BOCPD_OK, Status};

/// Batches of fewer rows are taken in without further threads.
const FEW: usize = 2048;

/// Detectors for many series, one for each key. Of calls on one panel at the same time one is
/// refused (BOCPD_BUSY), also of a call by a function of the caller's that the panel has called.
pub struct Panel {
    busy: AtomicBool,
    contents: UnsafeCell<Held>,
}

struct Held {
    series: Core<u64>,
    events: VecDeque<Event<u64>>,
    /// What the detectors are built from; None where each has a configuration of its own.
    config: Option<Config>,
}

impl Held {
    fn is_own(&self) -> bool {
        let own = |config: &Config| {
            matches!(config.model, Part::Own(_)) || matches!(config.hazard, Part::Own(_))
        };
        self.config.as_ref().is_some_and(own)
    }

    fn contents(&self, detector: AnyDetector) -> Contents {
        let config = match &self.config {
            Some(config) => config.clone(),
            None => Config::of(detector.config().clone()),
        };
        Contents::new(config, detector)
    }
}

impl Panel {
    fn new(series: Core<u64>, config: Option<Config>) -> Self {
        Self {
            busy: AtomicBool::new(false),
            contents: UnsafeCell::new(Held {
                series,
                events: VecDeque::new(),
                config,
            }),
        }
    }

    /// Lets nobody else in.
    fn take(&self) -> Result<(), Failure> {
        let taken = self
            .busy
            .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed);
        taken.map(drop).map_err(|_| Failure::Busy)
    }
}

/// Runs `body` on a panel. One in which a panic ended stays busy.
///
/// # Safety
/// `panel` is NULL or a live handle that no other thread frees.
unsafe fn with(panel: *const Panel, body: impl FnOnce(&mut Held) -> Result<(), Failure>) -> Status {
    guard(|| {
        // SAFETY: the caller's promise; handles are only ever shared here.
        let panel = unsafe { shared(panel, "panel")? };
        panel.take()?;
        // SAFETY: nobody else is let in until we leave.
        let result = body(unsafe { &mut *panel.contents.get() });
        panel.busy.store(false, Ordering::Release);
        result
    })
}

impl From<PushError> for Failure {
    fn from(error: PushError) -> Self {
        match error {
            PushError::Update(error) => Self::Update(error),
            PushError::Configuration(error) => Self::Parameter(error),
            other => Self::Push(other),
        }
    }
}

/// Makes a panel without series, whose detectors will all have this configuration.
///
/// Errors: those of bocpd_detector_new.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_new(config: *const Config, panel: *mut *mut Panel) -> Status {
    guard(|| {
        // SAFETY: handles and pointers are as the header says.
        let config = unsafe { shared(config, "config")? };
        let series = Core::like(config.build()?.detector);
        // SAFETY: as above.
        unsafe { hand_over(Panel::new(series, Some(config.clone())), panel) }
    })
}

/// Makes a panel in which each series gets a configuration of its own, that of
/// bocpd_config_for_stream for its first observations: as many as first says. A series waits until
/// it has as many, and takes them in then.
///
/// Errors: BOCPD_INVALID_PARAMETER: first must be at least 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_automatic(first: usize, panel: *mut *mut Panel) -> Status {
    guard(|| {
        let series = Core::automatic(&Given::default(), first)?;
        // SAFETY: pointers are as the header says.
        unsafe { hand_over(Panel::new(series, None), panel) }
    })
}

/// Frees a panel; NULL is fine. Does nothing to a panel that is in use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_free(panel: *mut Panel) {
    guard(|| {
        // SAFETY: handles are as the header says.
        if let Ok(live) = unsafe { shared(panel, "panel") } {
            live.take()?;
            // SAFETY: made by `hand_over`, and not freed before.
            drop(unsafe { Box::from_raw(panel) });
        }
        Ok(())
    });
}

/// Takes in the next observation of a series, count numbers at row; the series begins with it if
/// there is none of this key. p_change_now, which may be NULL, is P(a segment starts there), NaN
/// while the series waits for its first observations.
///
/// Errors: those of bocpd_detector_step; the series is then as before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_push(
    panel: *mut Panel,
    key: u64,
    row: *const f64,
    count: usize,
    p_change_now: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { push(panel, key, None, row, count, p_change_now) }
}

/// bocpd_panel_push for an observation that was made at a time, in units of the hazard: later than
/// the one before of its series.
///
/// Errors: also BOCPD_ELAPSED, BOCPD_ELAPSED_UNSUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_push_at(
    panel: *mut Panel,
    key: u64,
    time: f64,
    row: *const f64,
    count: usize,
    p_change_now: *mut f64,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe { push(panel, key, Some(time), row, count, p_change_now) }
}

/// # Safety
/// As the header says.
unsafe fn push(
    panel: *mut Panel,
    key: u64,
    time: Option<f64>,
    row: *const f64,
    count: usize,
    p_change_now: *mut f64,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        with(panel, |held| {
            let row = slice(row, count, "row")?;
            let out = Output::optional(p_change_now)?;
            let step = held.series.push_with(key, time, Observation::of(row))?;
            held.events.extend(held.series.take_events());
            out.set(step.map_or(f64::NAN, |step: Step| step.p_change_now));
            Ok(())
        })
    }
}

/// Takes in count observations of dimension numbers each, one after the other at rows, each of the
/// series of its key; those of a series in their order. times, if it is not NULL, says when each
/// was made. With many rows all cores work on them. statuses, if it is not NULL, gets for each row
/// BOCPD_OK or why its series could not take it in; refused, if it is not NULL, how many that were.
/// Such rows are no failure of the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_push_many(
    panel: *mut Panel,
    keys: *const u64,
    times: *const f64,
    rows: *const f64,
    count: usize,
    dimension: usize,
    statuses: *mut Status,
    refused: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        with(panel, |held| {
            let keys = slice(keys, count, "keys")?;
            let times = if times.is_null() {
                None
            } else {
                Some(slice(times, count, "times")?)
            };
            check_extent::<Row<u64, &[f64]>>("rows", count)?;
            let numbers = rows_at(rows, count, dimension)?;
            let (statuses, refused) = (Output::optional(statuses)?, Output::optional(refused)?);
            let row = |(i, &key): (usize, &u64)| {
                let values = &numbers[i * dimension..][..dimension];
                match times {
                    None => Row::new(key, values),
                    Some(times) => Row::at(key, times[i], values),
                }
            };
            let rows: Vec<Row<u64, &[f64]>> = keys.iter().enumerate().map(row).collect();
            let told = held.take_in(&rows);
            held.events.extend(held.series.take_events());
            let mut bad = 0;
            for (i, told) in told.into_iter().enumerate() {
                let status = told.map_or_else(|error| Failure::from(error).status(), |_| BOCPD_OK);
                bad += usize::from(status != BOCPD_OK);
                statuses.set_at(i, status);
            }
            refused.set(bad);
            Ok(())
        })
    }
}

impl Held {
    fn take_in(&mut self, rows: &[Row<u64, &[f64]>]) -> Vec<Result<Option<Step>, PushError>> {
        // Functions of the caller's are called in the caller's thread. Threads end with the call: a
        // process that is forked later would not have them.
        let pool = (rows.len() >= FEW && !self.is_own()).then(|| ThreadPoolBuilder::new().build());
        if let Some(Ok(pool)) = pool {
            return pool.install(|| self.series.push_many(rows));
        }
        let one = |row: &Row<u64, &[f64]>| {
            let seen = Observation::of(row.values);
            self.series.push_with(row.key, row.time, seen)
        };
        rows.iter().map(one).collect()
    }
}

/// The next of what was noticed, in the order of the observations that told it: a change that no
/// later observation can take back, or an alarm. there is 0 if there is none. index is that of the
/// observation that told it in its series, time when that was made (NaN if it was not said),
/// probability that of an alarm, NaN for a settled change. Each output may be NULL but there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_next_event(
    panel: *mut Panel,
    key: *mut u64,
    index: *mut u64,
    time: *mut f64,
    changepoint: *mut u64,
    probability: *mut f64,
    there: *mut c_int,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        with(panel, |held| {
            let there = Output::new(there, "there")?;
            let (key, index) = (Output::optional(key)?, Output::optional(index)?);
            let changepoint = Output::optional(changepoint)?;
            let (time, probability) = (Output::optional(time)?, Output::optional(probability)?);
            let Some(event) = held.events.pop_front() else {
                there.set(0);
                return Ok(());
            };
            let (began, p) = match event.noticed {
                Noticed::Alarm(alarm) => (alarm.began, alarm.probability),
                Noticed::Settled { changepoint } => (changepoint, f64::NAN),
                _ => return Err(Failure::Unsupported("an event of an unknown kind")),
            };
            key.set(event.key);
            index.set(event.index);
            time.set(event.time.unwrap_or(f64::NAN));
            changepoint.set(began);
            probability.set(p);
            there.set(1);
            Ok(())
        })
    }
}

/// How many series there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_count(panel: *const Panel, count: *mut usize) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        with(panel, |held| {
            Output::new(count, "count")?.set(held.series.len());
            Ok(())
        })
    }
}

/// The keys of all series, in increasing order, as a list.
///
/// Errors: BOCPD_BUFFER_TOO_SMALL if capacity is less than the length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_keys(
    panel: *const Panel,
    keys: *mut u64,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        with(panel, |held| {
            let all: Vec<u64> = held.series.keys().copied().collect();
            copy_list(&all, keys, capacity, length)
        })
    }
}

/// How many observations were pushed, also those that were refused: a mark for
/// bocpd_panel_snapshot.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_pushed(panel: *const Panel, pushed: *mut u64) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        with(panel, |held| {
            Output::new(pushed, "pushed")?.set(held.series.pushed());
            Ok(())
        })
    }
}

/// Makes a copy of the detector of a series, for all that can be asked of one; NULL if there is no
/// such series, or if it still waits for its first observations.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_detector(
    panel: *const Panel,
    key: u64,
    detector: *mut *mut Detector,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        with(panel, |held| match held.series.get(&key).cloned() {
            None => {
                Output::new(detector, "detector")?.set(core::ptr::null_mut());
                Ok(())
            }
            Some(found) => hand_over(Detector::new(held.contents(found)), detector),
        })
    }
}

/// Ends a series, if there is one of this key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_remove(panel: *mut Panel, key: u64) -> Status {
    // SAFETY: handles are as the header says.
    unsafe {
        with(panel, |held| {
            held.series.remove(&key);
            Ok(())
        })
    }
}

/// Writes a panel as a list of bytes: those of its series that have had an observation since so
/// many were pushed (bocpd_panel_pushed), all with since 0. What was noticed is not among them, nor
/// are functions of the caller's.
///
/// Errors: BOCPD_BUFFER_TOO_SMALL if capacity is less than the length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_snapshot(
    panel: *const Panel,
    since: u64,
    bytes: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        with(panel, |held| {
            copy_list(&held.series.snapshot_since(since), bytes, capacity, length)
        })
    }
}

/// Makes a panel from what bocpd_panel_snapshot wrote; its series go on bit for bit.
///
/// Errors: BOCPD_SNAPSHOT if the bytes are no snapshot of a panel, damaged, of another version,
/// or of a panel with a model or hazard of the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_restore(
    bytes: *const u8,
    count: usize,
    panel: *mut *mut Panel,
) -> Status {
    guard(|| {
        // SAFETY: pointers are as the header says.
        let bytes = unsafe { slice(bytes, count, "bytes")? };
        let series = Core::restore(bytes)?;
        let config = series.config().map(|plain| Config::of(plain.clone()));
        // SAFETY: pointers are as the header says.
        unsafe { hand_over(Panel::new(series, config), panel) }
    })
}

/// Takes over the series of a snapshot of a panel with the same configuration, in place of those
/// of the same key: what has changed since then, or a panel with functions of the caller's. That
/// these are the same is for the caller to see to.
///
/// Errors: BOCPD_SNAPSHOT as for bocpd_panel_restore, and if the bytes are of another
/// configuration; the panel is then as before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn bocpd_panel_apply(
    panel: *mut Panel,
    bytes: *const u8,
    count: usize,
) -> Status {
    // SAFETY: handles and pointers are as the header says.
    unsafe {
        with(panel, |held| {
            held.series.apply(slice(bytes, count, "bytes")?)?;
            Ok(())
        })
    }
}
