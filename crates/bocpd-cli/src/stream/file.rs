//! The state on disk: one file, replaced as a whole, and belonging to one process.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::lock::Lock;
use super::state::State;
use crate::foreign;

/// How many characters tell one temporary file from another.
const DISTINCT: usize = 12;
const TEMPORARY: &str = ".tmp";

/// The file, with a lock on it that lasts as long as this value.
pub(super) struct StateFile {
    /// For messages.
    name: String,
    /// Where it really is; a rename would replace a link instead of following it.
    path: PathBuf,
    folder: PathBuf,
    _lock: Lock,
}

impl StateFile {
    /// Takes possession of a file, which may not be there yet. A link is followed.
    ///
    /// # Errors
    /// Another process has it, or it cannot be a state.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let name = foreign::path(path);
        let path = real(path).with_context(|| format!("--state {name}"))?;
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let lock = Lock::on(&path).with_context(|| format!("--state {name}"))?;
        if lock.was_there() {
            tidy(&path, &folder);
        }
        Ok(Self {
            name,
            path,
            folder,
            _lock: lock,
        })
    }

    /// The state, if the file is there.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub(super) fn load(&self) -> Result<Option<State>> {
        let name = &self.name;
        match fs::read(&self.path) {
            Ok(bytes) => State::decode(&bytes)
                .with_context(|| format!("the state in {name} cannot be used"))
                .map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read the state in {name}")),
        }
    }

    /// Replaces the state: whoever looks, also after a crash of the machine, sees the old one
    /// or the new one.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn save(&self, state: &State) -> Result<()> {
        self.replace(&state.encode())
            .with_context(|| format!("cannot write the state to {}", self.name))
    }

    /// Waits until what was saved last is what a crash of the machine leaves.
    ///
    /// # Errors
    /// The disk does not take it.
    pub(super) fn settle(&self) -> Result<()> {
        sync_folder(&self.folder)
            .with_context(|| format!("cannot write the state to {}", self.name))
    }

    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let before = match fs::metadata(&self.path) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let (beginning, _) = around(&self.path);
        let mut new = tempfile::Builder::new();
        new.prefix(&beginning)
            .suffix(TEMPORARY)
            .rand_bytes(DISTINCT);
        let usual = usual_permissions();
        if before.is_none()
            && let Some(usual) = usual
        {
            new.permissions(usual);
        }
        let mut new = new.tempfile_in(&self.folder)?;
        if let Some(before) = before {
            keep_owner(new.as_file(), &before);
            new.as_file().set_permissions(before.permissions())?;
        }
        new.write_all(bytes)?;
        // Before the rename: else a crash of the machine could leave a file without content.
        new.as_file().sync_all()?;
        new.persist(&self.path)?;
        Ok(())
    }
}

/// Where a file really is, or will be.
fn real(path: &Path) -> Result<PathBuf> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if fs::symlink_metadata(path).is_ok() {
                bail!("a link to a file that is not there");
            }
            if path.file_name().is_none() {
                bail!("not the name of a file");
            }
            return Ok(path.to_owned());
        }
        Err(error) => return Err(error.into()),
    };
    if !metadata.is_file() {
        bail!("not a file");
    }
    Ok(fs::canonicalize(path)?)
}

/// How the names of temporary files begin and end.
fn around(path: &Path) -> (std::ffi::OsString, &'static str) {
    let mut beginning = path.file_name().unwrap_or_default().to_owned();
    beginning.push(".");
    (beginning, TEMPORARY)
}

/// Removes what runs that were killed have left half written. Nobody else is writing now.
fn tidy(path: &Path, folder: &Path) {
    let (beginning, end) = around(path);
    let is_ours = |name: &std::ffi::OsStr| {
        let distinct = name
            .as_encoded_bytes()
            .strip_prefix(beginning.as_encoded_bytes())
            .and_then(|rest| rest.strip_suffix(end.as_bytes()));
        distinct.is_some_and(|d| d.len() == DISTINCT && d.iter().all(u8::is_ascii_alphanumeric))
    };
    // What cannot be tidied up does no harm.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_ours(&entry.file_name()) && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Of a new file: what the process's mask allows.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there are none")]
fn usual_permissions() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn usual_permissions() -> Option<Permissions> {
    None
}

/// Gives a new file to the owner of the old one, where that is allowed.
#[cfg(unix)]
fn keep_owner(new: &File, old: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let differs = new
        .metadata()
        .is_ok_and(|new| (new.uid(), new.gid()) != (old.uid(), old.gid()));
    if differs {
        let _ = fchown(new, Some(old.uid()), Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &fs::Metadata) {}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_half_written_is_tidied_up() {
        let folder = tempfile::tempdir().unwrap();
        let stay = [
            "state",
            "state.tmp",
            "state.abcdefghijkl",
            "state.abcdefghijk.tmp",
            "state.abcdef_hijkl.tmp",
            "other.abcdefghijkl.tmp",
        ];
        for name in stay.iter().chain(&["state.abcdefghijkL.tmp"]) {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("state.aaaaaaaaaaaa.tmp")).unwrap();
        tidy(&folder.path().join("state"), folder.path());
        for name in stay.iter().chain(&["state.aaaaaaaaaaaa.tmp"]) {
            assert!(folder.path().join(name).exists(), "{name}");
        }
        assert!(!folder.path().join("state.abcdefghijkL.tmp").exists());
    }
}
