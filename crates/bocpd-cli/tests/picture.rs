//! `bocpd detect --plot`.

mod common;

use std::fs;

use common::{assert_file, bocpd, lines, noise, run_on, stdout_of, steps, words};

fn plot(args: &str, input: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.svg");
    stdout_of(
        bocpd(words(&format!(
            "detect {args} -q --plot {}",
            file.display()
        ))),
        input,
    );
    fs::read_to_string(file).unwrap()
}

/// The texts of a picture. Every tag that is opened must be closed.
fn texts(svg: &str) -> Vec<String> {
    assert!(svg.starts_with("<svg width=\"1200\" height=\"960\""));
    assert!(svg.trim_end().ends_with("</svg>"));
    let parts: Vec<_> = svg.split("<text").skip(1).collect();
    assert_eq!(parts.len(), svg.matches("</text>").count());
    let inner = |part: &&str| {
        part.split_once('>')
            .and_then(|(_, rest)| rest.split_once('<'))
            .map(|p| p.0.trim().to_owned())
    };
    parts.iter().filter_map(inner).collect()
}

#[test]
fn the_nile_has_its_axes_and_its_change() {
    let texts = texts(&plot("docs/data/nile.csv", ""));
    for label in [
        "docs/data/nile.csv: volume, 1 change",
        "1899",
        "year",
        "volume",
        "run length",
        "P(change)",
        "probability",
        "1900",
    ] {
        assert!(
            texts.iter().any(|text| text == label),
            "{label} is not in {texts:?}"
        );
    }
}

/// The commands stand in `docs/readouts.md`. `BOCPD_BLESS=1` draws the pictures anew.
#[test]
fn the_pictures_of_the_documentation_are_these() {
    for (name, args) in [
        ("nile", "docs/data/nile.csv"),
        ("coal", "docs/data/coal.csv --model poisson"),
    ] {
        assert_file(&format!("docs/{name}.svg"), &plot(args, ""));
    }
    let until_1902 = fs::read_to_string(common::root().join("docs/data/nile.csv")).unwrap();
    let until_1902 = lines(until_1902.lines().take(33));
    let args = "--mean 893.5 --beta 32182.5 --mean-run-length 100";
    assert_file("docs/nile-1902.svg", &plot(args, &until_1902));
}

/// Where nothing can be said of the past there is no panel about it.
#[test]
fn without_marginals_there_are_two_panels() {
    let texts = texts(&plot("--min-weight 1e-9", &steps(40_000, 10_000)));
    assert!(texts.iter().any(|text| text == "run length"));
    assert!(!texts.iter().any(|text| text == "P(change)"), "{texts:?}");
}

#[test]
fn long_series_stay_small() {
    let long = plot("--max-hypotheses 200", &steps(50_000, 700));
    assert!(long.len() < 1_500_000, "{} bytes", long.len());
    let wild = lines(noise(3000).iter().map(|x| x.powi(9)));
    let wild = plot("-l 10", &wild);
    assert!(wild.len() < 1_500_000, "{} bytes", wild.len());
}

#[test]
fn odd_series_can_be_drawn() {
    for input in [
        "5\n",
        "5\n5\n5\n",
        "NA\n1\nNA\n",
        "1e300\n-1e300\n0\n",
        "t,x\n2024-01-01,1\n2024-02-01,2\n",
        "0,1\n0.5,2\n",
    ] {
        let columns = if input.contains(',') {
            "--column 2 --time 1"
        } else {
            ""
        };
        texts(&plot(
            &format!("--missing skip --mean 0 --kappa 1 --alpha 1 --beta 1 {columns}"),
            input,
        ));
    }
}

#[test]
fn names_are_escaped() {
    let svg = plot("", "a<b & \"c\"\n1\n2\n3\n");
    assert!(svg.contains("a&lt;b &amp;"), "{:?}", texts(&svg));
}

#[test]
fn a_file_that_cannot_be_written_is_an_error() {
    let output = run_on(
        bocpd(words(
            "detect docs/data/nile.csv -q --plot /no/such/folder/x.svg",
        )),
        "",
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(common::text(&output.stderr).contains("cannot write /no/such/folder/x.svg"));
}
