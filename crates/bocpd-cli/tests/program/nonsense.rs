//! Every option of every command with values that make no sense: an error that names the
//! option and the value, at once, or the value is taken. Which options there are is asked of
//! the program, so new ones are tried too.

use crate::common;

use std::any::TypeId;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use clap::Arg;
use common::{ended, lines};

/// No number at all: refused by every option that takes one.
const NO_NUMBERS: [&str; 10] = [
    "nan", "NaN", "-nan", "inf", "-inf", "Infinity", "1e400", "-1e400", "words", "",
];
/// Numbers that make sense for few options only.
const ODD_NUMBERS: [&str; 8] = [
    "-1",
    "0",
    "-0.0",
    "1e-320",
    "1e18",
    "1e300",
    "1000000000000000000",
    "18446744073709551615",
];
/// The memory that it may take, in kB.
const MEMORY: u32 = 4_000_000;

/// A command with what it needs besides the option that is tried.
#[derive(Clone)]
struct Line {
    command: &'static str,
    options: Vec<(String, String)>,
}

struct Ended {
    code: i32,
    message: String,
}

impl Line {
    fn new(command: &'static str) -> Self {
        let options: &[_] = match command {
            "stream" => &[("--warm-up", "20")],
            "calibrate" => &[
                ("--average-run-length", "20"),
                ("--streams", "3"),
                ("--longest", "20"),
            ],
            "fit" => &[("--evaluations", "3")],
            _ => &[],
        };
        let own = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            command,
            options: options.iter().map(own).collect(),
        }
    }

    fn with(&self, name: &str, value: &str) -> Self {
        let mut line = self.clone();
        line.options.retain(|(other, _)| other != name);
        line.options.push((name.to_owned(), value.to_owned()));
        line
    }

    fn run(&self, folder: &Path) -> Ended {
        let mut shell = Command::new("sh");
        let limited = format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"");
        shell.args([
            "-c",
            &limited,
            env!("CARGO_BIN_EXE_bocpd"),
            self.command,
            "data.csv",
            "-q",
        ]);
        for (name, value) in &self.options {
            shell.arg(name).arg(value);
        }
        let mut child = shell
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let Some((status, message)) = ended(&mut child) else {
            panic!("{}: it does not end", self.shown());
        };
        let code = status.code().unwrap_or(-1);
        assert!(
            (0..4).contains(&code),
            "{}: {status}, {message}",
            self.shown()
        );
        assert!(!message.contains("panicked"), "{}: {message}", self.shown());
        Ended { code, message }
    }

    fn shown(&self) -> String {
        format!("{} {:?}", self.command, self.options)
    }

    /// What this line lacks according to the message: options with values that are fit for
    /// almost all.
    fn completed(&self, unfit: &BTreeSet<String>, message: &str) -> Option<Self> {
        let needed = if let Some((_, needed)) = message.split_once(" needs --") {
            options_in(&format!("--{needed}"))
        } else if let Some((_, needed)) = message.split_once("arguments were not provided:") {
            options_in(needed.split("Usage").next().unwrap())
        } else {
            return None;
        };
        let lacking = needed.into_iter().find(|name| !unfit.contains(name))?;
        let value = match &lacking[..] {
            "--state" => "a.state",
            "--hazard-p" | "--false-alarm" | "--outliers" => "0.5",
            _ => "2",
        };
        Some(self.with(&lacking, value))
    }
}

/// All options that a text names.
fn options_in(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let options = words.filter(|word| word.starts_with("--"));
    options.map(str::to_owned).collect()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    // What every model can observe.
    let rows = lines((0..40).map(|i| format!("{i},1")));
    fs::write(folder.path().join("data.csv"), format!("time,x\n{rows}")).unwrap();
    folder
}

fn command(name: &str) -> clap::Command {
    let definition = bocpd_cli::definition();
    definition.find_subcommand(name).unwrap().clone()
}

fn long(arg: &Arg) -> String {
    format!(
        "--{}",
        arg.get_long().expect("every option has a long name")
    )
}

fn is_number(arg: &Arg) -> bool {
    let kind = arg.get_value_parser().type_id();
    [
        TypeId::of::<f64>(),
        TypeId::of::<u64>(),
        TypeId::of::<u32>(),
        TypeId::of::<usize>(),
    ]
    .iter()
    .any(|number| kind == *number)
}

/// A line in which an option has a meaning: with one of the models or hazards, without what
/// it excludes, and with what it needs. Beside it, a value that can be used.
fn line_for(
    command: &clap::Command,
    arg: &Arg,
    name: &'static str,
    folder: &Path,
) -> (Line, &'static str) {
    let option = long(arg);
    let mut plain = Line::new(name);
    let mut unfit: BTreeSet<_> = command
        .get_arg_conflicts_with(arg)
        .into_iter()
        .map(long)
        .collect();
    unfit.insert(option.clone());
    plain.options.retain(|(other, _)| !unfit.contains(other));
    let mut lines = vec![plain.clone()];
    if !unfit.contains("--model") {
        // A model that is named takes less time than a choice among some.
        lines.insert(0, plain.with("--model", "gaussian"));
    }
    for choice in ["model", "hazard"] {
        let all = command
            .get_arguments()
            .find(|a| a.get_long() == Some(choice))
            .unwrap();
        for value in all.get_possible_values() {
            lines.push(plain.with(&format!("--{choice}"), value.get_name()));
        }
    }
    let mut last = String::new();
    for line in lines {
        // Where a hazard is at fault, a model cannot mend it, nor the other way round.
        let chooses = |option: &str| line.options.iter().any(|(name, _)| name == option);
        if last.contains("is not a parameter of --hazard") && !chooses("--hazard")
            || last.contains("is not a parameter of --model") && !chooses("--model")
        {
            continue;
        }
        for good in ["2", "0.05", "100000", "next", "1,1,1,1,1"] {
            let mut line = line.clone();
            for _ in 0..5 {
                let Ended { code, message } = line.with(&option, good).run(folder);
                let _ = fs::remove_file(folder.join("a.state"));
                if code == 0 {
                    return (line, good);
                }
                last = message;
                if last.contains("cannot be used with") {
                    let excluded = options_in(last.lines().next().unwrap());
                    line.options.retain(|(name, _)| !excluded.contains(name));
                } else if let Some(completed) = line.completed(&unfit, &last) {
                    line = completed;
                } else {
                    break;
                }
            }
            if last.contains("is not a parameter of ") {
                break;
            }
            if ["cannot read", "cannot write", "no column"]
                .iter()
                .any(|it| last.contains(it))
            {
                // The name of a file or of a column.
                return (plain, "");
            }
        }
    }
    // Those that take no number: names, files, words.
    assert!(
        !is_number(arg),
        "{name}: no line for {option}; the last one ended with {last}"
    );
    (plain, "")
}

/// The value as messages have it: as it was given, or as the number that it is.
fn names(message: &str, value: &str) -> bool {
    let as_number = value.parse::<f64>().map(|number| number.to_string());
    message.contains(value) || as_number.is_ok_and(|number| message.contains(&number))
}

fn try_all(name: &'static str) {
    let folder = folder();
    if name == "fit" {
        // There time is counted in observations: of a file with times no rate is fitted.
        let values = lines((0..40).map(|_| "1"));
        fs::write(folder.path().join("data.csv"), format!("x\n{values}")).unwrap();
    }
    let command = command(name);
    let mut tried = 0;
    for arg in command.get_arguments() {
        if arg.is_positional() || !arg.get_action().takes_values() {
            continue;
        }
        let option = long(arg);
        let (line, good) = if option == "--features" {
            // There is no column for some in the data, and calibration takes none.
            if name == "calibrate" {
                continue;
            }
            (Line::new(name).with("--model", "regression"), "none")
        } else {
            line_for(&command, arg, name, folder.path())
        };
        for value in NO_NUMBERS.into_iter().chain(ODD_NUMBERS) {
            // After the name of a column or a file has been forgotten, too, options are options.
            if !is_number(arg) && ["-nan", "-inf"].contains(&value) {
                continue;
            }
            // In a list, among others that can be used.
            let line = match good.split_once(',') {
                Some((_, rest)) => line.with(&option, &format!("{value},{rest}")),
                None => line.with(&option, value),
            };
            let Ended { code, message } = line.run(folder.path());
            let _ = fs::remove_file(folder.path().join("a.state"));
            let what = format!("{}: {message}", line.shown());
            if is_number(arg) && NO_NUMBERS.contains(&value) {
                assert_eq!(code, 2, "{what}");
            }
            // What was taken as it is may make nothing of the data.
            let about_data = !is_number(arg) && message.contains("data.csv, line ");
            if code != 0 && !about_data {
                assert!(
                    message.contains(&option) && names(&message, value),
                    "{what}"
                );
            }
        }
        tried += 1;
    }
    assert!(tried >= 20, "{tried}");
}

#[test]
fn of_detect() {
    try_all("detect");
}

#[test]
fn of_stream() {
    try_all("stream");
}

#[test]
fn of_calibrate() {
    try_all("calibrate");
}

#[test]
fn of_fit() {
    try_all("fit");
}

/// What was wrong is said before anything is waited for.
#[test]
fn before_data_arrive() {
    for line in [
        "detect --kappa -1",
        "detect --mass 2",
        "detect --hazard weibull --hazard-shape 2 --hazard-scale -3",
        "stream --warm-up 5 --alarm-window 0",
        "stream --mean 0 --beta 1 --max-hypotheses 1",
        "stream --warm-up 5 --model binomial",
        "stream --mean 3",
        "calibrate - --average-run-length 10 --min-weight 2",
        "fit --kappa -1",
        "fit --evaluations 0",
        "fit --model poisson --fixed kappa",
    ] {
        let mut child = common::bocpd(common::words(line))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Its input stays open, and empty.
        let _input = child.stdin.take().unwrap();
        let (status, message) = ended(&mut child).expect("it ends");
        assert_eq!(status.code(), Some(2), "{line}: {message}");
    }
}

#[test]
fn by_options_and_by_files() {
    let folder = folder();
    let config = r#"{"model": {"gamma": {"shape": -1, "rate": 1, "known_shape": 1}},
        "hazard": {"weibull": {"shape": 0, "scale": 3}},
        "pruning": {"max_hypotheses": 1}, "alarm": {"threshold": 2, "window": 9, "min_segment": 1,
        "clear": 0.5, "cool_down": 0, "latched": false}}"#;
    fs::write(folder.path().join("c.json"), config).unwrap();
    let cases: [(&str, &[&str], &str); 11] = [
        (
            "detect",
            &["--model", "poisson", "--shape", "-2"],
            "--shape must lie in [1/1e100, 1e100], got -2",
        ),
        (
            "detect",
            &[
                "--hazard",
                "weibull",
                "--hazard-shape",
                "-2",
                "--hazard-scale",
                "1",
            ],
            "--hazard-shape must",
        ),
        (
            "detect",
            &["--model", "student-t-grid", "--nu", "3,0.1"],
            "--nu[1] must",
        ),
        (
            "detect",
            &["--hazard", "table", "--hazard-table", "0.1,0.2,7"],
            "--hazard-table[2] must",
        ),
        (
            "stream",
            &["--alarm-window", "5", "--alarm-min-segment", "6"],
            "--alarm-min-segment must be at most the window, got 6",
        ),
        (
            "stream",
            &["--config", "c.json"],
            "--config c.json: shape must lie in [1/1e100, 1e100], got -1",
        ),
        (
            "stream",
            &["--config", "c.json", "--shape", "-3"],
            "--shape must",
        ),
        (
            "stream",
            &["--config", "c.json", "--shape", "3"],
            "--config c.json: shape must lie in [0.01, 100], got 0",
        ),
        (
            "stream",
            &["--config", "c.json", "--shape", "3", "--hazard-shape", "-3"],
            "--hazard-shape must",
        ),
        (
            "stream",
            &["--config", "c.json", "--hazard-shape", "3", "--shape", "3"],
            "--config c.json: max_hypotheses must",
        ),
        (
            "stream",
            &[
                "--config",
                "c.json",
                "--hazard-shape",
                "3",
                "--shape",
                "3",
                "--max-hypotheses",
                "9",
            ],
            "--config c.json: threshold must",
        ),
    ];
    for (command, args, want) in cases {
        let mut line = Line::new(command);
        line.options.clear();
        if command == "stream" {
            line = line.with("--warm-up", "9");
        }
        for pair in args.chunks(2) {
            line = line.with(pair[0], pair[1]);
        }
        let Ended { code, message } = line.run(folder.path());
        assert_eq!(code, 2, "{message}");
        assert!(
            message.starts_with(&format!("bocpd: error: {want}")),
            "{want}: {message}"
        );
    }
}
