//! Where a picture goes, and in which format.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::panels::{self, Picture};
use crate::exit::usage;
use crate::foreign;
use crate::output::Standard;

/// A file, or standard output.
pub(crate) enum Target {
    /// SVG on standard output.
    Standard,
    Svg(PathBuf),
    Png(PathBuf),
}

impl Target {
    /// By the ending of a name; `-` is standard output.
    ///
    /// # Errors
    /// Another ending.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        if path.as_os_str() == "-" {
            return Ok(Self::Standard);
        }
        let ending = path
            .extension()
            .map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("svg") => Ok(Self::Svg(path.to_owned())),
            Some("png") => Ok(Self::Png(path.to_owned())),
            // A device or a pipe, as /dev/stdout and what shells put in the place of a file.
            _ if fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) => {
                Ok(Self::Svg(path.to_owned()))
            }
            _ => bail!(usage(format!(
                "--plot {}: pictures are .svg or .png, and - writes SVG to standard output",
                foreign::path(path)
            ))),
        }
    }

    pub(crate) fn is_standard(&self) -> bool {
        matches!(self, Self::Standard)
    }

    /// The bytes of the picture.
    ///
    /// # Errors
    /// The drawing library reports one; none is known.
    pub(crate) fn draw(&self, picture: &Picture) -> Result<Vec<u8>> {
        match self {
            Self::Standard | Self::Svg(_) => panels::svg(picture).map(String::into_bytes),
            Self::Png(_) => panels::png(picture),
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn write(&self, picture: &[u8]) -> Result<()> {
        match self {
            Self::Standard => Standard::open()?.write(picture),
            Self::Svg(path) | Self::Png(path) => fs::write(path, picture)
                .with_context(|| format!("--plot: cannot write {}", foreign::path(path))),
        }
    }
}
