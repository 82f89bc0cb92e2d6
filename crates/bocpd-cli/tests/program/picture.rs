//! `bocpd detect --plot`.

use crate::common;

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

/// Looking back has no limit, so that a long series has all three panels.
#[test]
fn a_long_series_has_three_panels() {
    let texts = texts(&plot("--min-weight 1e-9", &steps(40_000, 10_000)));
    for panel in ["value", "P(change)", "run length"] {
        assert!(texts.iter().any(|text| text == panel), "{texts:?}");
    }
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

#[test]
fn a_picture_may_be_made_of_pixels() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.PNG");
    let args = format!(
        "detect docs/data/nile.csv -q --model gaussian --plot {}",
        file.display()
    );
    stdout_of(bocpd(words(&args)), "");
    let bytes = fs::read(file).unwrap();
    let decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (2400, 1920));
    let has = |colour: [u8; 3]| pixels.chunks_exact(3).any(|pixel| pixel == colour);
    // Paper, the level, the needles, and the ink of letters.
    for colour in [[255, 255, 255], [200, 62, 48], [24, 93, 163]] {
        assert!(has(colour), "{colour:?}");
    }
    let dark = pixels
        .chunks_exact(3)
        .filter(|pixel| pixel.iter().all(|&byte| byte < 80));
    assert!(dark.count() > 5000);
}

#[test]
fn a_picture_may_go_to_standard_output() {
    let svg = stdout_of(
        bocpd(words("detect -q --model gaussian --plot -")),
        &steps(60, 30),
    );
    assert!(texts(&svg).iter().any(|text| text == "P(change)"));
    for (args, want) in [
        (
            "detect --plot x.pdf",
            "--plot x.pdf: pictures are .svg or .png",
        ),
        ("detect --plot x", "--plot x: pictures are"),
        (
            "detect --json --plot -",
            "--plot - writes to standard output",
        ),
    ] {
        let output = run_on(bocpd(words(args)), "1\n2\n");
        assert_eq!(output.status.code(), Some(2));
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(want), "{message}");
    }
}

/// Two pictures can be compared: the axis of probabilities is the same in all.
#[test]
fn probabilities_have_one_axis() {
    for input in [&steps(60, 30), &steps(60, 60)] {
        let texts = texts(&plot("--model gaussian", input));
        for label in ["0.0", "0.5", "1.0"] {
            assert!(
                texts.iter().any(|text| text == label),
                "{label} is not in {texts:?}"
            );
        }
    }
}

#[test]
fn dates_are_on_the_axis() {
    let table = |time: &dyn Fn(usize) -> String| {
        let values = steps(120, 60);
        let rows = values
            .lines()
            .enumerate()
            .map(|(i, value)| format!("{},{value}", time(i)));
        "time,v\n".to_owned() + &lines(rows)
    };
    let months = table(&|i| format!("{}-{:02}", 2010 + i / 12, i % 12 + 1));
    let seconds = table(&|i| (1_709_251_200 + 300 * i).to_string());
    let iso = table(&|i| format!("2024-03-01T{:02}:{:02}:00Z", i / 12, i % 12 * 5));
    for (input, marks) in [
        (months, ["2012", "2015-01"]),
        (seconds, ["03-01 02:00", "03-01 05:00"]),
        (iso, ["03-01 02:00", "03-01 05:00"]),
    ] {
        let texts = texts(&plot("--model gaussian", &input));
        for mark in marks {
            assert!(
                texts.iter().any(|text| text == mark),
                "{mark} is not in {texts:?}"
            );
        }
    }
}

/// One value and equal values have axes that count, and no band: nothing scatters.
#[test]
fn one_value_and_equal_values_look_sensible() {
    for input in ["5\n", "5\n5\n5\n5\n5\n"] {
        let svg = plot("", input);
        assert!(!svg.contains("#F6CCC2"), "a band");
        for text in texts(&svg) {
            let count = text.parse::<f64>().is_ok_and(|number| number == 0.0);
            assert!(!count || !text.starts_with('-'), "{text}");
            assert_ne!(text, "0.4");
        }
    }
    assert!(plot("--model gaussian", &steps(60, 30)).contains("#F6CCC2"));
}

#[test]
fn without_observations_there_is_nothing_to_draw() {
    let output = run_on(bocpd(words("detect --plot - -c a")), "a,b\n");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("has no observations to draw"), "{message}");
}
