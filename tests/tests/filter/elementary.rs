//! exp, ln, ln Γ and their relatives against 60-digit values, on every instruction
//! set of this machine (`tests/tools/elementary.py` makes the table).

use bocpd_core::kernel::{Isa, Kernel, Real};

struct Row {
    function: &'static str,
    x: f64,
    second: f64,
    value: f64,
    rest: f64,
}

fn table() -> Vec<Row> {
    let number = |field: &str| field.parse::<f64>().expect("a number");
    include_str!("../../data/elementary.csv")
        .lines()
        .map(|line| {
            let fields: Vec<&'static str> = line.split(',').collect();
            let [function, x, second, value, rest] = fields[..] else {
                panic!("five fields: {line}")
            };
            Row {
                function,
                x: number(x),
                second: number(second),
                value: number(value),
                rest: number(rest),
            }
        })
        .collect()
}

/// The rows for a function. ln in two parts is for normal numbers only.
fn rows<'a>(table: &'a [Row], function: &str) -> Vec<&'a Row> {
    let in_parts = function == "ln_split";
    let name = if in_parts { "ln" } else { function };
    let rows = table.iter().filter(|row| row.function == name);
    rows.filter(|row| !in_parts || row.x.is_normal()).collect()
}

/// One function over a column, as kernels do it.
struct Over<'a> {
    function: &'a str,
    x: &'a [f64],
    second: &'a [f64],
    out: &'a mut [f64],
}

impl Kernel for Over<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let n = self.x.len();
        let (x, second, out) = (self.x, &self.second[..n], &mut self.out[..n]);
        match self.function {
            "exp" => (0..n).for_each(|i| out[i] = x[i].vexp()),
            "ln" => (0..n).for_each(|i| out[i] = x[i].vln()),
            "ln_1p" => (0..n).for_each(|i| out[i] = x[i].vln_1p()),
            "ln_gamma" => (0..n).for_each(|i| out[i] = x[i].vln_gamma()),
            "ln_growth" => (0..n).for_each(|i| out[i] = x[i].vln_growth(second[i])),
            "ln_split" => (0..n).for_each(|i| {
                let (s, k) = f64::ln_split(x[i]);
                out[i] = f64::growth_join(s, k);
            }),
            other => panic!("no function {other}"),
        }
    }
}

fn over(isa: Isa, function: &str, x: &[f64], second: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; x.len()];
    isa.run(Over {
        function,
        x,
        second,
        out: &mut out,
    });
    out
}

/// The distance to the next larger magnitude.
fn ulp(x: f64) -> f64 {
    let x = x.abs().max(f64::MIN_POSITIVE);
    f64::from_bits(x.to_bits() + 1) - x
}

#[test]
fn errors_are_within_the_stated_ulps() {
    let table = table();
    for isa in Isa::available() {
        for (function, limit) in [
            ("exp", 1.0),
            ("ln", 1.0),
            ("ln_1p", 1.0),
            ("ln_growth", 2.0),
            ("ln_split", 2.0),
            ("ln_gamma", 1.5),
        ] {
            let rows = rows(&table, function);
            let x: Vec<f64> = rows.iter().map(|row| row.x).collect();
            let second: Vec<f64> = rows.iter().map(|row| row.second).collect();
            let mut worst: f64 = 0.0;
            for (row, got) in rows.iter().zip(over(isa, function, &x, &second)) {
                let error = ((got - row.value) - row.rest).abs() / ulp(row.value);
                assert!(
                    error <= limit,
                    "{function}({}, {}) on {}: {got:e} is {error} ulp off {:e}",
                    row.x,
                    row.second,
                    isa.name(),
                    row.value
                );
                worst = worst.max(error);
            }
            assert!(
                !rows.is_empty() && worst > 0.4,
                "the table tests {function}"
            );
        }
    }
}

#[test]
fn values_without_a_number_are_what_ieee_754_wants() {
    const { assert!(f64::NAN.is_nan()) };
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let cases = [
        ("exp", inf, inf),
        ("exp", -inf, 0.0),
        ("exp", nan, nan),
        ("exp", 709.79, inf),
        ("exp", -746.0, 0.0),
        ("exp", 1e300, inf),
        ("exp", -1e300, 0.0),
        ("ln", 0.0, -inf),
        ("ln", -0.0, -inf),
        ("ln", -1.0, nan),
        ("ln", inf, inf),
        ("ln", nan, nan),
        ("ln_1p", -1.0, -inf),
        ("ln_1p", -1.5, nan),
        ("ln_1p", inf, inf),
        ("ln_1p", nan, nan),
        ("ln_gamma", 0.0, inf),
        ("ln_gamma", -0.0, inf),
        ("ln_gamma", 1.0, 0.0),
        ("ln_gamma", 2.0, 0.0),
        ("ln_gamma", 2.6e305, inf),
        ("ln_gamma", f64::MAX, inf),
        ("ln_gamma", inf, inf),
        ("ln_gamma", -0.5, nan),
        ("ln_gamma", -inf, nan),
        ("ln_gamma", nan, nan),
    ];
    for isa in Isa::available() {
        for (function, x, want) in cases {
            let got = over(isa, function, &[x], &[0.0])[0];
            let same = got == want || (got.is_nan() && want.is_nan());
            assert!(same, "{function}({x}) on {} gave {got}", isa.name());
        }
    }
}

/// Whole columns, remainders and single elements: the same bits everywhere.
#[test]
fn every_instruction_set_gives_the_same_bits() {
    let table = table();
    for function in ["exp", "ln", "ln_1p", "ln_growth", "ln_split", "ln_gamma"] {
        let rows = rows(&table, function);
        let x: Vec<f64> = rows.iter().map(|row| row.x).collect();
        let second: Vec<f64> = rows.iter().map(|row| row.second).collect();
        let expected = over(Isa::BASELINE, function, &x, &second);
        for isa in Isa::available() {
            for (i, got) in over(isa, function, &x, &second).into_iter().enumerate() {
                let want = expected[i];
                let name = isa.name();
                assert_eq!(
                    got.to_bits(),
                    want.to_bits(),
                    "{function}({}) on {name}",
                    x[i]
                );
            }
        }
    }
}

/// ln Γ in f32: over all magnitudes, against f64, and where there is no number.
#[test]
fn single_precision_ln_gamma_is_within_an_ulp() {
    for bits in (1..f32::INFINITY.to_bits()).step_by(9973) {
        let x = f32::from_bits(bits);
        let (got, exact) = (x.vln_gamma(), f64::from(x).vln_gamma());
        #[expect(clippy::cast_possible_truncation, reason = "rounded")]
        let nearest = exact as f32;
        assert!(got.to_bits().abs_diff(nearest.to_bits()) <= 1, "{x}");
    }
    assert_eq!(0.0f32.vln_gamma(), f32::INFINITY);
    assert_eq!(f32::MAX.vln_gamma(), f32::INFINITY);
    assert_eq!(f32::INFINITY.vln_gamma(), f32::INFINITY);
    assert!((-1.0f32).vln_gamma().is_nan() && f32::NAN.vln_gamma().is_nan());
}

/// f32: against f64, which is exact enough to judge it.
#[test]
fn single_precision_is_within_an_ulp_and_a_half() {
    for i in 0..20_000i16 {
        let x = f32::from(i) * 0.008_7 - 87.0;
        let exact = f64::from(x).exp();
        assert!((f64::from(x.vexp()) / exact - 1.0).abs() < 1.5 * f64::from(f32::EPSILON));
        let y = f32::from(i + 1) * 0.37;
        let exact = f64::from(y).ln();
        assert!(
            (f64::from(y.vln()) - exact).abs() <= f64::from(f32::EPSILON) * exact.abs().max(0.5)
        );
        let exact = (f64::from(y) / 3.0).ln_1p();
        let got = f64::from(3.0f32.vln_growth(y));
        assert!((got - exact).abs() <= 2.0 * f64::from(f32::EPSILON) * exact.abs().max(0.1));
    }
}
