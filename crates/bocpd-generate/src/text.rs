//! Text in lines, and Rust as rustfmt has it.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// The words of `text` in lines of at most `width` characters, each after `prefix`, those after
/// the first indented by `hang` blanks.
pub(crate) fn wrap(text: &str, prefix: &str, hang: usize, width: usize) -> String {
    let mut lines = String::new();
    let mut line = prefix.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > width {
            lines += &line;
            lines.push('\n');
            line = format!("{prefix}{}", " ".repeat(hang));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line += word;
        empty = false;
    }
    lines + &line + "\n"
}

/// A call or a declaration: `head`, then the arguments in parentheses, then `tail`; broken
/// where it is longer than `width`, with the rest under the first argument.
pub(crate) fn call(head: &str, arguments: &[String], tail: &str, width: usize) -> String {
    let indent = " ".repeat(head.chars().count() + 1);
    let mut lines = vec![format!("{head}(")];
    for (i, argument) in arguments.iter().enumerate() {
        let last = i + 1 == arguments.len();
        let piece = if last {
            format!("{argument}){tail}")
        } else {
            format!("{argument},")
        };
        let line = lines.last_mut().expect("a line");
        let begins = line.ends_with('(') || *line == indent;
        let gap = if begins { "" } else { " " };
        if begins || line.chars().count() + gap.len() + piece.chars().count() <= width {
            line.push_str(gap);
            line.push_str(&piece);
        } else {
            lines.push(format!("{indent}{piece}"));
        }
    }
    lines.join("\n") + "\n"
}

/// A source file as `cargo fmt` would leave it.
pub(crate) fn rustfmt(source: &str) -> String {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt, which cargo fmt needs too");
    let mut input = child.stdin.take().expect("its input");
    input.write_all(source.as_bytes()).expect("rustfmt reads");
    drop(input);
    let output = child.wait_with_output().expect("rustfmt ends");
    assert!(
        output.status.success(),
        "rustfmt refuses what was generated"
    );
    String::from_utf8(output.stdout).expect("text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_into_lines() {
        assert_eq!(
            wrap("one two three", "// ", 0, 10),
            "// one two\n// three\n"
        );
        assert_eq!(
            wrap("one two three", "- ", 2, 7),
            "- one\n-   two\n-   three\n"
        );
    }

    #[test]
    fn arguments_stand_under_the_first() {
        let arguments = ["int a", "int b", "int c"].map(str::to_owned);
        assert_eq!(call("f", &arguments, ";", 30), "f(int a, int b, int c);\n");
        assert_eq!(
            call("f", &arguments, ";", 16),
            "f(int a, int b,\n  int c);\n"
        );
    }
}
