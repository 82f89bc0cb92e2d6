//! What can be said on the command line.

mod alarm;
mod beside;
pub(crate) mod family;
mod hazard;
mod help;
mod model;
mod numbers;
mod outliers;
mod preferences;
mod pruning;

pub(crate) use alarm::{AlarmArgs, GivenPolicy, PolicyArgs};
pub(crate) use beside::BesideArgs;
pub(crate) use family::Said;
pub(crate) use model::FEATURES;
pub(crate) use outliers::OutliersArgs;
pub(crate) use preferences::PreferencesArgs;
pub(crate) use pruning::PruningArgs;

use std::ffi::OsString;
use std::path::PathBuf;

use bocpd_core::calibrate::Effort;
use bocpd_core::fit::Options;
use bocpd_core::list::{HazardSpec, ModelSpec};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::input::{Decimal, Header, MissingPolicy, Request, Sort};

macro_rules! exit_codes {
    () => {
        "\
Exit codes:
  0  done, whether or not there was a change; also if the reader of the output went away
  1  the input cannot be read or used, or a file or the output cannot be written
  2  the options cannot be used
  3  only with --exit-code: done, and there was a change"
    };
}

const EXIT_CODES: &str = exit_codes!();

macro_rules! detect_examples {
    () => {
        "\
Examples:
  bocpd detect data.csv                         which points of a series changed
  bocpd detect data.csv -c latency -t when      by columns of a table
  bocpd detect data.csv --all --rank            every column, the most changed first
  bocpd detect data.csv --by host               a series for each host
  bocpd detect data.csv -c cpu,disk --together  two columns as one series
  bocpd detect data.csv --plot changes.png      a picture
  bocpd detect data.csv --json | jq '.changepoints[].index'

"
    };
}

const DETECT: &str = concat!(detect_examples!(), exit_codes!());

const STREAM: &str = concat!(
    "\
Examples:
  tail -F metric.log | bocpd stream --only-changes
  tail -F metric.log | bocpd stream | jq 'select(.change)'
  tail -F metric.log | bocpd stream --alarm --only-alarms --state metric.state
  bocpd stream data.csv --by host --csv

",
    exit_codes!()
);

const CALIBRATE: &str = concat!(
    "\
Examples:
  bocpd calibrate quiet.csv --false-alarm 0.05 --horizon 1000
  bocpd calibrate quiet.csv --average-run-length 10000
  bocpd calibrate --mean 0 --kappa 1 --alpha 2 --beta 2 --average-run-length 10000

",
    exit_codes!()
);

/// What the columns of `detect` mean; names in brackets are those of --csv and --json.
const COLUMNS: &str = concat!(
    detect_examples!(),
    "\
Columns:
  index        the first observation of the new segment, from 0
  time         its time, if there are times
  probability  that a segment begins exactly there, given the whole series
  nearby       that one begins there or nearer to there than to any other reported change
               (p_nearby)
  within       from where to where the change may have been: the ends of the smallest set of
               places that has the probability --mass, given one change nearby (low, high);
               times, if they are short
  length       of the new segment, in observations
  before       the posterior mean of the parameter that is named (parameter), in the segment
  after        before and in the new one
  difference   by how much it changed, new less old
  sd           the standard deviation of that
  rose         the probability that it is larger than before (p_rose)

With --together, what stands under before and after, difference, sd and rose is of one number:
  most in      its column, which has most to do with the change (number)
  also in      the columns of the other numbers that speak for it, the most telling first (parts
               in --json has all of them, with their share of the ln of the Bayes factor)

",
    exit_codes!()
);

/// Bayesian online changepoint detection for files and pipes.
///
/// Results go to standard output, messages to standard error.
#[derive(Parser)]
#[command(name = "bocpd", version, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// What there is to say.
    pub(crate) fn definition() -> clap::Command {
        help::with_help(numbers::checked(Self::command()))
    }

    /// What was said.
    ///
    /// # Errors
    /// What clap has to say about it; also the help that was asked for.
    pub(crate) fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let args: Vec<OsString> = args.into_iter().collect();
        if let [_, only] = &args[..]
            && (only == "--version" || only == "-V")
        {
            // Nothing else has to be known, and all of it takes longer than the answer.
            let name = clap::Command::new("bocpd").version(env!("CARGO_PKG_VERSION"));
            name.try_get_matches_from(&args)?;
        }
        let mut definition = Self::definition();
        let matches = definition.try_get_matches_from_mut(args)?;
        Self::from_arg_matches(&matches).map_err(|error| error.format(&mut definition))
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Find the changes of a whole series
    ///
    /// Prints the most probable segmentation, one line a change: when it was, how sure that
    /// is, what changed and by how much.
    ///
    /// --json also has the probability of a change at every index, and of each segment the
    /// posteriors of all parameters and the Bayes factor of its beginning; with --outliers the
    /// probability of each observation to be one.
    #[command(after_help = DETECT, after_long_help = COLUMNS)]
    Detect(DetectArgs),

    /// Follow a stream, one JSON line an observation
    ///
    /// Each line has the index, the probability that this observation is the first of a new
    /// segment (p_change_now), the most probable run length and its probability, and the log
    /// predictive density of the observation before it was seen; with --outliers also the
    /// probability that the observation is one (p_outlier). Changes that no later
    /// observation can take back are listed once, under "settled".
    ///
    /// With --alarm, the line of an observation that raises an alarm has it under "alarm":
    /// the index where the change most probably began, the index where it was noticed (this
    /// one), its probability, and under "shift" the parameter that changed, the probability
    /// that it rose, by how much it changed (difference, new less old) and the standard
    /// deviation of that.
    ///
    /// The prior of a segment must be known before the first observation: give the parameters
    /// of the model, or a configuration, or --warm-up.
    #[command(after_help = STREAM)]
    Stream(StreamArgs),

    /// Find the alarm threshold that keeps a promise about false alarms
    ///
    /// Runs many streams without a change through the detector, each until its first alarm, and
    /// prints the threshold for bocpd stream --alarm-threshold that gives the wished average run
    /// length to that alarm, or the wished probability of one within a horizon, with what it
    /// achieves, its Monte Carlo standard error and a 95 % interval.
    ///
    /// The streams are resampled from a file of quiet history, which also sets the prior as
    /// bocpd stream --warm-up does; without a file they are simulated from the model, with
    /// parameters drawn from its prior.
    #[command(after_help = CALIBRATE)]
    Calibrate(CalibrateArgs),

    /// Find the parameters under which a history is most probable
    ///
    /// Starts from the options, or from what is chosen where nothing is said, and moves the
    /// numbers of model and hazard to where the evidence of all files together is largest
    /// (empirical Bayes). Whole numbers, lists, periods and what is off stay.
    ///
    /// Prints each parameter that moved with its standard error, and the options that were
    /// found, to be used with bocpd detect and bocpd stream.
    ///
    /// Each file is a series of its own; the observations of each are taken as evenly spaced.
    #[command(after_help = EXIT_CODES)]
    Fit(FitArgs),

    /// List models and hazards, with parameters and an example of one
    Models(ModelsArgs),

    /// Print completions for a shell
    ///
    /// bocpd completions bash > /etc/bash_completion.d/bocpd, for instance.
    Completions(CompletionsArgs),

    /// Print a page of the manual, for man: of the program, or of a command
    ///
    /// bocpd man > bocpd.1; bocpd man detect > bocpd-detect.1
    Man(ManArgs),
}

#[derive(Args)]
pub(crate) struct DetectArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) setup: SetupArgs,

    /// Report exactly N changes: those of the best segmentation that has as many
    #[arg(
        long,
        value_name = "N",
        conflicts_with = "irregular",
        help_heading = "Which changes"
    )]
    pub(crate) changes: Option<usize>,

    /// Print one JSON object with changepoints, segments, assumptions and configuration
    #[arg(long, conflicts_with = "csv", help_heading = "Output")]
    pub(crate) json: bool,
    /// Print the changepoints as CSV
    #[arg(long, help_heading = "Output")]
    pub(crate) csv: bool,
    /// Write the changepoints into a Parquet file, with the columns of --csv, and print nothing
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["json", "csv", "rank", "plot"],
        help_heading = "Output"
    )]
    pub(crate) parquet: Option<PathBuf>,
    /// Draw series and segments, the probability of a change at each index, and the run-length
    /// posterior into a file that ends with .svg or .png; - writes SVG to standard output, in
    /// place of the table
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) plot: Option<PathBuf>,
    /// The probability of the sets of places and of the intervals of parameters
    #[arg(long, value_name = "P", default_value_t = 0.9, help_heading = "Output")]
    pub(crate) mass: f64,
    /// Of several series, the one that changed most comes first: by its largest change, in
    /// standard deviations of the values within segments
    #[arg(long, help_heading = "Output")]
    pub(crate) rank: bool,
    /// Exit with 3 if there was a change
    #[arg(long, help_heading = "Output")]
    pub(crate) exit_code: bool,
    /// Do not say what was assumed
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
}

#[derive(Args)]
pub(crate) struct StreamArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) setup: SetupArgs,

    /// Set the prior from the first N observations, a million at most, then replay them
    ///
    /// Without a model it is 50, and N observations also say what the numbers are and how much
    /// they scatter; what kind of noise they have is found out as the stream goes on.
    #[arg(long, alias = "warmup", value_name = "N", value_parser = clap::value_parser!(u64).range(1..=LONGEST_WARM_UP), help_heading = "Stream")]
    pub(crate) warm_up: Option<u64>,
    /// Print a line only where the most probable start of the current segment has moved,
    /// changes have settled, or there is an alarm
    #[arg(long, help_heading = "Stream")]
    pub(crate) only_changes: bool,
    /// Also print p_recent_change: the probability that the current segment began within the
    /// last W observations
    #[arg(long, value_name = "W", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Stream")]
    pub(crate) recent: Option<u64>,
    #[command(flatten)]
    pub(crate) alarm: AlarmArgs,
    /// Print a line only where there is an alarm
    #[arg(long, conflicts_with = "only_changes", help_heading = "Alarms")]
    pub(crate) only_alarms: bool,
    /// Let go of a latched alarm of an earlier run
    #[arg(long, requires = "state", help_heading = "Alarms")]
    pub(crate) acknowledge: bool,
    /// Keep the state in this file and go on from it
    ///
    /// The file is replaced atomically before the lines that it covers are written, so it is
    /// never behind what was printed: kill the program at any moment and start it again with
    /// the same options. No line is lost; lines that may have been printed before are marked
    /// "repeated", and settled changes and alarms in them stand under "settled_repeated" and
    /// "alarm_repeated" instead.
    /// Into a file opened for appending (>>) each line is written exactly once.
    /// One process at a time has the state; another ends with an error. A link is followed.
    #[arg(long, value_name = "FILE", help_heading = "Stream")]
    pub(crate) state: Option<PathBuf>,
    /// Index of the first observation in this input; what the state has seen is passed over
    ///
    /// By default 0 for a file, also one redirected to standard input (it starts again), and
    /// "next" for a pipe (it goes on after the last observation seen).
    #[arg(
        long,
        value_name = "N|next",
        requires = "state",
        help_heading = "Stream"
    )]
    pub(crate) first_index: Option<FirstIndex>,
    /// What to do about a row that cannot be read, or whose value the model cannot take: stop, or
    /// skip it, so that it counts as missing; how many there were is said at the end
    #[arg(
        long,
        value_enum,
        value_name = "POLICY",
        default_value_t,
        help_heading = "Stream"
    )]
    pub(crate) on_error: OnError,
    /// Print CSV: names and one line an observation
    #[arg(long, conflicts_with = "state", help_heading = "Stream")]
    pub(crate) csv: bool,
    /// Do not say what was assumed
    #[arg(short, long, help_heading = "Stream")]
    pub(crate) quiet: bool,
}

#[derive(Args)]
#[command(group(clap::ArgGroup::new("target").required(true)))]
pub(crate) struct CalibrateArgs {
    /// Quiet history, as CSV, TSV or one number a line; - is standard input
    #[arg(value_name = "FILE|-", help_heading = None)]
    pub(crate) history: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) table: TableArgs,
    #[command(flatten)]
    pub(crate) setup: SetupArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,

    /// So many observations on average until the first false alarm
    #[arg(long, value_name = "N", group = "target", help_heading = "Target")]
    pub(crate) average_run_length: Option<f64>,
    /// A false alarm with this probability or less, within --horizon
    #[arg(
        long,
        value_name = "P",
        group = "target",
        requires = "horizon",
        help_heading = "Target"
    )]
    pub(crate) false_alarm: Option<f64>,
    /// How many observations --false-alarm is about
    #[arg(
        long,
        value_name = "N",
        conflicts_with = "average_run_length",
        help_heading = "Target"
    )]
    pub(crate) horizon: Option<usize>,

    /// How many streams, 2 to 100000: four times as many halve the errors
    #[arg(long, value_name = "N", default_value_t = Effort::default().streams, help_heading = "Simulation")]
    pub(crate) streams: usize,
    /// The longest stream for --average-run-length: one without an alarm counts with this
    /// length [default: 20 times the average run length]
    #[arg(
        long,
        value_name = "N",
        conflicts_with = "false_alarm",
        help_heading = "Simulation"
    )]
    pub(crate) longest: Option<usize>,
    /// The length of the blocks in which history is resampled: as long as its values depend
    /// on each other
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1,
        requires = "history",
        help_heading = "Simulation"
    )]
    pub(crate) block: usize,
    /// Where the random numbers start; the same seed gives the same threshold
    #[arg(long, value_name = "N", default_value_t = Effort::default().seed, help_heading = "Simulation")]
    pub(crate) seed: u64,

    /// Print one JSON object with the configuration that it was made for
    #[arg(long, conflicts_with = "csv", help_heading = "Output")]
    pub(crate) json: bool,
    /// Print it as CSV: names and one line
    #[arg(long, help_heading = "Output")]
    pub(crate) csv: bool,
    /// Do not say what was assumed
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
}

#[derive(Args)]
pub(crate) struct FitArgs {
    /// The history: series as CSV, TSV or one number a line; - is standard input
    #[arg(default_value = "-", value_name = "FILE|-", help_heading = None)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) table: TableArgs,
    #[command(flatten)]
    pub(crate) setup: SetupArgs,

    /// Parameters that stay, by their options without dashes, separated by commas: mean,alpha
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        help_heading = "Fit"
    )]
    pub(crate) fixed: Vec<String>,
    /// Parameters that move although by default they stay: outliers, known-shape, phi
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        help_heading = "Fit"
    )]
    pub(crate) free: Vec<String>,
    /// At most N passes over the history
    #[arg(long, value_name = "N", default_value_t = Options::default().evaluations, help_heading = "Fit")]
    pub(crate) evaluations: usize,

    /// Print one JSON object with the configuration that was found
    #[arg(long, conflicts_with = "csv", help_heading = "Output")]
    pub(crate) json: bool,
    /// Print the parameters as CSV
    #[arg(long, help_heading = "Output")]
    pub(crate) csv: bool,
    /// Print nothing but the options that were found, on one line
    #[arg(long, conflicts_with_all = ["json", "csv"], help_heading = "Output")]
    pub(crate) options: bool,
    /// Do not say what was assumed
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
}

#[derive(Args)]
pub(crate) struct ModelsArgs {
    /// A model or a hazard: all about it
    pub(crate) name: Option<String>,
}

#[derive(Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Args)]
pub(crate) struct ManArgs {
    /// A command; none is the program
    pub(crate) command: Option<String>,
}

/// What to do about a row that cannot be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnError {
    /// Stop with an error that names the line
    #[default]
    Stop,
    /// Let time pass without it, and count
    Skip,
}

/// A prior needs no more, and until it is known the observations are kept in memory, and in
/// the state.
const LONGEST_WARM_UP: u64 = 1_000_000;

/// Where an input begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FirstIndex {
    /// After the last observation that the state has seen.
    Next,
    /// At this index.
    At(u64),
}

impl std::str::FromStr for FirstIndex {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "next" {
            return Ok(Self::Next);
        }
        text.parse()
            .map(Self::At)
            .map_err(|_| "a number or \"next\"".to_owned())
    }
}

#[derive(Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct InputArgs {
    /// CSV, TSV or one number a line; - is standard input
    #[arg(default_value = "-", value_name = "FILE|-", help_heading = None)]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) table: TableArgs,
    /// Observations are irregular in time: hazards work with the time between them
    ///
    /// Takes the time column: numbers as they are, dates in days. With --hazard rate this
    /// holds by itself wherever there is a time column.
    #[arg(long)]
    pub(crate) irregular: bool,
    /// What counts as 1 in time, in what the time column counts in, of dates in days
    /// [default: 1 where a hazard is given, else the usual time between observations]
    #[arg(long, value_name = "X", value_parser = clap::value_parser!(f64))]
    pub(crate) time_unit: Option<f64>,
}

fn separator(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err("one ASCII character".to_owned()),
    }
}

fn decimal(text: &str) -> Result<Decimal, String> {
    match text {
        "." | "point" => Ok(Decimal::Point),
        "," | "comma" => Ok(Decimal::Comma),
        _ => Err("a point or a comma".to_owned()),
    }
}

/// How a table is read.
#[derive(Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct TableArgs {
    /// The column of the values: its name, its position from 1, or the path of a field of JSON;
    /// several with commas between them, each a series of its own, or with --together one series
    #[arg(short, long, value_name = "COLUMN")]
    column: Option<String>,
    /// Every column of numbers, each a series of its own, or with --together one series
    #[arg(long, conflicts_with = "column")]
    all: bool,
    /// Take several columns as one series: a row of them is one observation, and its numbers
    /// change together, each with a model of its own
    #[arg(long, conflicts_with = "features")]
    pub(crate) together: bool,
    /// The column that says which series a row is of; several with commas between them
    #[arg(long, value_name = "COLUMN")]
    by: Option<String>,
    /// The rows of a series stand together (--by): one series is in memory at a time
    #[arg(long, requires = "by")]
    pub(crate) grouped: bool,
    /// The column of the times, dates or numbers: carried through to the output
    ///
    /// Without it, a column with dates is taken, or a first column called time, year or the
    /// like. Where date and time of day are two columns: both, with a comma between them.
    #[arg(short, long, value_name = "COLUMN")]
    time: Option<String>,
    /// Put the rows in the order of their times
    #[arg(long)]
    sort: bool,
    /// Take the rows as they are where times are not in order, which is an error otherwise
    #[arg(long, conflicts_with = "sort")]
    no_sort: bool,
    /// The day comes before the month in dates such as 03/04/2024
    #[arg(long)]
    pub(crate) day_first: bool,
    /// The columns of the features that --model regression regresses on, separated by commas
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    features: Vec<String>,
    #[command(flatten)]
    pub(crate) beside: BesideArgs,
    /// Whether the first line names the columns
    #[arg(long, value_enum, default_value_t)]
    header: Header,
    /// The character between fields; a blank stands for any number of them [default: tab,
    /// semicolon, bar, comma or blanks, as found]
    #[arg(long, value_name = "CHAR", value_parser = separator)]
    separator: Option<u8>,
    /// The mark before decimals, a point or a comma [default: a point; a comma where fields
    /// are separated by semicolons and numbers have commas]
    #[arg(long, value_name = ".|,", value_parser = decimal)]
    decimal: Option<Decimal>,
    /// What lines that are comments begin with; nothing where it is empty
    #[arg(long, value_name = "TEXT", default_value = "#")]
    comment: String,
    /// What to do about missing values: an empty field, NA, N/A, NaN, null, - and the like, or
    /// an empty line where there is one number a line [default: error; skip with --na]
    #[arg(long, value_enum, value_name = "POLICY")]
    pub(crate) missing: Option<MissingPolicy>,
    /// More marks for missing values, separated by commas: -999,n.d.
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    na: Vec<String>,
}

impl TableArgs {
    /// How many features were named.
    pub(crate) fn features(&self) -> usize {
        self.features.len()
    }

    /// What to do where times are not in order, if something was said.
    pub(crate) fn sort(&self) -> Option<Sort> {
        match (self.sort, self.no_sort) {
            (true, _) => Some(Sort::Yes),
            (_, true) => Some(Sort::No),
            _ => None,
        }
    }

    /// Whether marks for missing values were named.
    pub(crate) fn names_missing(&self) -> bool {
        !self.na.is_empty()
    }

    pub(crate) fn request(&self) -> Request {
        let beside = self.beside.column();
        let features = match beside {
            Some((_, column)) => vec![column.to_owned()],
            None => self.features.clone(),
        };
        Request {
            columns: self.column.iter().cloned().collect(),
            all: self.all,
            together: self.together,
            by: self.by.clone(),
            time: self.time.clone(),
            features,
            beside: beside.map(|(beside, _)| beside.name()),
            header: self.header,
            separator: self.separator,
            decimal: self.decimal,
            na: self.na.clone(),
            comment: self.comment.clone(),
        }
    }
}

/// What makes a detector: model, hazard, pruning.
#[derive(Args)]
pub(crate) struct SetupArgs {
    /// Take model, hazard and pruning from a JSON file; the options below replace its parts
    #[arg(long, value_name = "FILE", help_heading = "Model")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) model: Said<ModelSpec>,
    #[command(flatten)]
    pub(crate) hazard: Said<HazardSpec>,
    #[command(flatten)]
    pub(crate) outliers: OutliersArgs,
    #[command(flatten)]
    pub(crate) preferences: PreferencesArgs,
    #[command(flatten)]
    pub(crate) pruning: PruningArgs,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    /// No two options have the same name, whatever models and hazards bring.
    #[test]
    fn options_are_sound() {
        Cli::command().debug_assert();
    }
}
