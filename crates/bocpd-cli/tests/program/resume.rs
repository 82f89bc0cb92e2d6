//! `bocpd stream --state`: killed at any moment, and started again.

use crate::common;

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{bocpd, json_lines, kill, run_on, stdout_of, steps, text, words};
use serde_json::Value;

/// Few hypotheses, so that changes settle soon.
const ARGS: &str = "stream -q --mean 0 --beta 1 -l 100 --max-hypotheses 10";

fn stream(more: &str) -> Command {
    bocpd(words(&format!("{ARGS} {more}")))
}

fn with_state(state: &Path, more: &str) -> Command {
    stream(&format!("--state {} {more}", state.display()))
}

fn settled(lines: &[Value], key: &str) -> Vec<u64> {
    let lists = lines.iter().filter_map(|line| line[key].as_array());
    lists
        .flatten()
        .map(|index| index.as_u64().unwrap())
        .collect()
}

#[test]
fn a_pipe_goes_on_where_the_last_one_ended() {
    let folder = tempfile::tempdir().unwrap();
    let input = steps(500, 100);
    let whole = stdout_of(stream(""), &input);
    let rows: Vec<_> = input.split_inclusive('\n').collect();
    for cut in [1, 99, 100, 101, 250, 499] {
        let state = folder.path().join(format!("state-{cut}"));
        let first = stdout_of(with_state(&state, ""), &rows[..cut].concat());
        let second = stdout_of(with_state(&state, ""), &rows[cut..].concat());
        assert_eq!(first + &second, whole, "cut at {cut}");
    }
}

#[test]
fn a_line_that_was_read_is_in_the_state() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let input = steps(400, 100);
    let whole = stdout_of(stream(""), &input);
    let rows: Vec<_> = input.split_inclusive('\n').collect();
    let mut got = String::new();
    let mut next = 0;
    // Killed after 1, 2, 3, ... lines: the next run takes the row after the last line read.
    for lives in 1.. {
        let mut child = with_state(&state, "")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        for row in rows.iter().skip(next).take(lives) {
            stdin.write_all(row.as_bytes()).unwrap();
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            // A kill between writing a line and saving that it was written: it comes again.
            if line.starts_with("{\"repeated\":true") {
                line.clear();
                stdout.read_line(&mut line).unwrap();
            }
            got += &line;
            next += 1;
        }
        kill(&mut child);
        if next == rows.len() {
            break;
        }
    }
    assert_eq!(got, whole);
}

#[test]
fn a_file_is_taken_up_again_after_kills_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let (data, state) = (folder.path().join("data"), folder.path().join("state"));
    let input = steps(20_000, 100);
    fs::write(&data, &input).unwrap();
    let whole = stdout_of(stream(""), &input);
    let mut got = String::new();
    let mut kills = 0;
    loop {
        let mut child = with_state(&state, &data.display().to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = child.stdout.take().unwrap();
        // Some bytes more each time; then the kill, and what had been written by then.
        let mut read = vec![0; 1 + kills * 7919 % 90_000];
        let all = stdout.read_exact(&mut read).is_ok();
        if all {
            child.kill().unwrap();
        }
        let done = child.wait().unwrap().success();
        if !all {
            // The output was shorter: read_exact leaves its beginning in the buffer.
            let end = read
                .iter()
                .position(|&byte| byte == 0)
                .unwrap_or(read.len());
            read.truncate(end);
        }
        stdout.read_to_end(&mut read).unwrap();
        got += &text(&read);
        if done {
            break;
        }
        kills += 1;
    }
    assert!(kills >= 5, "{kills}");
    let lines: Vec<_> = got.lines().collect();
    // Every line is there, and those that came again say so.
    let mut by_index = BTreeMap::new();
    for line in &lines {
        let first_time = line
            .replacen("\"repeated\":true,", "", 1)
            .replace("\"settled_repeated\":", "\"settled\":");
        let index = json_lines(&first_time)[0]["index"].as_u64().unwrap();
        let fresh = by_index.insert(index, first_time).is_none();
        assert!(
            fresh || line.starts_with("{\"repeated\":true,"),
            "{index} again: {line}"
        );
    }
    let union: String = by_index.into_values().map(|line| line + "\n").collect();
    assert_eq!(union, whole);
    // Nothing settles twice, and nothing that settled is lost.
    let parsed = json_lines(&got);
    let once = settled(&parsed, "settled");
    assert!(once.windows(2).all(|pair| pair[0] < pair[1]));
    let mut union = [once, settled(&parsed, "settled_repeated")].concat();
    union.sort_unstable();
    union.dedup();
    assert_eq!(union, settled(&json_lines(&whole), "settled"));
    assert_eq!(names(folder.path()), ["data", "state"]);
}

/// The names of all files in a folder.
fn names(folder: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| name(entry).into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// How many observations the state in a file has seen; the file must be whole.
fn seen(state: &Path) -> u64 {
    let bytes = fs::read(state).unwrap();
    let (content, checksum) = bytes.split_last_chunk::<4>().unwrap();
    assert_eq!(crc32fast::hash(content).to_le_bytes(), *checksum);
    let header = content.split(|&byte| byte == b'\n').next().unwrap();
    let header: Value = serde_json::from_slice(header).unwrap();
    header["observations"].as_u64().unwrap()
}

#[test]
fn at_any_moment_the_file_is_the_old_state_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let (data, state) = (folder.path().join("data"), folder.path().join("state"));
    fs::write(&data, steps(20_000, 100)).unwrap();
    let mut before = 0;
    let mut kills = 0;
    loop {
        let mut child = with_state(&state, &data.display().to_string())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Looked at as often as possible while it runs, and killed after ever more states.
        let mut states = 0;
        let done = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status.success();
            }
            if state.exists() {
                let now = seen(&state);
                assert!(now >= before, "{now} after {before}");
                states += u64::from(now > before);
                before = now;
            }
            if states > kills {
                kill(&mut child);
                break false;
            }
        };
        if done {
            break;
        }
        let now = seen(&state);
        assert!(now >= before, "{now} after {before}");
        kills += 1;
        // What was half written is there once at most, and goes with the next run.
        let half = names(folder.path());
        let half = half.iter().filter(|name| name.contains(".tmp")).count();
        assert!(half <= 1, "{half}");
    }
    assert!(kills >= 3, "{kills}");
    assert_eq!(seen(&state), 20_000);
    assert_eq!(names(folder.path()), ["data", "state"]);
}

/// A run that has taken in a row and waits for more.
fn waiting(state: &Path) -> std::process::Child {
    let mut child = with_state(state, "")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.as_mut().unwrap().write_all(b"1\n").unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("{\"index\":"), "{line}");
    // The state is saved before the line is printed.
    let patience = std::time::Instant::now();
    while !state.exists() {
        assert!(patience.elapsed().as_secs() < 60, "nothing is saved");
        std::thread::yield_now();
    }
    child
}

#[test]
fn a_state_belongs_to_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let mut first = waiting(&state);
    let second = run_on(with_state(&state, ""), "2\n");
    assert_eq!(second.status.code(), Some(1));
    assert_eq!(text(&second.stdout), "");
    assert_eq!(
        text(&second.stderr),
        format!(
            "bocpd: error: --state {}: in use by another process\n",
            state.display()
        )
    );
    // By another name, too.
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&state, &link).unwrap();
    let by_link = run_on(with_state(&link, ""), "2\n");
    assert_eq!(by_link.status.code(), Some(1));
    assert!(text(&by_link.stderr).contains("in use by another process"));
    // One that was killed is in nobody's way. (Its own line comes once more if it was killed
    // before it had noted that the line was written.)
    kill(&mut first);
    let lines = json_lines(&stdout_of(with_state(&state, ""), "2\n"));
    assert_eq!(lines.last().unwrap()["index"], 1);
    assert_eq!(names(folder.path()), ["link", "state"]);
    // Nor is one that ended by itself.
    let mut third = waiting(&state);
    drop(third.stdin.take());
    assert!(third.wait().unwrap().success());
    assert!(json_lines(&stdout_of(with_state(&state, ""), "2\n"))[0]["index"] == 3);
}

#[test]
fn of_many_that_begin_at_once_one_has_the_state() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    for round in 1..=5 {
        let start = || {
            let mut command = with_state(&state, "");
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
            command.stderr(Stdio::null()).spawn().unwrap()
        };
        let mut children: Vec<_> = (0..8).map(|_| start()).collect();
        for child in &mut children {
            let _ = child.stdin.as_mut().unwrap().write_all(b"1\n");
        }
        let mut outputs = Vec::new();
        for child in children {
            outputs.push(child.wait_with_output().unwrap());
        }
        // They end one after the other, so that more than one may have had its turn. No two
        // had it at once: each line was written once.
        let lines = outputs
            .iter()
            .map(|output| text(&output.stdout))
            .collect::<String>();
        let mut indices: Vec<_> = json_lines(&lines)
            .iter()
            .map(|line| line["index"].as_u64().unwrap())
            .collect();
        indices.sort_unstable();
        let good = outputs.iter().filter(|output| output.status.success());
        assert_eq!(good.count(), indices.len(), "round {round}");
        let first = indices[0];
        assert!(
            indices
                .iter()
                .copied()
                .eq(first..first + indices.len() as u64),
            "{indices:?}"
        );
        assert_eq!(seen(&state), first + indices.len() as u64);
    }
}

#[test]
fn a_link_to_a_state_is_followed() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("elsewhere")).unwrap();
    let (state, link) = (
        folder.path().join("elsewhere/state"),
        folder.path().join("link"),
    );
    stdout_of(with_state(&state, ""), "1\n");
    symlink("elsewhere/state", &link).unwrap();
    stdout_of(with_state(&link, ""), "2\n");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(seen(&state), 2);
    assert_eq!(names(folder.path()), ["elsewhere", "link"]);
    assert_eq!(names(&folder.path().join("elsewhere")), ["state"]);
}

#[test]
fn what_cannot_be_a_state_is_refused() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    symlink("nowhere", at("dangling")).unwrap();
    symlink("loop", at("loop")).unwrap();
    fs::create_dir(at("folder")).unwrap();
    let fifo = Command::new("mkfifo").arg(at("fifo")).status().unwrap();
    assert!(fifo.success());
    let cases = [
        ("dangling", "a link to a file that is not there"),
        ("loop", "Too many levels of symbolic links"),
        ("folder", "not a file"),
        ("fifo", "not a file"),
        ("..", "not a file"),
        ("nowhere/state", "No such file"),
    ];
    for (name, want) in cases {
        let before = names(folder.path());
        let output = run_on(with_state(&at(name), ""), "1\n");
        assert_eq!(output.status.code(), Some(1), "{name}");
        let message = text(&output.stderr);
        assert!(
            message.contains(&format!("--state {}: ", at(name).display())),
            "{message}"
        );
        assert!(message.contains(want), "{message}");
        assert_eq!(names(folder.path()), before);
    }
}

/// Links that somebody else has put where files of the program may come to stand.
#[test]
fn links_beside_the_state_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("victim"), "untouched").unwrap();
    for name in ["state.tmp", "state.aaaaaaaaaaaa.tmp", ".state.tmp"] {
        symlink("victim", at(name)).unwrap();
    }
    stdout_of(with_state(&at("state"), ""), "1\n");
    assert!(fs::symlink_metadata(at("state")).unwrap().is_file());
    symlink("victim", at("state.lock")).unwrap();
    let output = run_on(with_state(&at("state"), ""), "1\n");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("state.lock"), "{output:?}");
    assert_eq!(fs::read_to_string(at("victim")).unwrap(), "untouched");
    assert_eq!(seen(&at("state")), 1);
}

#[test]
fn permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let plain = folder.path().join("plain");
    fs::write(&plain, "").unwrap();
    stdout_of(with_state(&state, ""), "1\n");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&state), mode(&plain), "of a new file, as any other");
    for wanted in [0o600, 0o640, 0o666, 0o400] {
        fs::set_permissions(&state, fs::Permissions::from_mode(wanted)).unwrap();
        stdout_of(with_state(&state, ""), "1\n");
        assert_eq!(mode(&state) & 0o7777, wanted);
    }
}

#[test]
fn into_a_file_every_line_is_written_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let [data, state, out] = ["data", "state", "out"].map(|name| folder.path().join(name));
    let input = steps(20_000, 100);
    fs::write(&data, &input).unwrap();
    let whole = stdout_of(stream(""), &input);
    for kills in 1.. {
        let appended = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&out)
            .unwrap();
        let before = appended.metadata().unwrap().len();
        let mut child = with_state(&state, &data.display().to_string())
            .stdout(appended)
            .spawn()
            .unwrap();
        let written = || fs::metadata(&out).unwrap().len() - before;
        while written() < kills * 60_000 && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            break;
        }
    }
    assert!(fs::read_to_string(&out).unwrap() == whole);
}

/// A run that is stopped after it has saved its state and before it has written a line.
fn unread(state: &Path, input: &str) {
    let mut command = with_state(state, "");
    command
        .stdin(Stdio::piped())
        .stdout(File::create("/dev/full").unwrap())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn lines_that_may_have_been_read_come_again_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let input = steps(180, 100);
    unread(&state, &input);
    let again = stdout_of(with_state(&state, ""), "");
    let lines = json_lines(&again);
    let whole = stdout_of(stream(""), &input);
    assert_eq!(lines.len(), 180);
    assert!(lines.iter().all(|line| line["repeated"] == true));
    assert_eq!(settled(&lines, "settled"), [0; 0]);
    assert_eq!(
        settled(&lines, "settled_repeated"),
        settled(&json_lines(&whole), "settled")
    );
    assert_eq!(settled(&lines, "settled_repeated"), [100]);
    // Told once, they are told.
    assert_eq!(stdout_of(with_state(&state, ""), ""), "");
}

#[test]
fn a_file_that_has_the_lines_does_not_get_them_again() {
    let folder = tempfile::tempdir().unwrap();
    let [state, before, out] = ["state", "before", "out"].map(|name| folder.path().join(name));
    let run = |input: &str| {
        let out = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&out)
            .unwrap();
        let mut child = with_state(&state, "")
            .stdin(Stdio::piped())
            .stdout(out)
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        assert!(child.wait().unwrap().success());
    };
    let input = steps(150, 100);
    run(&input);
    let whole = fs::read_to_string(&out).unwrap();
    // As if killed after the first save of the only batch, with none, some or all written.
    fs::copy(&state, &before).unwrap();
    for kept in [0, 1, 1000, whole.len()] {
        put_back_in_outbox(&before, &state, &whole, &out);
        File::options()
            .write(true)
            .open(&out)
            .unwrap()
            .set_len(kept as u64)
            .unwrap();
        run("");
        assert_eq!(
            fs::read_to_string(&out).unwrap(),
            whole,
            "{kept} bytes were written"
        );
    }
}

/// Makes a state as it is between its two saves, for a batch that began with the file.
fn put_back_in_outbox(from: &Path, to: &Path, lines: &str, out: &Path) {
    use std::os::unix::fs::MetadataExt;
    let bytes = fs::read(from).unwrap();
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap();
    let mut header: Value = serde_json::from_slice(&bytes[..end]).unwrap();
    let metadata = fs::metadata(out).unwrap();
    header["outbox_bytes"] = lines.len().into();
    header["output"] =
        serde_json::json!({"device": metadata.dev(), "inode": metadata.ino(), "length": 0});
    let mut state = header.to_string().into_bytes();
    state.push(b'\n');
    state.extend(&bytes[end + 1..bytes.len() - 4]);
    state.extend(lines.as_bytes());
    let checksum = crc32fast::hash(&state);
    state.extend(checksum.to_le_bytes());
    fs::write(to, state).unwrap();
}

#[test]
fn a_warm_up_goes_on_too() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let input = steps(60, 30);
    let rows: Vec<_> = input.split_inclusive('\n').collect();
    let run = |state: Option<&Path>, rows: &[&str]| {
        let mut command = bocpd(words("stream -q --warm-up 40"));
        if let Some(state) = state {
            command.arg("--state").arg(state);
        }
        stdout_of(command, &rows.concat())
    };
    assert_eq!(run(Some(&state), &rows[..15]), "");
    assert_eq!(run(Some(&state), &rows[15..39]), "");
    assert_eq!(run(Some(&state), &rows[39..]), run(None, &rows));
}

#[test]
fn the_first_index_says_what_to_pass_over() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let input = steps(100, 50);
    let rows: Vec<_> = input.split_inclusive('\n').collect();
    let whole = stdout_of(stream(""), &input);
    let first = stdout_of(with_state(&state, ""), &rows[..60].concat());
    let overlap = stdout_of(
        with_state(&state, "--first-index 50"),
        &rows[50..80].concat(),
    );
    let all = stdout_of(with_state(&state, "--first-index 0"), &input);
    assert_eq!(first + &overlap + &all, whole);
    let gap = run_on(with_state(&state, "--first-index 101"), "1\n");
    assert_eq!(gap.status.code(), Some(2));
    assert_eq!(
        text(&gap.stderr),
        "bocpd: error: --first-index 101: the next observation expected is 100\n"
    );
}

#[test]
fn a_table_is_continued_with_and_without_its_header() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let nile = fs::read_to_string(common::root().join("docs/data/nile.csv")).unwrap();
    let rows: Vec<_> = nile.split_inclusive('\n').collect();
    let args = "stream -q --mean 1000 --beta 20000 --column volume --time year";
    let run = |rows: &[&str]| {
        let mut command = bocpd(words(args));
        command.arg("--state").arg(&state);
        stdout_of(command, &rows.concat())
    };
    let first = run(&rows[..31]);
    let second = run(&rows[31..61]);
    let third = run(&[&rows[..1], &rows[61..]].concat());
    assert_eq!(
        first + &second + &third,
        stdout_of(bocpd(words(args)), &nile)
    );
}

#[test]
fn other_options_and_damaged_states_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    stdout_of(with_state(&state, ""), "1\n2\n");
    let output = run_on(with_state(&state, "--kappa 2 --irregular"), "1\n");
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    assert!(
        message.contains("these differ: --irregular, --kappa"),
        "{message}"
    );

    let bytes = fs::read(&state).unwrap();
    for at in (0..bytes.len()).step_by(11) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        fs::write(&state, &damaged).unwrap();
        let output = run_on(with_state(&state, ""), "1\n");
        assert_eq!(output.status.code(), Some(1), "byte {at}");
        assert!(text(&output.stdout).is_empty());
    }
}
