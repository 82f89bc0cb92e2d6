//! Where Rust meets C: statuses for results, checked pointers, caught panics.

use core::cell::RefCell;
use core::ffi::c_char;
use std::ffi::CString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bocpd_core::error::ParameterError;

use crate::failure::Failure;
use crate::status::{BOCPD_OK, BOCPD_PANIC, Status};

thread_local! {
    static LAST: RefCell<Option<CString>> = const { RefCell::new(None) };
}

/// Runs the body of a function: its failure becomes the status and the thread's
/// message, and so does a panic.
#[inline]
pub(crate) fn guard(body: impl FnOnce() -> Result<(), Failure>) -> Status {
    // What a panic may leave half done is either dropped here or in a handle
    // that refuses every later call.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => BOCPD_OK,
        Ok(Err(failure)) => report(&failure),
        Err(payload) => {
            let text = payload
                .downcast_ref::<&str>()
                .map(ToString::to_string)
                .or_else(|| payload.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            // Whatever the payload is, dropping it must not panic into C.
            core::mem::forget(payload);
            remember(&format!("internal error: {text}"));
            BOCPD_PANIC
        }
    }
}

#[cold]
fn report(failure: &Failure) -> Status {
    remember(&failure.to_string());
    failure.status()
}

fn remember(message: &str) {
    let message = c_text(message);
    // At the end of a thread its storage may be gone; then nobody can ask.
    let _ = LAST.try_with(|last| *last.borrow_mut() = Some(message));
}

/// The message of the last failure in this thread.
pub(crate) fn last_message() -> *const c_char {
    let stored = LAST.try_with(|last| last.borrow().as_ref().map(|message| message.as_ptr()));
    stored.ok().flatten().unwrap_or(c"".as_ptr())
}

/// The object behind a handle.
///
/// # Safety
/// `pointer` is NULL or points to a live `T` that nothing changes during `'a`.
pub(crate) unsafe fn shared<'a, T>(
    pointer: *const T,
    name: &'static str,
) -> Result<&'a T, Failure> {
    check_aligned(pointer, name)?;
    // SAFETY: not NULL, aligned; the rest is the caller's promise.
    Ok(unsafe { &*pointer })
}

/// The object behind a handle, to be changed.
///
/// # Safety
/// `pointer` is NULL or points to a live `T` that nothing else uses during `'a`.
pub(crate) unsafe fn exclusive<'a, T>(
    pointer: *mut T,
    name: &'static str,
) -> Result<&'a mut T, Failure> {
    check_aligned(pointer, name)?;
    // SAFETY: not NULL, aligned; the rest is the caller's promise.
    Ok(unsafe { &mut *pointer })
}

/// The `len` values at `pointer`, which may be NULL if there are none.
///
/// # Safety
/// `pointer` is NULL or points to `len` values that nothing changes during `'a`.
pub(crate) unsafe fn slice<'a, T>(
    pointer: *const T,
    len: usize,
    name: &'static str,
) -> Result<&'a [T], Failure> {
    if len == 0 {
        return Ok(&[]);
    }
    check_aligned(pointer, name)?;
    check_extent::<T>(name, len)?;
    // SAFETY: not NULL, aligned, within the address space; the rest is the
    // caller's promise.
    Ok(unsafe { core::slice::from_raw_parts(pointer, len) })
}

/// `count` observations of `dimension` numbers each.
///
/// # Safety
/// As [`slice`].
pub(crate) unsafe fn rows_at<'a>(
    rows: *const f64,
    count: usize,
    dimension: usize,
) -> Result<&'a [f64], Failure> {
    let len = count.checked_mul(dimension).ok_or(Failure::Length {
        of: "rows",
        length: count,
    })?;
    // SAFETY: the caller's promise.
    unsafe { slice(rows, len, "rows") }
}

/// Whether `len` values fit the address space.
pub(crate) fn check_extent<T>(of: &'static str, length: usize) -> Result<(), Failure> {
    match length.checked_mul(size_of::<T>()) {
        Some(bytes) if bytes <= isize::MAX.unsigned_abs() => Ok(()),
        _ => Err(Failure::Length { of, length }),
    }
}

/// Whether there is memory for `length` values, which the core is about to take; it is
/// given back at once.
pub(crate) fn check_memory<T>(of: &'static str, length: usize) -> Result<(), Failure> {
    let mut values = Vec::<T>::new();
    let reserved = values.try_reserve_exact(length);
    // What is not used need not be reserved, for all that the compiler knows.
    core::hint::black_box(&values);
    reserved.map_err(|_| Failure::Memory { of, length })
}

/// Whether a pointer can be read or written through at all.
#[inline]
pub(crate) fn check_aligned<T>(pointer: *const T, name: &'static str) -> Result<(), Failure> {
    if pointer.is_null() {
        Err(Failure::Null(name))
    } else if pointer.is_aligned() {
        Ok(())
    } else {
        Err(Failure::Argument("a pointer is not aligned for its type"))
    }
}

/// A copy of a table of functions that the caller has filled in: a C structure that
/// begins with its own size. Fields that the caller's header does not have yet are
/// zero here; fields that this library does not know yet must be zero.
///
/// # Safety
/// `pointer` is NULL or points to as many bytes as its first word says; bytes of zero
/// are a valid `T`.
pub(crate) unsafe fn table<T: Copy>(
    pointer: *const T,
    least: usize,
    name: &'static str,
) -> Result<T, Failure> {
    check_aligned(pointer, name)?;
    // SAFETY: not NULL, aligned; the rest is the caller's promise.
    let size = unsafe { pointer.cast::<usize>().read() };
    if size < least {
        let must = "be sizeof the structure";
        return Err(Failure::Number(ParameterError::new(
            "struct_size",
            size as f64,
            must,
        )));
    }
    check_extent::<u8>("struct_size", size)?;
    let known = size.min(size_of::<T>());
    let bytes = pointer.cast::<u8>();
    // SAFETY: within what the caller promises.
    let unknown = unsafe { core::slice::from_raw_parts(bytes.add(known), size - known) };
    if unknown.iter().any(|&byte| byte != 0) {
        return Err(Failure::Argument(
            "the structure has fields that this version of the library does not know",
        ));
    }
    let mut copy = core::mem::MaybeUninit::<T>::zeroed();
    // SAFETY: no more bytes than there are and there is room for; the rest is zero.
    unsafe {
        copy.as_mut_ptr()
            .cast::<u8>()
            .copy_from_nonoverlapping(bytes, known);
        Ok(copy.assume_init())
    }
}

/// Where one value goes, if the call succeeds.
pub(crate) struct Output<T>(*mut T);

impl<T> Output<T> {
    /// An output that has to be there.
    #[inline]
    pub(crate) fn new(pointer: *mut T, name: &'static str) -> Result<Self, Failure> {
        check_aligned(pointer, name)?;
        Ok(Self(pointer))
    }

    /// An output that the caller may leave out with NULL.
    #[inline]
    pub(crate) fn optional(pointer: *mut T) -> Result<Self, Failure> {
        if !pointer.is_null() {
            check_aligned(pointer, "")?;
        }
        Ok(Self(pointer))
    }

    /// Writes the value.
    ///
    /// # Safety
    /// The pointer is NULL (then nothing happens) or may be written through.
    #[inline]
    pub(crate) unsafe fn set(self, value: T) {
        if !self.0.is_null() {
            // SAFETY: aligned as checked; the rest is the caller's promise.
            unsafe { self.0.write(value) }
        }
    }

    /// Writes an element of an array.
    ///
    /// # Safety
    /// The pointer is NULL (then nothing happens) or the start of an array of
    /// more than `index` elements that may be written to.
    #[inline]
    pub(crate) unsafe fn set_at(&self, index: usize, value: T) {
        if !self.0.is_null() {
            // SAFETY: aligned as checked; the rest is the caller's promise.
            unsafe { self.0.add(index).write(value) }
        }
    }
}

/// One value of an object, unless it cannot be said.
///
/// # Safety
/// `object` is NULL or a live handle that no other thread changes; `out` is NULL or may
/// be written through.
pub(crate) unsafe fn get<T, V>(
    object: *const T,
    name: &'static str,
    out: *mut V,
    value: impl FnOnce(&T) -> V,
) -> Status {
    guard(|| {
        // SAFETY: the caller's promise.
        let object = unsafe { shared(object, name)? };
        let out = Output::new(out, "the output")?;
        // SAFETY: as above.
        unsafe { out.set(value(object)) }
        Ok(())
    })
}

/// Frees an object that `hand_over` made; NULL is fine.
///
/// # Safety
/// `object` is NULL or a live handle that no one else uses.
pub(crate) unsafe fn free<T>(object: *mut T) {
    guard(|| {
        if !object.is_null() {
            // SAFETY: the caller's promise.
            drop(unsafe { Box::from_raw(object) });
        }
        Ok(())
    });
}

/// One element of a list that the caller asks for by its position.
pub(crate) fn at<T>(list: &[T], index: usize) -> Result<&T, Failure> {
    let count = list.len();
    list.get(index).ok_or(Failure::Index { index, count })
}

/// A text for C.
pub(crate) fn c_text(text: &str) -> CString {
    // No text of ours has a zero byte; cut at one rather than fail.
    let bytes: Vec<u8> = text.bytes().take_while(|&b| b != 0).collect();
    CString::new(bytes).unwrap_or_default()
}

/// The caller's buffers for a list: how many elements there is room for, and
/// where the length goes.
pub(crate) struct List {
    capacity: usize,
    length: Output<usize>,
}

impl List {
    pub(crate) fn new(capacity: usize, length: *mut usize) -> Result<Self, Failure> {
        let length = Output::new(length, "length")?;
        Ok(Self { capacity, length })
    }

    /// Whether only the length is asked for.
    pub(crate) fn is_query(&self, buffers_are_null: bool) -> bool {
        buffers_are_null && self.capacity == 0
    }

    /// Whether `length` elements fit.
    pub(crate) fn check(&self, length: usize) -> Result<(), Failure> {
        if length <= self.capacity {
            Ok(())
        } else {
            let capacity = self.capacity;
            Err(Failure::TooSmall { capacity, length })
        }
    }

    /// Writes the length.
    ///
    /// # Safety
    /// As [`Output::set`].
    pub(crate) unsafe fn set_length(self, length: usize) {
        // SAFETY: the caller's promise.
        unsafe { self.length.set(length) }
    }
}

/// Copies a list into the caller's buffer, or gives its length only.
///
/// # Safety
/// `buffer` is NULL or has room for `capacity` values, `length` is NULL or may
/// be written through.
pub(crate) unsafe fn copy_list<T: Copy>(
    values: &[T],
    buffer: *mut T,
    capacity: usize,
    length: *mut usize,
) -> Result<(), Failure> {
    let list = List::new(capacity, length)?;
    if !list.is_query(buffer.is_null()) {
        check_aligned(buffer, "buffer")?;
        list.check(values.len())?;
        // SAFETY: aligned, with room for that many; what we hold does not
        // overlap what the caller holds.
        unsafe { buffer.copy_from_nonoverlapping(values.as_ptr(), values.len()) }
    }
    // SAFETY: the caller's promise.
    unsafe { list.set_length(values.len()) }
    Ok(())
}

#[cfg(test)]
mod tests {
    use core::ffi::CStr;

    use super::*;

    fn message() -> String {
        // SAFETY: a string of this thread, read before the next failure.
        let message = unsafe { CStr::from_ptr(last_message()) };
        message.to_str().expect("UTF-8").to_owned()
    }

    #[test]
    fn a_panic_is_a_status_with_its_message() {
        assert_eq!(guard(|| panic!("one {}", 1)), BOCPD_PANIC);
        assert_eq!(message(), "internal error: one 1");
        assert_eq!(guard(|| panic!("two")), BOCPD_PANIC);
        assert_eq!(message(), "internal error: two");
    }

    #[test]
    fn success_leaves_the_message_and_threads_have_their_own() {
        guard(|| Err(Failure::Null("here")));
        assert_eq!(guard(|| Ok(())), BOCPD_OK);
        assert_eq!(message(), "here must not be NULL");
        let other = std::thread::spawn(message).join().expect("no panic");
        assert_eq!(other, "");
    }

    #[test]
    fn pointers_are_checked() {
        let values = [1.0_f64, 2.0];
        let odd = values.as_ptr().wrapping_byte_add(1);
        // SAFETY: refused before anything is read.
        unsafe {
            assert!(matches!(
                shared(core::ptr::null::<f64>(), "x"),
                Err(Failure::Null("x"))
            ));
            assert!(matches!(shared(odd, "x"), Err(Failure::Argument(_))));
            assert!(matches!(slice(odd, 1, "x"), Err(Failure::Argument(_))));
            let far = slice(values.as_ptr(), usize::MAX / 4, "x");
            assert!(matches!(far, Err(Failure::Length { of: "x", .. })));
            assert_eq!(
                slice(core::ptr::null::<f64>(), 0, "x").expect("empty"),
                &[] as &[f64]
            );
        }
    }
}
