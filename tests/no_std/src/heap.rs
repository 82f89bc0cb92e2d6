//! An allocator for a program that ends soon: it gives and never takes back.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicUsize, Ordering};

const SIZE: usize = 4 << 20;

#[repr(align(64))]
struct Arena(UnsafeCell<[u8; SIZE]>);

// SAFETY: bytes are handed out once each, by an atomic counter.
unsafe impl Sync for Arena {}

static ARENA: Arena = Arena(UnsafeCell::new([0; SIZE]));
static USED: AtomicUsize = AtomicUsize::new(0);

struct Heap;

#[global_allocator]
static HEAP: Heap = Heap;

// SAFETY: blocks lie inside the arena, are aligned, and never overlap.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // The arena is aligned to 64, so offsets that are aligned give
        // addresses that are.
        if layout.align() > 64 {
            return null_mut();
        }
        let take = |used: usize| {
            let start = used.checked_next_multiple_of(layout.align())?;
            let end = start.checked_add(layout.size())?;
            (end <= SIZE).then_some(end)
        };
        match USED.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
            Ok(used) => {
                let start = used.next_multiple_of(layout.align());
                // SAFETY: `take` has checked that the block ends inside.
                unsafe { ARENA.0.get().cast::<u8>().add(start) }
            }
            Err(_) => null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
