//! Lines out and state saved, in the order that loses and repeats nothing.
//!
//! For each batch of lines:
//!
//! 1. the state after the batch is saved, with the lines in its outbox, and the disk has it;
//! 2. the lines are written;
//! 3. the state is saved again with an empty outbox.
//!
//! So a line that anybody has read is in the state, and no line is lost: an outbox that is
//! not empty on a restart (a kill between 1 and 3) is written first. Whether its lines had
//! been written before is known if the output is a file that is appended to, by its length;
//! then only what is missing is written. A pipe cannot be asked what has arrived: the lines
//! are marked as repeated, with settled changepoints under another key.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::engine::Engine;
use super::file::StateFile;
use super::line::repeated;
use super::sink::Sink;
use super::state::State;
use crate::exit::usage;
use crate::input::Layout;

/// The output, and the state file if there is one.
pub(super) struct Journal {
    sink: Sink,
    file: Option<StateFile>,
    /// The options that a state must have been made with.
    settings: Value,
    /// What the state on disk has seen.
    saved: Option<u64>,
}

impl Journal {
    /// # Errors
    /// Standard output is closed.
    pub(super) fn new(file: Option<StateFile>, settings: Value) -> Result<Self> {
        Ok(Self {
            sink: Sink::open()?,
            file,
            settings,
            saved: None,
        })
    }

    /// Reads the state of an earlier run, if there is one, and writes what is left in its
    /// outbox.
    ///
    /// # Errors
    /// The state cannot be used, was made with other options, or the lines cannot be written.
    pub(super) fn open(&mut self) -> Result<Option<State>> {
        let Some(file) = &self.file else {
            return Ok(None);
        };
        let Some(mut state) = file.load()? else {
            return Ok(None);
        };
        self.check_options(&state.header.settings)?;
        if !state.outbox.is_empty() {
            let before = state.header.output.zip(self.sink.mark());
            let written = before.and_then(|(before, now)| before.written_until(now));
            match written.map(|length| usize::try_from(length).unwrap_or(usize::MAX)) {
                Some(length) => self
                    .sink
                    .write(&state.outbox[length.min(state.outbox.len())..])?,
                None => self
                    .sink
                    .write(repeated(&String::from_utf8_lossy(&state.outbox)).as_bytes())?,
            }
            state.put_outbox(&[], None);
            file.save(&state)?;
        }
        self.saved = Some(state.header.observations);
        Ok(Some(state))
    }

    /// Writes lines, and saves the state that they belong to.
    ///
    /// # Errors
    /// One of both cannot be written.
    pub(super) fn commit(&mut self, engine: &Engine, layout: &Layout, lines: &[u8]) -> Result<()> {
        let Some(file) = &self.file else {
            return self.sink.write(lines);
        };
        if self.saved == Some(engine.observations()) && lines.is_empty() {
            return Ok(());
        }
        let mut state = State::of(engine, &self.settings, layout);
        state.put_outbox(lines, self.sink.mark());
        file.save(&state)?;
        file.settle()?;
        if !lines.is_empty() {
            self.sink.write(lines)?;
            state.put_outbox(&[], None);
            file.save(&state)?;
        }
        self.saved = Some(engine.observations());
        Ok(())
    }

    /// Makes sure that the disk has the state.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn close(&self, engine: &Engine, layout: &Layout) -> Result<()> {
        match &self.file {
            Some(file) => {
                file.save(&State::of(engine, &self.settings, layout))?;
                file.settle()
            }
            None => Ok(()),
        }
    }

    /// Whether there is a state file.
    pub(super) fn keeps_state(&self) -> bool {
        self.file.is_some()
    }

    fn check_options(&self, before: &Value) -> Result<()> {
        if *before == self.settings {
            return Ok(());
        }
        let (Some(before), Some(now)) = (before.as_object(), self.settings.as_object()) else {
            bail!(usage("the state was made with other options"));
        };
        let names = before
            .keys()
            .chain(now.keys().filter(|name| !before.contains_key(*name)));
        let differing: Vec<_> = names
            .filter(|name| before.get(*name) != now.get(*name))
            .map(String::as_str)
            .collect();
        Err(usage(format!(
            "the state was made with other options; these differ: {}",
            differing.join(", ")
        )))
        .context("--state")
    }
}
