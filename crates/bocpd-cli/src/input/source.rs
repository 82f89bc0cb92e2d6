//! Where the input comes from: a file, or standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result};

use crate::foreign;

/// An opened input.
pub(crate) struct Source {
    /// The name used in messages.
    pub(crate) name: String,
    /// Whether this is a file on disk (given by name or redirected), which a second run
    /// would read from its beginning again; a pipe goes on instead.
    pub(crate) is_file: bool,
    /// Its length in bytes, where known.
    pub(crate) length: Option<u64>,
    pub(super) reader: Box<dyn Read>,
}

impl Source {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        if path.as_os_str() == "-" {
            return Ok(Self::standard_input());
        }
        let name = foreign::path(path);
        let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
        Ok(Self::of_file(file, name))
    }

    /// What is in memory already.
    pub(crate) fn of_bytes(bytes: Vec<u8>) -> Self {
        Self {
            name: "memory".to_owned(),
            is_file: false,
            length: Some(bytes.len() as u64),
            reader: Box::new(io::Cursor::new(bytes)),
        }
    }

    fn standard_input() -> Self {
        let name = "standard input".to_owned();
        match redirected_file() {
            Some(file) => Self::of_file(file, name),
            None => Self {
                name,
                is_file: false,
                length: None,
                reader: Box::new(io::stdin()),
            },
        }
    }

    fn of_file(file: File, name: String) -> Self {
        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file);
        Self {
            name,
            is_file: metadata.is_some(),
            length: metadata.map(|m| m.len()),
            reader: Box::new(file),
        }
    }
}

/// Standard input as a file, where it is one (`bocpd stream < data.csv`).
#[cfg(unix)]
fn redirected_file() -> Option<File> {
    use std::os::fd::AsFd;
    let file = File::from(io::stdin().as_fd().try_clone_to_owned().ok()?);
    file.metadata().ok()?.is_file().then_some(file)
}

#[cfg(not(unix))]
fn redirected_file() -> Option<File> {
    None
}
