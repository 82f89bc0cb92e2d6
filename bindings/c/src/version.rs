//! Which library this is.

use core::ffi::{CStr, c_char};

/// Version of the interface in this header. It changes only when a program
/// compiled against an older header could not run with the library any more;
/// the shared library's name ends in it.
pub const BOCPD_ABI_VERSION: u32 = 1;

/// Version of the library that this header came with: the first number.
pub const BOCPD_VERSION_MAJOR: u32 = 0;
/// The second number.
pub const BOCPD_VERSION_MINOR: u32 = 1;
/// The third number.
pub const BOCPD_VERSION_PATCH: u32 = 0;

/// BOCPD_ABI_VERSION of the library that the program runs with.
#[unsafe(no_mangle)]
pub extern "C" fn bocpd_abi_version() -> u32 {
    BOCPD_ABI_VERSION
}

/// The version of the library that the program runs with, as "major.minor.patch".
#[unsafe(no_mangle)]
pub extern "C" fn bocpd_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => panic!("a version has no zero byte inside"),
        };
    VERSION.as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_agree() {
        let package = [
            env!("CARGO_PKG_VERSION_MAJOR"),
            env!("CARGO_PKG_VERSION_MINOR"),
            env!("CARGO_PKG_VERSION_PATCH"),
        ];
        let header = [
            BOCPD_VERSION_MAJOR,
            BOCPD_VERSION_MINOR,
            BOCPD_VERSION_PATCH,
        ];
        assert_eq!(package.map(str::to_owned), header.map(|v| v.to_string()));
        assert_eq!(env!("BOCPD_SONAME"), BOCPD_ABI_VERSION.to_string());
    }
}
