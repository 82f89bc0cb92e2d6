//! One process at a time.
//!
//! The lock is one of the operating system's on a file beside the state, `FILE.lock`: it ends
//! with the process, however that ends. It cannot be on the state itself, in whose place each
//! save puts another file. A process that ends by itself removes the file, one that is killed
//! leaves it, empty and locked by nobody.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::foreign;

/// A lock that is held.
pub(super) struct Lock {
    path: PathBuf,
    file: File,
    was_there: bool,
}

impl Lock {
    /// Takes the lock on a file.
    ///
    /// # Errors
    /// Another process has it, or the file of the lock cannot be used.
    pub(super) fn on(path: &Path) -> Result<Self> {
        let mut lock = path.as_os_str().to_owned();
        lock.push(".lock");
        let path = PathBuf::from(lock);
        loop {
            let (file, was_there) =
                open(&path).with_context(|| format!("cannot open {}", foreign::path(&path)))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => bail!("in use by another process"),
                Err(TryLockError::Error(error)) => {
                    return Err(error)
                        .with_context(|| format!("cannot lock {}", foreign::path(&path)));
                }
            }
            // Its last owner may have removed it in between: then others cannot see this lock.
            if is_at(&file, &path) {
                return Ok(Self {
                    path,
                    file,
                    was_there,
                });
            }
        }
    }

    /// Whether the file of the lock was there: an earlier run was killed.
    pub(super) fn was_there(&self) -> bool {
        self.was_there
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While the lock is held: whoever opened the file meanwhile will see that it is gone.
        if cfg!(unix) && is_at(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Opens the file, which is no link, and makes it if it is not there.
fn open(path: &Path) -> io::Result<(File, bool)> {
    loop {
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        match options.clone().create_new(true).open(path) {
            Ok(file) => return Ok((file, false)),
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Err(_) => {}
        }
        match open_as_it_is(&mut options, path) {
            Ok(file) => return Ok((file, true)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {} // removed just now
            Err(error) => return Err(error),
        }
    }
}

#[cfg(unix)]
fn open_as_it_is(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    // Waits for nobody, whatever stands there.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let file = options
        .custom_flags(flags.bits().cast_signed())
        .open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("not a file"))
    }
}

#[cfg(not(unix))]
fn open_as_it_is(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}

/// Whether a file is still the one under its name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(held), Ok(named)) => (held.dev(), held.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true // nobody removes it
}
