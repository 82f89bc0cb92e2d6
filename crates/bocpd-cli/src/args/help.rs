//! Help: short by default, with everything where it is asked for.

use clap::{Arg, ArgAction, Command};

/// The options that the short help has; all others are in the long one.
const SHORT: [&str; 39] = [
    "column",
    "all",
    "together",
    "by",
    "time",
    "sort",
    "irregular",
    "missing",
    "na",
    "decimal",
    "config",
    "model",
    "mean-run-length",
    "outliers",
    "json",
    "csv",
    "plot",
    "rank",
    "exit-code",
    "quiet",
    "warm-up",
    "only-changes",
    "recent",
    "on-error",
    "state",
    "alarm",
    "alarm-threshold",
    "only-alarms",
    "average-run-length",
    "false-alarm",
    "horizon",
    "fixed",
    "options",
    "resolution",
    "min-segment",
    "sensitivity",
    "help",
    "help-all",
    "version",
];

/// The definition with both kinds of help.
pub(super) fn with_help(command: Command) -> Command {
    let is_short = |arg: &Arg| {
        let long = arg.get_long();
        arg.is_positional() || long.is_some_and(|long| SHORT.contains(&long))
    };
    let command = command.mut_args(|arg| {
        let hidden = !is_short(&arg);
        arg.hide_short_help(hidden)
    });
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::HelpShort)
        .help("Print help");
    let all = Arg::new("help-all")
        .long("help-all")
        .action(ArgAction::HelpLong)
        .help("Print help with every option");
    let name = command.get_name().to_owned();
    command
        .disable_help_flag(true)
        .args([help, all])
        // The command that prints the help of others is clap's own.
        .mut_subcommands(move |inner| {
            if inner.get_name() == "help" && name == "bocpd" {
                inner
            } else {
                with_help(inner)
            }
        })
}
