//! What the tests of the C binding know of models and hazards: how to set one that is told by
//! its name, with parameters read from the standard input.

use bocpd_core::list::MODELS;
use bocpd_core::parameter::ParameterKind;

use crate::COMMAND;
use crate::kind::{Kind, Parameter};
use crate::text::call;

const WIDTH: usize = 90;

pub(crate) fn files() -> Vec<(String, String)> {
    let mut text = format!(
        "/* Models and hazards by their names, their parameters read by real(), integer() and
   reals(), in the order of the setters. Written by `{COMMAND}`. */
"
    );
    text += "
static void set_model(bocpd_config *config, const char *kind) {
";
    for kind in Kind::models() {
        let all: Vec<_> = kind.parameters.iter().collect();
        let arguments = vec!["config".to_owned()];
        text += &branch(
            &kind,
            &format!("bocpd_config_set_{}", kind.name),
            arguments,
            &all,
        );
    }
    text += "    unreadable(kind);
}

/* The same with a prior from n values; 0 if the model has no such setter. */
static int set_model_for(bocpd_config *config, const char *kind, const double *values, size_t n) {
";
    for (kind, spec) in Kind::models().iter().zip(MODELS) {
        if spec.from_data.is_some() {
            let known: Vec<_> = kind.parameters.iter().filter(|p| p.spec.known).collect();
            let mut arguments = ["config", "values", "n"].map(str::to_owned).to_vec();
            if kind.of_several {
                arguments.push("1".to_owned());
            }
            let function = format!("bocpd_config_set_{}_for", kind.name);
            text += &branch(kind, &function, arguments, &known).replace("return;", "return 1;");
        }
    }
    text += "    return 0;
}

static void set_hazard(bocpd_config *config, const char *kind) {
";
    for kind in Kind::hazards() {
        let all: Vec<_> = kind.parameters.iter().collect();
        let function = format!("bocpd_config_set_{}_hazard", kind.name);
        text += &branch(&kind, &function, vec!["config".to_owned()], &all);
    }
    text += "    unreadable(kind);
}
";
    vec![("bindings/c/tests/kinds.h".to_owned(), text)]
}

/// The block that sets one kind.
fn branch(
    kind: &Kind,
    function: &str,
    mut arguments: Vec<String>,
    parameters: &[&Parameter],
) -> String {
    let mut block = format!("    if (strcmp(kind, \"{}\") == 0) {{\n", kind.name);
    let mut length = None;
    for parameter in parameters {
        let name = parameter.name();
        let (line, argument) = match parameter.spec.kind {
            ParameterKind::Whole32 => (
                format!("uint32_t {name} = (uint32_t)integer();"),
                name.to_owned(),
            ),
            ParameterKind::Whole64 => (format!("uint64_t {name} = integer();"), name.to_owned()),
            ParameterKind::List => {
                // Lists of one model are as long as the first.
                let read = match &length {
                    Some(first) => format!("CHECK(reals({name}) == {first});"),
                    None => format!("size_t {name}_count = reals({name});"),
                };
                length.get_or_insert(format!("{name}_count"));
                (
                    format!("static double {name}[MAX]; {read}"),
                    name.to_owned(),
                )
            }
            ParameterKind::OptionalList => {
                let read =
                    format!("static double {name}[MAX]; size_t {name}_count = reals({name});");
                (read, format!("{name}_count > 0 ? {name} : NULL"))
            }
            _ => (format!("double {name} = real();"), name.to_owned()),
        };
        for line in line.split_inclusive("; ") {
            block += &format!("        {}\n", line.trim_end());
        }
        arguments.push(argument);
    }
    arguments.extend(length);
    let call = call(
        &format!("        CHECK_OK({function}"),
        &arguments,
        ");",
        WIDTH,
    );
    format!("{block}{call}        return;\n    }}\n")
}
