//! JSON: objects in lines, and whole documents made into such lines.

use std::io::{self, BufRead, BufReader, Read};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use super::source::{Format, Source};
use crate::foreign;

/// A line longer than this is taken for a document, which is read as a whole.
const LONG: u64 = 1 << 20;

/// Finds out whether a text is JSON. Objects in lines stay as they are; a document becomes such
/// lines: an array of numbers or objects, or the answer of Prometheus to a query.
///
/// # Errors
/// It begins like JSON and is none, or a document of which nothing is known.
pub(super) fn lines(mut source: Source) -> Result<Source> {
    let mut reader = BufReader::new(source.reader);
    let first = loop {
        let bytes = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            bytes => bytes.with_context(|| source.name.clone())?,
        };
        let skip = |byte: &&u8| byte.is_ascii_whitespace() && **byte != b'\n' && **byte != b'\r';
        // A mark of UTF-8 before it, or blanks; lines before it are a table's.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        break bytes.iter().find(|byte| !skip(byte)).copied();
    };
    if !matches!(first, Some(b'{' | b'[')) {
        source.reader = Box::new(reader);
        return Ok(source);
    }
    let mut line = Vec::new();
    let mut limited = reader.by_ref().take(LONG);
    limited
        .read_until(b'\n', &mut line)
        .with_context(|| source.name.clone())?;
    let object: Option<Map<String, Value>> = serde_json::from_slice(without_mark(&line)).ok();
    if object.is_some_and(|object| !is_answer(&object)) {
        source.reader = Box::new(io::Cursor::new(line).chain(reader));
        source.format = Format::Json;
        return Ok(source);
    }
    let mut all = line;
    reader
        .read_to_end(&mut all)
        .with_context(|| source.name.clone())?;
    let document: Value = match serde_json::from_slice(without_mark(&all)) {
        Ok(document) => document,
        // A table whose first name begins with a bracket.
        Err(_) if !begins_like_json(&all) => {
            source.reader = Box::new(io::Cursor::new(all));
            return Ok(source);
        }
        Err(error) => bail!(
            "{} is neither a JSON document nor JSON lines: {}",
            source.name,
            foreign::said(&error)
        ),
    };
    let records = records(document).with_context(|| source.name.clone())?;
    let mut text = Vec::new();
    for record in records {
        serde_json::to_writer(&mut text, &record).context("text in memory")?;
        text.push(b'\n');
    }
    source.reader = Box::new(io::Cursor::new(text));
    source.format = Format::Json;
    source.length = None;
    Ok(source)
}

/// Whether an object is all that Prometheus answers.
fn is_answer(object: &Map<String, Value>) -> bool {
    let result = object.get("data").and_then(|data| data.get("result"));
    result.is_some_and(Value::is_array) || object.get("status").is_some_and(|s| s == "error")
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Whether a bracket is followed by what follows it in JSON.
fn begins_like_json(bytes: &[u8]) -> bool {
    let mut bytes = without_mark(bytes)
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace());
    match (bytes.next(), bytes.next()) {
        (Some(b'{'), Some(b'"' | b'}')) => true,
        (Some(b'['), Some(next)) => matches!(next, b'{' | b'[' | b']' | b'-' | b'"' | b'0'..=b'9'),
        _ => false,
    }
}

/// The records of a document.
fn records(document: Value) -> Result<Vec<Value>> {
    match document {
        Value::Array(items) => Ok(items.into_iter().map(record).collect()),
        Value::Object(object) => {
            let result = object.get("data").and_then(|data| data.get("result"));
            if let Some(Value::Array(series)) = result {
                return Ok(of_prometheus(series));
            }
            if let Some(Value::String(error)) = object.get("error") {
                bail!("an answer that is an error: {}", foreign::shortened(error));
            }
            if object
                .values()
                .any(|value| !value.is_array() && !value.is_object())
            {
                return Ok(vec![Value::Object(object)]);
            }
            bail!(
                "a JSON document without records: an array of numbers or objects, one object a \
                 line, or what Prometheus answers to query_range is needed"
            )
        }
        other => Ok(vec![record(other)]),
    }
}

/// An element of an array as an object with names: a pair is time and value.
fn record(item: Value) -> Value {
    match item {
        Value::Object(_) => item,
        Value::Array(mut fields) if fields.len() == 2 => {
            let (value, time) = (fields.pop(), fields.pop());
            json!({"time": time, "value": value})
        }
        Value::Array(fields) => {
            let named = fields.into_iter().enumerate();
            Value::Object(
                named
                    .map(|(i, field)| ((i + 1).to_string(), field))
                    .collect(),
            )
        }
        number => json!({ "value": number }),
    }
}

/// The points of all series, with their labels.
fn of_prometheus(series: &[Value]) -> Vec<Value> {
    let mut records = Vec::new();
    for one in series {
        let labels = one.get("metric").and_then(Value::as_object);
        let name = labels.map_or_else(String::new, in_words);
        let many = one.get("values").and_then(Value::as_array);
        let single = one.get("value").into_iter();
        for point in many.into_iter().flatten().chain(single) {
            let mut record = Map::new();
            record.insert("time".to_owned(), point[0].clone());
            record.insert("value".to_owned(), point[1].clone());
            if series.len() > 1 {
                record.insert("series".to_owned(), json!(name));
                for (label, value) in labels.into_iter().flatten() {
                    record.entry(label.clone()).or_insert_with(|| value.clone());
                }
            }
            records.push(Value::Object(record));
        }
    }
    records
}

/// Labels as Prometheus writes them.
fn in_words(labels: &Map<String, Value>) -> String {
    let name = labels
        .get("__name__")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let others = labels.iter().filter(|(label, _)| *label != "__name__");
    let others: Vec<_> = others
        .map(|(label, value)| format!("{label}={value}"))
        .collect();
    if others.is_empty() && !name.is_empty() {
        name.to_owned()
    } else {
        format!("{name}{{{}}}", others.join(","))
    }
}

/// The names of what can be a column of an object: everything that is no object itself, by
/// its path.
pub(super) fn names(object: &Value) -> Vec<String> {
    let mut names = Vec::new();
    collect(object, "", &mut names);
    names
}

fn collect(value: &Value, path: &str, names: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                collect(field, &path, names);
            }
        }
        _ => names.push(path.to_owned()),
    }
}

/// What stands at a path in an object, as text; nothing where there is nothing, or null.
pub(super) fn at(object: &Value, path: &str) -> String {
    match find(object, path) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn find<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    if let Some(field) = value.get(path) {
        return Some(field);
    }
    // Names may have points in them: the longest that is there is taken.
    let mut points = path.rmatch_indices('.');
    points.find_map(|(at, _)| child(value, &path[..at], &path[at + 1..]))
}

fn child<'a>(value: &'a Value, name: &str, rest: &str) -> Option<&'a Value> {
    let inner = match value {
        Value::Array(items) => items.get(name.parse::<usize>().ok()?)?,
        other => other.get(name)?,
    };
    match (inner, rest.parse::<usize>()) {
        (Value::Array(items), Ok(at)) => items.get(at),
        _ => find(inner, rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<Value>> {
        records(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn paths_lead_into_objects_and_arrays() {
        let object = json!({"a": {"b.c": 1.5, "d": [7, {"e": "x"}]}, "f": null, "g": true});
        assert_eq!(names(&object), ["a.b.c", "a.d", "f", "g"]);
        for (path, want) in [
            ("a.b.c", "1.5"),
            ("a.d.0", "7"),
            ("a.d.1.e", "x"),
            ("f", ""),
            ("nothing.here", ""),
            ("g", "true"),
        ] {
            assert_eq!(at(&object, path), want, "{path}");
        }
    }

    #[test]
    fn an_array_is_records() {
        assert_eq!(
            of("[1, 2]").unwrap(),
            [json!({"value": 1}), json!({"value": 2})]
        );
        assert_eq!(of("[[5, 1]]").unwrap(), [json!({"time": 5, "value": 1})]);
        assert_eq!(of(r#"[{"v": 1}]"#).unwrap(), [json!({"v": 1})]);
    }

    #[test]
    fn the_answer_of_prometheus_is_records() {
        let one = r#"{"status": "success", "data": {"resultType": "matrix", "result": [
            {"metric": {"__name__": "up", "job": "a"}, "values": [[1, "0"], [2, "1"]]}]}}"#;
        let want = [
            json!({"time": 1, "value": "0"}),
            json!({"time": 2, "value": "1"}),
        ];
        assert_eq!(of(one).unwrap(), want);
        let two = r#"{"data": {"result": [
            {"metric": {"job": "a"}, "values": [[1, "0"]]},
            {"metric": {"job": "b"}, "value": [1, "5"]}]}}"#;
        let got = of(two).unwrap();
        assert_eq!(
            got[1],
            json!({"time": 1, "value": "5", "series": "{job=\"b\"}", "job": "b"})
        );
        let failed = of(r#"{"status": "error", "data": {}, "error": "no"}"#);
        assert_eq!(
            failed.unwrap_err().to_string(),
            "an answer that is an error: no"
        );
        assert!(of(r#"{"data": {}}"#).is_err());
    }
}
