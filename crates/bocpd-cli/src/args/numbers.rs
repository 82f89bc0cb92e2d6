//! Numbers on the command line, the same for all options.

use std::any::TypeId;
use std::path::PathBuf;

use clap::{Arg, Command};

/// The definition with every option prepared for what may stand in place of its value, so
/// that whatever it is, the error is about this option: what begins with a minus is a value,
/// and a number is a finite one.
pub(super) fn checked(command: Command) -> Command {
    let command = command.mut_args(|arg| {
        if arg.is_positional() || !arg.get_action().takes_values() {
            return arg;
        }
        let values = arg.get_value_parser().type_id();
        let is = |kind: TypeId| values == kind;
        // A name may begin with a minus and still be forgotten: --column --quiet.
        if is(TypeId::of::<String>()) || is(TypeId::of::<PathBuf>()) {
            return arg.allow_negative_numbers(true);
        }
        let arg = arg.allow_hyphen_values(true);
        if is(TypeId::of::<f64>()) {
            finite(arg)
        } else {
            arg
        }
    });
    command.mut_subcommands(checked)
}

fn finite(arg: Arg) -> Arg {
    arg.value_parser(|text: &str| match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) if text.bytes().any(|byte| byte.is_ascii_digit()) => {
            Err("larger than numbers are here")
        }
        Ok(_) => Err("not a finite number"),
        Err(_) => Err("not a number"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Cli, Command};

    fn said(line: &str) -> Result<f64, String> {
        let args = line.split(' ').map(Into::into);
        match Cli::read(args).map_err(|error| error.to_string())?.command {
            Command::Detect(args) => Ok(args.mass),
            _ => unreachable!("lines of detect"),
        }
    }

    #[test]
    fn numbers_are_finite_and_may_be_negative() {
        assert_eq!(said("bocpd detect --mass 0.5"), Ok(0.5));
        assert_eq!(said("bocpd detect --mass -1e-3"), Ok(-0.001));
        let cases = [
            ("nan", "not a finite number"),
            ("-inf", "not a finite number"),
            ("1e400", "larger than numbers are here"),
            ("-1e400", "larger than numbers are here"),
            ("half", "not a number"),
            ("", "not a number"),
            ("-x", "not a number"),
            ("--quiet", "not a number"),
        ];
        for (text, why) in cases {
            let message = said(&format!("bocpd detect --mass {text}")).unwrap_err();
            let want = format!("error: invalid value '{text}' for '--mass <P>': {why}\n");
            assert!(message.starts_with(&want), "{message}");
        }
    }
}
