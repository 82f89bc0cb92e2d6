//! Tables of models and hazards in the documentation.

use std::path::Path;

use bocpd_core::list::{HAZARDS, HazardSpec, MODELS, ModelSpec, Observes};
use bocpd_core::parameter::{DefaultRule, ParameterKind, ParameterValue};

use crate::kind::{Kind, Parameter, level};
use crate::region::Document;
use crate::{c, python};

pub(crate) fn documents(root: &Path) -> Vec<Document> {
    let open = |page: &str| Document::open(root, &format!("docs/{page}.md"));
    let (models, hazards) = (Kind::models(), Kind::hazards());
    vec![
        open("conventions")
            .with("models", &configured_models(&models))
            .with("hazards", &configured_hazards(&hazards))
            .with("parameters", &parameters(&models, &hazards)),
        open("tuning")
            .with("models", &which_model())
            .with("hazards", &which_hazard()),
        open("theory").with("models", &formulas(root, "model", &models)),
        open("c")
            .with("models", &setters(&models, ""))
            .with("hazards", &setters(&hazards, "_hazard")),
        open("python")
            .with("models", &constructors(&models, true))
            .with("hazards", &constructors(&hazards, false)),
    ]
}

/// A table between blank lines.
fn table<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = "\n".to_owned() + &line(&head.map(str::to_owned));
    text += &format!("|{}\n", "---|".repeat(N));
    for row in rows {
        text += &line(&row.map(|cell| cell.replace('|', "\\|")));
    }
    text + "\n"
}

fn code(name: &str) -> String {
    format!("`{name}`")
}

fn listed(parameter: &Parameter) -> String {
    let name = code(parameter.name());
    match parameter.spec.kind {
        ParameterKind::List => format!("{name} (list)"),
        ParameterKind::OptionalList => format!("{name} (list or null)"),
        _ => name,
    }
}

fn names(kind: &Kind) -> String {
    let names: Vec<_> = kind.parameters.iter().map(listed).collect();
    names.join(", ")
}

fn sentence(text: &str) -> String {
    text.trim_end_matches('.').to_owned()
}

fn observations(spec: &ModelSpec) -> &'static str {
    match spec.observes {
        Observes::Real => "real numbers",
        Observes::Positive => "positive numbers",
        Observes::Count => "0, 1, 2, …",
        Observes::Successes => "0, 1, …, `trials`",
        Observes::YesNo => "0 or 1",
        Observes::Category => "0, 1, …, `categories` − 1",
        other => panic!("{other:?} has no words yet"),
    }
}

fn configured_models(kinds: &[Kind]) -> String {
    let rows = kinds.iter().zip(MODELS).map(|(kind, spec)| {
        let observations = observations(spec).to_owned();
        [
            code(kind.name),
            observations,
            names(kind),
            code(level(spec)),
        ]
    });
    table(["`model`", "observations", "parameters", "level"], rows)
}

fn configured_hazards(kinds: &[Kind]) -> String {
    let rows = kinds.iter().map(|kind| [code(kind.name), names(kind)]);
    table(["`hazard`", "parameters"], rows)
}

/// Each parameter once for every meaning, limit and default that it has.
fn parameters(models: &[Kind], hazards: &[Kind]) -> String {
    let mut rows: Vec<(String, Vec<&str>, [String; 3])> = Vec::new();
    for kind in models.iter().chain(hazards) {
        for parameter in &kind.parameters {
            let name = code(parameter.name());
            let says = [
                python::in_a_sentence(parameter),
                parameter.spec.limits.must().to_owned(),
                default(parameter),
            ];
            match rows.iter_mut().find(|row| row.0 == name && row.2 == says) {
                Some(row) => row.1.push(kind.name),
                None => rows.push((name, vec![kind.name], says)),
            }
        }
    }
    let rows = rows
        .into_iter()
        .map(|(name, of, [meaning, must, default])| {
            let of: Vec<_> = of.into_iter().map(code).collect();
            [name, of.join(", "), meaning, must, default]
        });
    table(["parameter", "of", "meaning", "must", "default"], rows)
}

fn default(parameter: &Parameter) -> String {
    let plain = parameter.plain.as_ref().map(|value| match value {
        ParameterValue::Number(number) => number.to_string(),
        ParameterValue::Whole(number) => number.to_string(),
        ParameterValue::List(list) => {
            let list: Vec<_> = list.iter().map(ToString::to_string).collect();
            list.join(", ")
        }
    });
    match (parameter.spec.default, plain) {
        (DefaultRule::FromData, Some(plain)) => format!("from the data; {plain} without"),
        (DefaultRule::Same(other), _) => format!("that of `{other}`"),
        (_, Some(plain)) => plain,
        _ if parameter.is_optional() => "null".to_owned(),
        _ => "–".to_owned(),
    }
}

fn which_model() -> String {
    let rows = MODELS.iter().map(|spec| {
        let data = sentence(spec.summary());
        [data, code(spec.name), spec.advice.to_owned()]
    });
    table(["data", "model", "remarks"], rows)
}

fn which_hazard() -> String {
    let rows = HAZARDS.iter().map(|spec: &HazardSpec| {
        let time = if spec.in_time { "yes" } else { "refused" };
        let says = sentence(spec.summary());
        [
            spec.advice.to_owned(),
            code(spec.name),
            says,
            time.to_owned(),
        ]
    });
    table(["you know", "hazard", "it says", "irregular times"], rows)
}

fn setters(kinds: &[Kind], suffix: &str) -> String {
    let function = |name: &str, arguments: &[String]| {
        format!("`bocpd_config_set_{name}({})`", arguments.join(", "))
    };
    let rows = kinds.iter().map(|kind| {
        let mut arguments = vec!["config".to_owned()];
        arguments.extend(c::arguments(kind).into_iter().map(|(name, _)| name));
        let plain = function(&format!("{}{suffix}", kind.name), &arguments);
        let from_data = ModelSpec::named(kind.name).filter(|_| suffix.is_empty());
        let from_data = from_data.and_then(|spec| spec.from_data).map(|_| {
            let known = kind.parameters.iter().filter(|p| p.spec.known);
            let mut arguments = ["config", "values", "count"].map(str::to_owned).to_vec();
            if kind.of_several {
                arguments.push("dimension".to_owned());
            }
            arguments.extend(known.map(|p| p.name().to_owned()));
            function(&format!("{}_for", kind.name), &arguments)
        });
        (plain, from_data, sentence(kind.summary))
    });
    if suffix.is_empty() {
        let rows = rows.map(|(plain, from_data, _)| [plain, from_data.unwrap_or_default()]);
        table(
            ["model", "the same with a prior on the scale of some values"],
            rows,
        )
    } else {
        table(
            ["hazard", "it says"],
            rows.map(|(plain, _, says)| [plain, says]),
        )
    }
}

fn constructors(kinds: &[Kind], keywords_only: bool) -> String {
    let rows = kinds.iter().map(|kind| {
        let call = code(&python::call(kind, keywords_only));
        [call, sentence(kind.summary)]
    });
    let head = if keywords_only {
        ["class of `bocpd.model`", "observations"]
    } else {
        ["class of `bocpd.hazard`", "lengths of segments"]
    };
    table(head, rows)
}

/// For each model the formulas of its documentation, from its source.
fn formulas(root: &Path, directory: &str, kinds: &[Kind]) -> String {
    let directory = root.join("crates/bocpd-core/src").join(directory);
    let mut text = String::new();
    for kind in kinds {
        let path = directory.join(kind.name).with_extension("rs");
        let source = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let formula = formula(&source, kind.class)
            .unwrap_or_else(|| panic!("{}: no text block in the documentation", path.display()));
        text += &format!("\n`{}`:\n\n```text\n{formula}```\n", kind.name);
    }
    text + "\n"
}

/// The first block of text in the documentation of the type `class`.
fn formula(source: &str, class: &str) -> Option<String> {
    let lines: Vec<_> = source.lines().collect();
    let begins = |line: &&str| {
        let rest = line.strip_prefix("pub struct ")?.strip_prefix(class)?;
        rest.starts_with(['<', ' ', ';', '(']).then_some(())
    };
    let end = lines.iter().position(|line| begins(line).is_some())?;
    let is_attached = |line: &&&str| line.starts_with("///") || line.starts_with("#[");
    let start = end - lines[..end].iter().rev().take_while(is_attached).count();
    let doc = lines[start..end]
        .iter()
        .filter_map(|line| line.strip_prefix("///"));
    let mut block = doc.skip_while(|line| line.trim() != "```text").skip(1);
    let mut formula = String::new();
    loop {
        let line = block.next()?;
        if line.trim() == "```" {
            return Some(formula);
        }
        formula += line.strip_prefix(' ').unwrap_or(line);
        formula.push('\n');
    }
}
