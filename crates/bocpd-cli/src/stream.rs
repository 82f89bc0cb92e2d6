//! `bocpd stream`: one observation after the other, endless if need be.

mod engine;
mod file;
mod journal;
mod line;
mod lock;
mod sink;
mod state;

use anyhow::{Result, bail};
use bocpd_core::defaults::{structures_in_words, structures_of_stream};
use serde_json::{Value, json};

use engine::{Engine, NEEDS_PRIOR, Options, Phase};
use file::StateFile;
use journal::Journal;

use crate::args::{FirstIndex, StreamArgs};
use crate::exit::{DONE, usage};
use crate::feed::Feed;
use crate::input::{Rows, Source};
use crate::messages::say;
use crate::progress;
use crate::settings::{Known, Settings};

/// A batch of lines ends when no further observation has arrived, or when it is this long.
const BATCH_BYTES: usize = 1 << 16;
/// It also ends after this many observations, where lines are rare.
const BATCH_ROWS: usize = 4096;

/// A stream of which nothing is said is known by so many observations.
const WARM_UP: u64 = 50;

/// Runs the command.
///
/// # Errors
/// The input or the options cannot be used, or an output cannot be written.
pub(crate) fn stream(args: &StreamArgs) -> Result<u8> {
    let settings = Settings::new(&args.setup, args.alarm.given(), &args.input.table)?;
    // Without a model the first observations have to say what the stream is like.
    let warm_up = args
        .warm_up
        .or_else(|| settings.says_no_model().then_some(WARM_UP));
    settings.resolve(match warm_up {
        Some(_) => Known::WarmUp { values: &[] },
        None => Known::Nothing(NEEDS_PRIOR),
    })?;
    let file = args.state.as_deref().map(StateFile::open).transpose()?;
    let mut journal = Journal::new(file, fingerprint(args, &settings))?;
    let saved = journal.open()?;

    let source = Source::open(&args.input.file)?;
    let (is_file, length) = (source.is_file, source.length);
    let known = saved.as_ref().map(|state| &state.header.layout);
    let rows = Rows::open(
        source,
        &args.input.table.request(),
        known,
        settings.missing(),
    )?;
    let Some(mut rows) = rows else {
        return Ok(DONE); // nothing came, nothing to do
    };
    let layout = rows.layout().clone();
    let feed = Feed::new(args.input.irregular, &layout)?;
    let mut engine = Engine::new(options(args, warm_up), &settings, rows.name(), feed);
    match saved {
        Some(state) => {
            engine.resume(state.phase()?, state.header.last_time);
            if args.acknowledge {
                engine.acknowledge();
            }
        }
        None => engine.begin()?,
    }

    let first = match args.first_index {
        Some(FirstIndex::At(index)) => index,
        None if is_file => 0,
        Some(FirstIndex::Next) | None => engine.observations(),
    };
    pass_over(&mut rows, first, engine.observations())?;
    let bar = progress::over_bytes(length);
    let mut lines = Vec::new();
    loop {
        let more = fill(&mut rows, &mut engine, &mut lines);
        if matches!(more, Ok(false)) {
            end(&mut engine, &journal, args.quiet, &mut lines)?;
        }
        // What was understood before an error is written and saved before it is reported.
        journal.commit(&engine, &layout, &lines)?;
        lines.clear();
        bar.set_position(rows.bytes());
        if !more? {
            break;
        }
    }
    bar.finish_and_clear();
    journal.close(&engine, &layout)?;
    Ok(DONE)
}

fn options(args: &StreamArgs, warm_up: Option<u64>) -> Options {
    Options {
        warm_up,
        only_changes: args.only_changes,
        only_alarms: args.only_alarms,
        recent: args.recent,
        quiet: args.quiet,
    }
}

/// All options that a state depends on.
fn fingerprint(args: &StreamArgs, settings: &Settings) -> Value {
    let mut all = settings.fingerprint();
    let request = args.input.table.request();
    all["--column"] = json!(request.column);
    all["--time"] = json!(request.time);
    if !request.features.is_empty() {
        all["--features"] = json!(request.features);
    }
    all["--irregular"] = json!(args.input.irregular);
    all["--warm-up"] = json!(args.warm_up);
    all
}

/// Passes over what the state has seen already.
fn pass_over(rows: &mut Rows, first: u64, seen: u64) -> Result<()> {
    if first > seen {
        bail!(usage(format!(
            "--first-index {first}: the next observation expected is {seen}"
        )));
    }
    for index in first..seen {
        if rows.next_row()?.is_none() {
            say(&format!(
                "the input ends at index {index}, and {seen} observations were seen before"
            ));
            break;
        }
    }
    Ok(())
}

/// Takes in what has arrived, up to the length of a batch; `false` at the end of the input.
fn fill(rows: &mut Rows, engine: &mut Engine, lines: &mut Vec<u8>) -> Result<bool> {
    for _ in 0..BATCH_ROWS {
        let Some(row) = rows.next_row()? else {
            return Ok(false);
        };
        engine.take(row.into(), lines)?;
        if !rows.is_ready() || lines.len() >= BATCH_BYTES {
            break;
        }
    }
    Ok(true)
}

/// At the end of the input. A warm-up that is not over goes on in the next run, if there is
/// a state; otherwise what there is must do.
fn end(engine: &mut Engine, journal: &Journal, quiet: bool, lines: &mut Vec<u8>) -> Result<()> {
    if let Phase::WarmUp(waiting) = engine.phase() {
        if !quiet {
            say(&format!(
                "the input ended in the warm-up, after {} observations",
                waiting.len()
            ));
        }
        if !journal.keeps_state() {
            engine.end_warm_up(lines)?;
        }
    }
    if let (Phase::Running(detector), false) = (engine.phase(), quiet)
        && !detector.config().alternatives.is_empty()
    {
        let found = structures_of_stream(detector.config(), &detector.model_probabilities());
        say(&format!("most probably {}", structures_in_words(found)));
    }
    Ok(())
}
