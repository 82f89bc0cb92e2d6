//! What a file is, by its first bytes.

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Gzip,
    Zstd,
    Utf16 {
        little_endian: bool,
    },
    Parquet,
    /// Something else that is no text, and what it is.
    Other(&'static str),
    /// Text, as far as can be seen.
    Text,
}

/// So many bytes are looked at, if there are so many before the first line ends.
pub(super) const ENOUGH: usize = 512;

/// What files begin with, and what they are.
const BEGINNINGS: [(&[u8], Kind); 16] = [
    (b"\x1f\x8b", Kind::Gzip),
    (b"\x28\xb5\x2f\xfd", Kind::Zstd),
    (
        b"\xff\xfe",
        Kind::Utf16 {
            little_endian: true,
        },
    ),
    (
        b"\xfe\xff",
        Kind::Utf16 {
            little_endian: false,
        },
    ),
    (b"PAR1", Kind::Parquet),
    (
        b"PK\x03\x04",
        Kind::Other("a ZIP archive, as Excel workbooks (.xlsx) are"),
    ),
    (
        b"\xd0\xcf\x11\xe0",
        Kind::Other("an old Office document, as Excel workbooks (.xls) are"),
    ),
    (b"BZh", Kind::Other("compressed by bzip2")),
    (b"\xfd7zXZ", Kind::Other("compressed by xz")),
    (b"\x04\x22\x4d\x18", Kind::Other("compressed by LZ4")),
    (b"SQLite format 3", Kind::Other("an SQLite database")),
    (b"\x89HDF", Kind::Other("an HDF5 file")),
    (b"ARROW1", Kind::Other("an Arrow (Feather) file")),
    (b"\x93NUMPY", Kind::Other("an array of NumPy")),
    (b"%PDF", Kind::Other("a PDF document")),
    (b"Obj\x01", Kind::Other("an Avro file")),
];

impl Kind {
    pub(super) fn of(head: &[u8]) -> Self {
        let begins = |(beginning, _): &&(&[u8], Self)| head.starts_with(beginning);
        if let Some((_, kind)) = BEGINNINGS.iter().find(begins) {
            return *kind;
        }
        // Half of the bytes of UTF-16 text without a mark are zero.
        let zeros = |from: usize| {
            let half = || head.iter().skip(from).step_by(2);
            half().count() >= 2 && half().all(|&byte| byte == 0)
        };
        match (zeros(0), zeros(1)) {
            (false, true) => Self::Utf16 {
                little_endian: true,
            },
            (true, false) => Self::Utf16 {
                little_endian: false,
            },
            // One that has strayed into a field does no harm.
            _ if 8 * head.split(|&byte| byte == 0).count() > head.len() + 8 => {
                Self::Other("no text: there are zero bytes in it")
            }
            _ => Self::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_how_they_begin() {
        assert_eq!(Kind::of(b"1.5\n"), Kind::Text);
        assert_eq!(Kind::of(b""), Kind::Text);
        assert_eq!(Kind::of(b"PAR1...."), Kind::Parquet);
        assert_eq!(Kind::of(b"\x1f\x8b\x08"), Kind::Gzip);
        assert_eq!(
            Kind::of(b"1\0\n\0"),
            Kind::Utf16 {
                little_endian: true
            }
        );
        assert_eq!(
            Kind::of(b"\0\x31\0\n"),
            Kind::Utf16 {
                little_endian: false
            }
        );
        assert!(matches!(Kind::of(b"ab\0cd\0"), Kind::Other(_)));
        assert_eq!(Kind::of(b"time,a name with\0in it\n"), Kind::Text);
    }
}
