//! Lines of a table that hold no record: comments, rules and the count below it.

/// Whether a line holds no record: it is empty, a comment, a rule, or the count of the rows.
pub(super) fn holds_no_record(line: &str, comment: &str) -> bool {
    line.trim().is_empty() || is_comment(line, comment) || is_rule(line) || is_count(line)
}

fn is_comment(line: &str, mark: &str) -> bool {
    !mark.is_empty() && line.trim_start().starts_with(mark)
}

/// The lines that psql, mysql and Markdown draw between a header and the rows:
/// `----+----`, `|---|--:|`, `==== ====`.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    let is_stroke = |c: char| matches!(c, '-' | '=' | '─' | '═');
    let is_cross = |c: char| matches!(c, '+' | '|' | ':' | ' ' | '┼' | '│' | '├' | '┤');
    // A row of data ends here, mostly at its first character.
    if !line.chars().all(|c| is_stroke(c) || is_cross(c)) {
        return false;
    }
    // One dash is a missing value, and so may three be where nothing else is in the line.
    let strokes = || line.split(is_cross).filter(|part| !part.is_empty());
    let count: usize = strokes().map(|part| part.chars().count()).sum();
    strokes().all(|part| part.chars().count() >= 2)
        && count >= 3
        && (line.contains(is_cross) || count >= 5)
}

/// What psql writes below a table: `(3 rows)`.
fn is_count(line: &str) -> bool {
    let inner = line
        .trim()
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let Some((count, rows)) = inner.and_then(|inner| inner.split_once(' ')) else {
        return false;
    };
    count.bytes().all(|byte| byte.is_ascii_digit()) && matches!(rows, "row" | "rows")
}

/// A row within bars, as mysql and Markdown write it, without the two at its ends.
pub(super) fn without_frame(line: &str) -> &str {
    let inner = line
        .trim()
        .strip_prefix("| ")
        .and_then(|rest| rest.strip_suffix(" |"));
    inner.unwrap_or(line)
}

/// Whether a field in quotes is still open at the end of a line; `within` says whether one was
/// at its beginning.
pub(super) fn leaves_open(line: &str, separators: &[u8], within: bool) -> bool {
    let mut quoted = within;
    // A quote opens a field only at its beginning, so that 5" stays an inch.
    let mut begins = !within;
    for byte in line.bytes() {
        match byte {
            b'"' if quoted => (quoted, begins) = (false, true),
            b'"' if begins => quoted = true,
            _ if quoted => {}
            byte if separators.contains(&byte) => begins = true,
            b' ' | b'\t' => {}
            _ => begins = false,
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_known_from_data() {
        for rule in [
            "----+----",
            "|---|--:|",
            "+----+-----+",
            "=====",
            " ---- ----",
            "─────┼────",
        ] {
            assert!(holds_no_record(rule, "#"), "{rule}");
        }
        for data in [
            "-",
            "--",
            "---",
            "-5",
            "1 - 2",
            "| 1 | - |",
            "- - -",
            "| - | - | - |",
            "",
            " ",
        ] {
            assert!(!is_rule(data), "{data}");
        }
        assert!(holds_no_record("(120 rows)", "") && holds_no_record(" (1 row)", ""));
        assert!(!holds_no_record("(120)", "") && !holds_no_record("(two rows)", ""));
    }

    #[test]
    fn a_frame_is_taken_off() {
        assert_eq!(without_frame("| a | b |"), "a | b");
        assert_eq!(without_frame("|a|b|"), "|a|b|");
    }

    #[test]
    fn quotes_are_open_or_closed() {
        let open = |line| leaves_open(line, b",", false);
        assert!(open("1,\"two"));
        assert!(open("1, \"two \"\"and"));
        assert!(!open("1,\"two \"\"and\"\"\""));
        assert!(!open("5\",6"));
        assert!(!leaves_open("end\",5", b",", true));
        assert!(leaves_open("end\",\"again", b",", true));
        assert!(leaves_open("nothing here", b",", true));
    }
}
