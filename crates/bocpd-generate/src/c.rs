//! The setters of the C binding. cbindgen does not see functions that macros make, so they are
//! written out.

use bocpd_core::list::MODELS;
use bocpd_core::parameter::ParameterKind;

use crate::COMMAND;
use crate::kind::{Kind, Parameter};
use crate::text::{rustfmt, wrap};

/// As wide as the header's comments.
const WIDTH: usize = 90;

pub(crate) fn files() -> Vec<(String, String)> {
    let file = |name: &str, text: &str| (format!("bindings/c/src/{name}.rs"), rustfmt(text));
    vec![file("models", &models()), file("hazards", &hazards())]
}

/// A field of a configuration as arguments of a C function.
pub(crate) fn arguments(kind: &Kind) -> Vec<(String, &'static str)> {
    let mut arguments: Vec<_> = kind
        .parameters
        .iter()
        .map(|parameter| (parameter.name().to_owned(), c_type(parameter)))
        .collect();
    match kind.lists().filter(|list| !list.is_optional()).count() {
        0 => {}
        // Lists with an entry for each number of an observation are of one length.
        n if n == 1 || kind.of_several => arguments.push(("count".to_owned(), "usize")),
        _ => panic!(
            "{}: lists of different lengths are not written yet",
            kind.name
        ),
    }
    arguments
}

fn c_type(parameter: &Parameter) -> &'static str {
    match parameter.spec.kind {
        ParameterKind::Number => "f64",
        ParameterKind::Whole32 => "u32",
        ParameterKind::Whole64 => "u64",
        ParameterKind::List | ParameterKind::OptionalList => "*const f64",
        _ => panic!("{}: a kind that is not written yet", parameter.name()),
    }
}

fn declared(arguments: &[(String, &str)]) -> String {
    arguments
        .iter()
        .map(|(name, type_)| format!("{name}: {type_},"))
        .collect()
}

fn models() -> String {
    let mut text = format!(
        "//! A setter for each model of the core's. Written by `{COMMAND}`.

        use bocpd_core::config::ModelConfig;
        use bocpd_core::defaults::Kind;

        use crate::boundary::slice;
        use crate::config::{{Config, set_model, set_model_for, set_model_for_rows}};
        use crate::status::Status;
        "
    );
    for kind in Kind::models() {
        let name = kind.name;
        text += &setter(
            &kind,
            &format!("bocpd_config_set_{name}"),
            "ModelConfig",
            "set_model",
        );
    }
    for (kind, spec) in Kind::models().iter().zip(MODELS) {
        if let Some(from_data) = spec.from_data {
            text += &setter_from_data(kind, from_data);
        }
    }
    text
}

fn hazards() -> String {
    let mut text = format!(
        "//! A setter for each hazard of the core's. Written by `{COMMAND}`.

        use bocpd_core::config::HazardConfig;

        use crate::boundary::slice;
        use crate::config::{{Config, set_hazard}};
        use crate::status::Status;
        "
    );
    for kind in Kind::hazards() {
        let function = format!("bocpd_config_set_{}_hazard", kind.name);
        text += &setter(&kind, &function, "HazardConfig", "set_hazard");
    }
    text
}

fn setter(kind: &Kind, function: &str, config: &str, set: &str) -> String {
    let class = kind.class;
    let fields: Vec<_> = kind.parameters.iter().map(Parameter::name).collect();
    let fields = fields.join(", ");
    let body = if kind.lists().next().is_none() {
        format!(
            "let it = {config}::{class} {{ {fields} }};
            // SAFETY: handles are as the header says.
            unsafe {{ {set}(config, || Ok(it)) }}"
        )
    } else {
        let lists: String = kind.lists().map(read_list).collect();
        format!(
            "let it = || {{
                {lists}
                Ok({config}::{class} {{ {fields} }})
            }};
            // SAFETY: handles are as the header says.
            unsafe {{ {set}(config, it) }}"
        )
    };
    let (doc, arguments) = (documentation(kind), declared(&arguments(kind)));
    format!(
        "
        {doc}#[unsafe(no_mangle)]
        pub unsafe extern \"C\" fn {function}(config: *mut Config, {arguments}) -> Status {{
            {body}
        }}
        "
    )
}

fn read_list(list: &Parameter) -> String {
    let name = list.name();
    if list.is_optional() {
        format!(
            "let {name} = if {name}.is_null() {{
                None
            }} else {{
                // SAFETY: pointers are as the header says.
                Some(unsafe {{ slice({name}, count, \"{name}\")? }}.to_vec())
            }};
            "
        )
    } else {
        format!(
            "// SAFETY: pointers are as the header says.
            let {name} = unsafe {{ slice({name}, count, \"{name}\")? }}.to_vec();
            "
        )
    }
}

fn setter_from_data(kind: &Kind, from_data: &str) -> String {
    let (name, class) = (kind.name, kind.class);
    let known: Vec<_> = kind.parameters.iter().filter(|p| p.spec.known).collect();
    let fields: Vec<_> = known.iter().map(|p| p.name()).collect();
    let fields = match &fields[..] {
        [] => String::new(),
        fields => format!(" {{ {} }}", fields.join(", ")),
    };
    let arguments: String = known
        .iter()
        .map(|p| format!("{}: {},", p.name(), c_type(p)))
        .collect();
    let (scale, arguments, function, passed) = if kind.of_several {
        let scale = "count rows of dimension numbers each";
        let arguments = format!("dimension: usize, {arguments}");
        (scale, arguments, "set_model_for_rows", "dimension, ")
    } else {
        ("count values", arguments, "set_model_for", "")
    };
    let doc = wrap(
        &format!(
            "bocpd_config_set_{name} with a prior on the scale of the {scale}: {from_data}. \
             values may be NULL if count is 0: the scale is then 1."
        ),
        "/// ",
        0,
        WIDTH,
    );
    format!(
        "
        {doc}#[unsafe(no_mangle)]
        pub unsafe extern \"C\" fn bocpd_config_set_{name}_for(
            config: *mut Config,
            values: *const f64,
            count: usize,
            {arguments}
        ) -> Status {{
            // SAFETY: handles and pointers are as the header says.
            unsafe {{ {function}(config, values, count, {passed}Kind::{class}{fields}) }}
        }}
        "
    )
}

/// What it is, and a line for each parameter.
fn documentation(kind: &Kind) -> String {
    let mut doc = wrap(&kind.words(), "/// ", 0, WIDTH) + "///\n";
    for parameter in &kind.parameters {
        let shape = match parameter.spec.kind {
            ParameterKind::List => " (count values)",
            ParameterKind::OptionalList => " (count values or NULL)",
            _ => "",
        };
        let line = format!(
            "- {}: {}{shape}",
            parameter.name(),
            small(parameter.meaning())
        );
        doc += &wrap(&line, "/// ", 2, WIDTH);
    }
    doc
}

/// The text with a small letter first, unless it begins with a symbol.
pub(crate) fn small(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}
