//! How much memory a piece of work asks for.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

/// Counts what every thread asks for.
struct Counting;

fn count(size: usize) {
    ASKED.with(|asked| asked.set(asked.get().saturating_add(size)));
}

#[expect(
    unsafe_code,
    reason = "an allocator is unsafe by nature; this one hands on"
)]
// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as promised by the caller.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as promised by the caller.
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size.saturating_sub(layout.size()));
        // SAFETY: as promised by the caller.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What the work yields, and how many bytes it has asked for in this thread, all together.
pub(crate) fn used<T>(work: impl FnOnce() -> T) -> (T, usize) {
    ASKED.with(|asked| asked.set(0));
    let result = work();
    (result, ASKED.with(Cell::get))
}
