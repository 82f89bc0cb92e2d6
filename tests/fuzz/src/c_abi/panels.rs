//! Panels, with rows of a few keys.

use core::ptr::{null, null_mut};

use bocpd::{
    BOCPD_NULL_POINTER, BOCPD_OK, BOCPD_PANIC, Panel, bocpd_detector_free, bocpd_panel_apply,
    bocpd_panel_automatic, bocpd_panel_count, bocpd_panel_detector, bocpd_panel_free,
    bocpd_panel_keys, bocpd_panel_new, bocpd_panel_next_event, bocpd_panel_push,
    bocpd_panel_push_at, bocpd_panel_push_many, bocpd_panel_remove, bocpd_panel_restore,
    bocpd_panel_snapshot,
};

use super::{Handles, STATUSES, keep, list, made, number, one, rows, size, succeeded};
use crate::source::Source;

/// One of the functions for panels.
pub(super) fn use_one(handles: &mut Handles, source: &mut Source) {
    if handles.panels.is_empty() || source.one_in(8) {
        let config = one(&handles.configs, source);
        let first = size(source.count(3));
        let new = made(|out| {
            // SAFETY: a live handle or NULL; the output is there.
            unsafe {
                match first % 3 {
                    0 => bocpd_panel_automatic(first, out),
                    _ => bocpd_panel_new(config, out),
                }
            }
        });
        keep(&mut handles.panels, new, bocpd_panel_free);
    }
    let panel = one(&handles.panels, source);
    let key = u64::from(source.byte() % 4);
    match source.below(8) {
        0..=2 => push_many(panel, source),
        3 => {
            let (row, time) = (rows(source), source.number());
            let (pointer, count) = (row.pointer(), row.len());
            // SAFETY: a live handle or NULL; as many numbers as is said; the output is there.
            let p = number(|out| unsafe {
                match count % 2 {
                    0 => bocpd_panel_push_at(panel, key, time, pointer, count, out),
                    _ => bocpd_panel_push(panel, key, pointer, count, out),
                }
            });
            if let Some(p) = p.filter(|p| !p.is_nan()) {
                crate::readouts::probability("of a push", p);
            }
        }
        4 => events(panel),
        5 => {
            let mut member = null_mut();
            // SAFETY: a live handle or NULL; the output is there.
            unsafe {
                if succeeded(bocpd_panel_detector(panel, key, &raw mut member)) && !member.is_null()
                {
                    keep(&mut handles.detectors, Some(member), bocpd_detector_free);
                }
                if source.one_in(4) {
                    succeeded(bocpd_panel_remove(panel, key));
                }
            }
        }
        6 => {
            // SAFETY: a live handle or NULL; buffers as large as is said.
            let keys = list(u64::MAX, |buffer, capacity, length| unsafe {
                bocpd_panel_keys(panel, buffer, capacity, length)
            });
            let mut count = 0;
            // SAFETY: as above.
            if succeeded(unsafe { bocpd_panel_count(panel, &raw mut count) }) {
                assert_eq!(keys.map(|keys| keys.len()), Some(count));
            }
        }
        _ => save(handles, panel, source),
    }
}

fn push_many(panel: *mut Panel, source: &mut Source) {
    let (numbers, times) = (rows(source), source.one_in(2));
    let dimension = if source.one_in(8) { 2 } else { 1 };
    let count = numbers.len() / dimension;
    let keys: Vec<u64> = (0..count).map(|i| (i % 3) as u64).collect();
    let at: Vec<f64> = (0..count).map(|_| source.number()).collect();
    let mut statuses = vec![BOCPD_NULL_POINTER; count];
    let mut refused = usize::MAX;
    // SAFETY: a live handle or NULL; arrays as long as is said.
    let status = unsafe {
        bocpd_panel_push_many(
            panel,
            keys.as_ptr(),
            if times { at.as_ptr() } else { null() },
            numbers.pointer(),
            count,
            dimension,
            statuses.as_mut_ptr(),
            &raw mut refused,
        )
    };
    if succeeded(status) {
        assert!(
            statuses
                .iter()
                .all(|status| STATUSES.contains(status) && *status != BOCPD_PANIC)
        );
        assert_eq!(
            refused,
            statuses
                .iter()
                .filter(|status| **status != BOCPD_OK)
                .count()
        );
    } else {
        assert_eq!(refused, usize::MAX);
    }
}

/// All that was noticed.
fn events(panel: *mut Panel) {
    loop {
        let (mut index, mut changepoint, mut probability) = (0, 0, 0.0);
        let mut there = 0;
        // SAFETY: a live handle or NULL; outputs are there, or NULL.
        let status = unsafe {
            bocpd_panel_next_event(
                panel,
                null_mut(),
                &raw mut index,
                null_mut(),
                &raw mut changepoint,
                &raw mut probability,
                &raw mut there,
            )
        };
        if !succeeded(status) || there == 0 {
            break;
        }
        assert!(changepoint <= index, "{changepoint} at {index}");
        if !probability.is_nan() {
            crate::readouts::probability("of an alarm", probability);
        }
    }
}

/// Bytes of a panel, perhaps damaged, into it, or into a new one.
fn save(handles: &mut Handles, panel: *mut Panel, source: &mut Source) {
    let since = source.count(4);
    // SAFETY: a live handle or NULL; buffers as large as is said.
    let bytes = list(0xa5, |buffer, capacity, length| unsafe {
        bocpd_panel_snapshot(panel, since, buffer, capacity, length)
    });
    let Some(mut bytes) = bytes else { return };
    let damaged = source.one_in(4);
    if damaged {
        let at = size(source.count(0)) % bytes.len();
        bytes[at] ^= 1 + source.byte() % 255;
    }
    let (pointer, count) = (bytes.as_ptr(), bytes.len());
    // SAFETY: live handles; as many bytes as is said.
    unsafe {
        if source.one_in(2) {
            succeeded(bocpd_panel_apply(panel, pointer, count));
        } else {
            let restored = made(|out| bocpd_panel_restore(pointer, count, out));
            assert!(!(damaged && restored.is_some()), "damage was not noticed");
            keep(&mut handles.panels, restored, bocpd_panel_free);
        }
    }
}
