//! The methods of the C++ wrapper.

use std::path::Path;

use bocpd_core::list::MODELS;
use bocpd_core::parameter::ParameterKind;

use crate::kind::{Kind, Parameter};
use crate::region::Document;
use crate::text::{call, wrap};

/// As wide as the rest of the wrapper.
const WIDTH: usize = 90;

pub(crate) fn documents(root: &Path) -> Vec<Document> {
    let mut models: String = Kind::models()
        .iter()
        .map(|kind| methods(kind, kind.name, &format!("bocpd_config_set_{}", kind.name)))
        .collect();
    models += "\n    // With a prior on the scale of some values.\n";
    for (kind, spec) in Kind::models().iter().zip(MODELS) {
        if spec.from_data.is_some() {
            models += &from_data(kind);
        }
    }
    let hazards: String = Kind::hazards()
        .iter()
        .map(|kind| {
            let name = format!("{}_hazard", kind.name);
            methods(kind, &name, &format!("bocpd_config_set_{name}"))
        })
        .collect();
    let document = Document::open(root, "bindings/c/include/bocpd.hpp");
    vec![document.with("models", &models).with("hazards", &hazards)]
}

fn argument(parameter: &Parameter) -> String {
    let type_ = match parameter.spec.kind {
        ParameterKind::Whole32 => "std::uint32_t",
        ParameterKind::Whole64 => "std::uint64_t",
        ParameterKind::List | ParameterKind::OptionalList => "span<const double>",
        _ => "double",
    };
    format!("{type_} {}", parameter.name())
}

fn passed(parameter: &Parameter) -> String {
    if parameter.is_list() {
        format!("{}.data()", parameter.name())
    } else {
        parameter.name().to_owned()
    }
}

/// The setter; twice, if a list may be left out.
fn methods(kind: &Kind, name: &str, function: &str) -> String {
    let doc = wrap(kind.summary, "    /// ", 0, WIDTH);
    let optional = kind.parameters.iter().find(|p| p.is_optional());
    let short = optional.map(|optional| {
        let given = |p: &&Parameter| p.name() != optional.name();
        let arguments: Vec<_> = kind.parameters.iter().filter(given).map(argument).collect();
        let pass = |p: &Parameter| {
            if given(&p) {
                passed(p)
            } else {
                "nullptr".to_owned()
            }
        };
        let passed = kind.parameters.iter().map(pass).collect();
        method(kind, name, function, &arguments, passed)
    });
    let arguments: Vec<_> = kind.parameters.iter().map(argument).collect();
    let passed = kind.parameters.iter().map(passed).collect();
    let long = method(kind, name, function, &arguments, passed);
    doc + &short.unwrap_or_default() + &long
}

fn method(
    kind: &Kind,
    name: &str,
    function: &str,
    arguments: &[String],
    mut passed: Vec<String>,
) -> String {
    passed.insert(0, "handle_".to_owned());
    let mut body = String::new();
    if let Some(list) = kind.lists().find(|list| !list.is_optional()) {
        passed.push(format!("{}.size()", list.name()));
        for other in kind.lists().filter(|other| other.name() != list.name()) {
            if other.is_optional() && passed.contains(&"nullptr".to_owned()) {
                continue;
            }
            let (a, b) = (list.name(), other.name());
            body += &format!(
                "        if ({a}.size() != {b}.size()) {{
            throw std::invalid_argument(\"{a} and {b} must have the same length\");
        }}
"
            );
        }
    }
    let head = call(&format!("    config &{name}"), arguments, " {", WIDTH);
    body += &call(
        &format!("        return set({function}"),
        &passed,
        ");",
        WIDTH,
    );
    format!("{head}{body}    }}\n")
}

fn from_data(kind: &Kind) -> String {
    let known: Vec<_> = kind.parameters.iter().filter(|p| p.spec.known).collect();
    let mut arguments = vec!["span<const double> values".to_owned()];
    arguments.extend(known.iter().map(|p| argument(p)));
    let mut all = vec!["handle_", "values.data()"];
    if kind.of_several {
        arguments.push("std::size_t dimension".to_owned());
        all.extend(["rows_in(values, dimension)", "dimension"]);
    } else {
        all.push("values.size()");
    }
    let mut all: Vec<_> = all.into_iter().map(str::to_owned).collect();
    all.extend(known.iter().map(|p| passed(p)));
    let name = kind.name;
    let head = call(&format!("    config &{name}_for"), &arguments, " {", WIDTH);
    let function = format!("        return set(bocpd_config_set_{name}_for");
    format!("{head}{}    }}\n", call(&function, &all, ");", WIDTH))
}
