//! Where own models keep the statistics of the live hypotheses: equal blocks of
//! memory, one after the other, whose content only the caller's functions know.

use core::ffi::c_void;

use bocpd_core::bank::Bank;
use bocpd_core::error::ParameterError;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The largest alignment that statistics can have: that of a cache line, and of
/// the widest vector registers.
pub(crate) const MAX_ALIGN: usize = 64;

/// Memory aligned for any statistics.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Chunk([u8; MAX_ALIGN]);

/// Size and alignment of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// From the start of one block to the start of the next.
    pub(crate) stride: usize,
}

impl Layout {
    /// The layout of statistics of `size` bytes.
    ///
    /// # Errors
    /// `align` is not one of 1, 2, 4, …, 64, or a block would be larger than 2^31 bytes.
    pub(crate) fn new(size: usize, align: usize) -> Result<Self, ParameterError> {
        if !align.is_power_of_two() || align > MAX_ALIGN {
            let must = "be a power of two up to 64";
            return Err(ParameterError::new("stats_align", align as f64, must));
        }
        if size > 1 << 31 {
            let must = "be at most 2^31";
            return Err(ParameterError::new("stats_size", size as f64, must));
        }
        // Blocks of nothing still have addresses of their own.
        Ok(Self {
            stride: size.max(1).next_multiple_of(align),
        })
    }
}

/// The blocks, oldest first.
#[derive(Clone)]
pub(crate) struct Blocks {
    chunks: Vec<Chunk>,
    stride: usize,
    len: usize,
}

impl Blocks {
    pub(crate) fn new(layout: Layout, capacity: usize) -> Self {
        let stride = layout.stride;
        let chunks = Vec::with_capacity(capacity.saturating_mul(stride).min(1 << 20) / MAX_ALIGN);
        Self {
            chunks,
            stride,
            len: 0,
        }
    }

    pub(crate) fn layout(&self) -> Layout {
        Layout {
            stride: self.stride,
        }
    }

    /// Adds a block of zeros and returns where it is.
    pub(crate) fn push(&mut self) -> *mut c_void {
        let (from, to) = (self.len * self.stride, (self.len + 1) * self.stride);
        let needed = to.div_ceil(MAX_ALIGN);
        if needed > self.chunks.len() {
            self.chunks.resize(needed, Chunk([0; MAX_ALIGN]));
        }
        self.len += 1;
        let block = &mut self.bytes_mut()[from..to];
        block.fill(0);
        block.as_mut_ptr().cast()
    }

    /// A copy of one block.
    pub(crate) fn one(&self, index: usize) -> Self {
        let mut one = Self::new(self.layout(), 0);
        one.push();
        let block = &self.bytes()[index * self.stride..][..self.stride];
        one.bytes_mut().copy_from_slice(block);
        one
    }

    /// Where the first block is, which there must be.
    pub(crate) fn first(&self) -> *const c_void {
        debug_assert!(self.len > 0, "a block");
        self.chunks.as_ptr().cast()
    }

    /// Where the blocks are, to be read.
    pub(crate) fn iter(&self) -> impl Iterator<Item = *const c_void> {
        self.bytes()
            .chunks_exact(self.stride)
            .map(|block| block.as_ptr().cast())
    }

    /// Where the blocks are, to be changed.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = *mut c_void> {
        let stride = self.stride;
        self.bytes_mut()
            .chunks_exact_mut(stride)
            .map(|block| block.as_mut_ptr().cast())
    }

    fn bytes(&self) -> &[u8] {
        let (data, len) = (self.chunks.as_ptr().cast(), self.len * self.stride);
        // SAFETY: `push` and `deserialize` keep this many bytes in `chunks`; a
        // chunk is plain bytes without padding.
        unsafe { core::slice::from_raw_parts(data, len) }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        let (data, len) = (self.chunks.as_mut_ptr().cast(), self.len * self.stride);
        // SAFETY: as in `bytes`, and borrowed mutably.
        unsafe { core::slice::from_raw_parts_mut(data, len) }
    }
}

impl Bank for Blocks {
    fn len(&self) -> usize {
        self.len
    }

    fn clear(&mut self) {
        self.len = 0;
        self.chunks.clear();
    }

    fn pop(&mut self) {
        self.len -= 1;
    }

    fn keep(&mut self, kept: &[u32]) {
        let stride = self.stride;
        let bytes = self.bytes_mut();
        for (to, &from) in kept.iter().enumerate() {
            let from = from as usize;
            if from != to {
                bytes.copy_within(from * stride..(from + 1) * stride, to * stride);
            }
        }
        self.len = kept.len();
    }
}

/// What a snapshot holds of the blocks.
#[derive(Serialize, Deserialize)]
struct Data {
    stride: usize,
    bytes: Vec<u8>,
}

impl Serialize for Blocks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (stride, bytes) = (self.stride, self.bytes().to_vec());
        Data { stride, bytes }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Blocks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let Data { stride, bytes } = Data::deserialize(deserializer)?;
        if stride == 0 || !bytes.len().is_multiple_of(stride) {
            return Err(D::Error::custom("statistics are cut off"));
        }
        let mut blocks = Self::new(Layout { stride }, 0);
        blocks
            .chunks
            .resize(bytes.len().div_ceil(MAX_ALIGN), Chunk([0; MAX_ALIGN]));
        blocks.len = bytes.len() / stride;
        blocks.bytes_mut().copy_from_slice(&bytes);
        Ok(blocks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(block: *mut c_void, value: u64) {
        // SAFETY: blocks of these tests are 24 bytes, aligned to 8.
        unsafe { block.cast::<u64>().add(2).write(value) }
    }

    fn read(block: *const c_void) -> u64 {
        // SAFETY: as above.
        unsafe { block.cast::<u64>().add(2).read() }
    }

    #[test]
    fn blocks_are_aligned_kept_and_zeroed_when_new() {
        let layout = Layout::new(24, 8).expect("a layout");
        let mut blocks = Blocks::new(layout, 0);
        for i in 0..100 {
            let block = blocks.push();
            assert_eq!(read(block), 0, "a block of zeros");
            write(block, i);
        }
        blocks.keep(&[0, 7, 8, 99]);
        assert!(blocks.iter().map(read).eq([0, 7, 8, 99]));
        let one = blocks.one(2);
        assert_eq!((one.len(), read(one.first())), (1, 8));
        assert_eq!(read(blocks.push()), 0, "used memory is cleared");
        blocks.clear();
        assert_eq!(blocks.iter().count(), 0);
    }

    #[test]
    fn layouts() {
        assert_eq!(Layout::new(0, 1).map(|l| l.stride), Ok(1));
        assert_eq!(Layout::new(24, 16).map(|l| l.stride), Ok(32));
        assert_eq!(Layout::new(65, 64).map(|l| l.stride), Ok(128));
        for (size, align) in [(8, 0), (8, 3), (8, 128), (usize::MAX, 1)] {
            assert!(Layout::new(size, align).is_err());
        }
        let mut wide = Blocks::new(Layout::new(65, 64).expect("a layout"), 3);
        for _ in 0..9 {
            assert_eq!(wide.push().align_offset(64), 0);
        }
    }
}
