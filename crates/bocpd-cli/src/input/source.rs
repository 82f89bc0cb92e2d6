//! Where the input comes from: a file, or standard input, unpacked and as UTF-8.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::document;
use super::kind::{ENOUGH, Kind};
#[cfg(feature = "parquet")]
use super::parquet;
use super::utf16::Utf16;
use crate::foreign;

/// How records are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// Fields in a line.
    #[default]
    Table,
    /// A JSON object in a line.
    Json,
    /// Lines that were made here from the columns of a Parquet file, with names in the first.
    Columns,
}

/// An opened input.
pub(crate) struct Source {
    /// The name used in messages.
    pub(crate) name: String,
    /// Whether this is a file on disk (given by name or redirected), which a second run
    /// would read from its beginning again; a pipe goes on instead.
    pub(crate) is_file: bool,
    /// Its length in bytes, where it is known and is that of what is read.
    pub(crate) length: Option<u64>,
    pub(super) reader: Box<dyn Read>,
    pub(super) format: Format,
    /// The file, where it is one.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "for Parquet"))]
    file: Option<File>,
}

impl Source {
    /// Opens a file, or standard input for `-`.
    ///
    /// # Errors
    /// The file cannot be opened, or is of a kind that is not read.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let source = if path.as_os_str() == "-" {
            Self::standard_input()
        } else {
            let name = foreign::path(path);
            let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
            Self::of_file(file, name)
        };
        source.unpacked()
    }

    /// What is in memory already.
    ///
    /// # Errors
    /// It is of a kind that is not read.
    pub(crate) fn of_bytes(bytes: Vec<u8>) -> Result<Self> {
        let source = Self {
            name: "memory".to_owned(),
            is_file: false,
            length: Some(bytes.len() as u64),
            reader: Box::new(io::Cursor::new(bytes)),
            format: Format::Table,
            file: None,
        };
        source.unpacked()
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
                format: Format::Table,
                file: None,
            },
        }
    }

    fn of_file(file: File, name: String) -> Self {
        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file);
        Self {
            name,
            is_file: metadata.is_some(),
            length: metadata.as_ref().map(std::fs::Metadata::len),
            file: metadata.and_then(|_| file.try_clone().ok()),
            reader: Box::new(file),
            format: Format::Table,
        }
    }

    /// Looks at the first bytes, and reads through whatever the text is wrapped in.
    fn unpacked(mut self) -> Result<Self> {
        // Compressed text may be UTF-16, and a file may be compressed twice.
        for _ in 0..4 {
            let head = self.head()?;
            let kind = Kind::of(&head);
            let reader = io::Cursor::new(head).chain(self.reader);
            self.reader = match kind {
                Kind::Gzip => Box::new(flate2::read::MultiGzDecoder::new(reader)),
                Kind::Zstd => Box::new(Frames::new(Box::new(reader))),
                Kind::Utf16 { little_endian } => {
                    self.reader = Box::new(Utf16::new(reader, little_endian));
                    self.length = None;
                    return document::lines(self);
                }
                Kind::Parquet => {
                    self.reader = Box::new(reader);
                    return self.columns();
                }
                Kind::Other(what) => bail!(
                    "{} is {what}; a text file is needed, such as CSV or JSON lines, as it is or \
                     compressed by gzip or zstd",
                    self.name
                ),
                Kind::Text => {
                    self.reader = Box::new(reader);
                    return document::lines(self);
                }
            };
            self.length = None;
        }
        bail!("{} is compressed again and again", self.name)
    }

    /// A Parquet file as the lines of a table. What is no file of its own is read to its end,
    /// since the description of the columns stands there.
    #[cfg(feature = "parquet")]
    fn columns(mut self) -> Result<Self> {
        let lines = if let Some(file) = self.file.take().filter(|_| self.length.is_some()) {
            parquet::lines(file)
        } else {
            let mut bytes = Vec::new();
            let read = self.reader.read_to_end(&mut bytes);
            read.with_context(|| self.name.clone())?;
            parquet::lines(bytes::Bytes::from(bytes))
        };
        self.reader = lines.with_context(|| self.name.clone())?;
        self.length = None;
        self.format = Format::Columns;
        Ok(self)
    }

    #[cfg(not(feature = "parquet"))]
    fn columns(self) -> Result<Self> {
        bail!(
            "{} is a Parquet file; this program was built without the feature parquet, which \
             reads it, so export it as CSV",
            self.name
        )
    }

    /// The first bytes, up to the end of a line if there is one among them: what comes after
    /// may be long in coming. What has arrived is read at once, since the lines of it are one
    /// batch.
    fn head(&mut self) -> Result<Vec<u8>> {
        let mut head = Vec::new();
        let mut buffer = vec![0; AT_ONCE];
        while head.len() < ENOUGH && !head.contains(&b'\n') {
            match self.reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(length) => head.extend(&buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error).with_context(|| self.name.clone()),
            }
        }
        Ok(head)
    }
}

/// How much is read at once: what a pipe holds.
const AT_ONCE: usize = 1 << 16;

/// All frames of a file that zstd wrote, one after the other.
struct Frames {
    state: State,
}

enum State {
    Between(Box<dyn Read>),
    Within(Box<ruzstd::decoding::StreamingDecoder<Box<dyn Read>, ruzstd::decoding::FrameDecoder>>),
    Moving,
}

impl Frames {
    fn new(reader: Box<dyn Read>) -> Self {
        Self {
            state: State::Between(reader),
        }
    }
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.state, State::Moving) {
                State::Within(mut frame) => {
                    let length = frame.read(buffer)?;
                    if length > 0 || buffer.is_empty() {
                        self.state = State::Within(frame);
                        return Ok(length);
                    }
                    self.state = State::Between(frame.into_inner());
                }
                State::Between(mut reader) => {
                    let mut first = [0];
                    if reader.read(&mut first)? == 0 {
                        self.state = State::Between(reader);
                        return Ok(0);
                    }
                    let whole: Box<dyn Read> = Box::new(io::Cursor::new(first).chain(reader));
                    let frame =
                        ruzstd::decoding::StreamingDecoder::new(whole).map_err(|error| {
                            io::Error::new(io::ErrorKind::InvalidData, error.to_string())
                        })?;
                    self.state = State::Within(Box::new(frame));
                }
                State::Moving => return Ok(0),
            }
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
