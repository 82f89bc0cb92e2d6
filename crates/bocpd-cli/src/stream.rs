//! `bocpd stream`: one observation after the other, endless if need be.

mod engine;
mod file;
mod fill;
mod journal;
mod line;
mod lock;
mod many;
mod sink;
mod state;
mod watch;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use engine::{Engine, NEEDS_PRIOR, Options};
use file::StateFile;
use fill::fill;
use journal::Journal;
use line::Columns;
use many::Lanes;

use crate::args::{FirstIndex, OnError, StreamArgs};
use crate::exit::{DONE, usage};
use crate::feed::{Feed, Unit};
use crate::input::{Layout, Rows, Sort, Source};
use crate::messages::{say, say_remarks};
use crate::progress;
use crate::settings::{Known, Settings};

/// A stream of which nothing is said is known by so many observations.
const WARM_UP: u64 = 50;

/// Runs the command.
///
/// # Errors
/// The input or the options cannot be used, or an output cannot be written.
pub(crate) fn stream(args: &StreamArgs) -> Result<u8> {
    if args.input.table.sort() == Some(Sort::Yes) {
        bail!(usage(
            "--sort needs the whole series; a stream takes rows as they come (--no-sort says \
             nothing of it)"
        ));
    }
    let settings = Settings::new(&args.setup, args.alarm.given(), &args.input.table)?;
    // Without a model the first observations have to say what the stream is like.
    let warm_up = args
        .warm_up
        .or_else(|| settings.says_no_model().then_some(WARM_UP));
    let known = match warm_up {
        Some(_) => Known::UNREAD_STREAM,
        None => Known::Nothing(NEEDS_PRIOR),
    };
    settings.resolve(known, &[])?;
    let unit = Unit::given(args.input.time_unit)?;
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
    let feed = Feed::new(
        args.input.irregular,
        args.input.table.day_first,
        unit,
        &layout,
    )?;
    let options = options(args, &settings, &layout, warm_up);
    let head = options.csv.map(line::head).unwrap_or_default();
    if layout.is_many() {
        if args.state.is_some() {
            bail!(usage(
                "--state is for one series; --column says which, and --together makes one of \
                 several columns"
            ));
        }
        return Lanes::new(&settings, options, feed, &rows).run(rows, length, head);
    }
    let numbers = layout.numbers();
    let mut engine = Engine::new(options, &settings, rows.name(), feed, None, numbers);
    match saved {
        Some(state) => {
            engine.resume(
                state.phase()?,
                state.header.last_time,
                state.header.time_unit,
            );
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
    let mut lines = head;
    loop {
        let more = fill(&mut rows, &mut engine, &mut lines);
        say_remarks(rows.take_remarks(), args.quiet);
        if matches!(more, Ok(false)) {
            engine.end(journal.keeps_state(), &mut lines)?;
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

fn options(
    args: &StreamArgs,
    settings: &Settings,
    layout: &Layout,
    warm_up: Option<u64>,
) -> Options {
    Options {
        warm_up,
        only_changes: args.only_changes,
        only_alarms: args.only_alarms,
        recent: args.recent,
        quiet: args.quiet,
        sort: args.input.table.sort(),
        day_first: args.input.table.day_first,
        forgiving: args.on_error == OnError::Skip,
        csv: args
            .csv
            .then_some(Columns::of(layout, args.recent.is_some())),
        own_time: args.input.irregular && settings.says_no_hazard(),
    }
}

/// All options that a state depends on.
fn fingerprint(args: &StreamArgs, settings: &Settings) -> Value {
    let mut all = settings.fingerprint();
    let request = args.input.table.request();
    all["--column"] = json!(request.columns.first());
    all["--time"] = json!(request.time);
    if request.together {
        all["--together"] = json!(true);
        all["--all"] = json!(request.all);
    }
    if !request.features.is_empty() {
        let option = request.beside.unwrap_or("features");
        all[format!("--{option}")] = json!(request.features);
    }
    all["--irregular"] = json!(args.input.irregular);
    if args.input.time_unit.is_some() {
        all["--time-unit"] = json!(args.input.time_unit);
    }
    if args.input.table.day_first {
        all["--day-first"] = json!(true);
    }
    if let Some(decimal) = request.decimal {
        all["--decimal"] = json!(decimal);
    }
    if !request.na.is_empty() {
        all["--na"] = json!(request.na);
    }
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
