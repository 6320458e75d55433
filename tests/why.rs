//! What a reader finds in a trace and in an explanation: every printed line is right to its last digit or says `≈`, and
//! every name has an explanation that ends at what is given. `trace.rs` checks this for each of its declarations.

use std::collections::{HashMap, HashSet};

use mlp_core::trace::Equation;
use mlp_core::{Language, Network as _, Scalar, Trace, Worksheet, activation, mlp};

/// All checks of a trace.
pub(crate) fn check<T: Scalar>(trace: &Trace<T>) {
    let equations: Vec<_> = trace.equations().collect();
    // A network at the limit has 90,000 equations.
    let every = equations.len().div_ceil(200);
    let some = || equations.iter().step_by(every);
    let (mut calculated, mut equal) = (0, 0);
    for equation in some() {
        for digits in [4, 6] {
            if let Some(is_equal) = line_is_right(equation, digits) {
                calculated += 1;
                equal += usize::from(is_equal);
            }
        }
    }
    assert!(calculated * 2 > some().count(), "{calculated} of {} lines", some().count());
    assert!(equal * 2 > calculated, "only {equal} of {calculated} lines can be calculated with the printed digits");
    for equation in some().step_by(5) {
        explanation_is_complete(trace, equation.name());
    }
    if every > 20 {
        return;
    }
    let latex = trace.to_latex();
    assert_eq!(latex.matches('{').count(), latex.matches('}').count(), "{latex}");
    assert!(!latex.contains("dL_") && latex.contains(r"\partial L"), "{latex}");
    assert!(trace.to_markdown().lines().filter(|line| line.starts_with("- `")).count() == equations.len());
    worksheet_is_complete(trace);
}

/// A sheet with a blank step has a line for each equation, and its solutions have every line that differs.
fn worksheet_is_complete<T: Scalar>(trace: &Trace<T>) {
    let blank = |sheet: Worksheet<T>| sheet.blank_step(4).unwrap().blank_value("L").unwrap();
    let [whole, sheet] = [Worksheet::of_trace(trace.clone()), blank(Worksheet::of_trace(trace.clone()))];
    let lines = |text: &str| text.lines().filter(|line| line.starts_with("- `")).map(str::to_owned).collect::<Vec<_>>();
    let [whole, with_blanks] = [whole, sheet.clone()].map(|sheet| lines(&sheet.to_markdown()));
    assert_eq!((whole.len(), with_blanks.len()), (trace.equations().count(), trace.equations().count()));
    let solutions = lines(&sheet.solutions_to_markdown());
    assert!(!solutions.is_empty() && solutions.iter().all(|line| !line.contains("___")));
    let blank_lines = whole.iter().zip(&with_blanks).filter(|(line, blank)| line != blank && solutions.contains(line));
    assert_eq!(blank_lines.count(), solutions.len());
    let latex = sheet.to_latex();
    assert_eq!(latex.matches('{').count(), latex.matches('}').count(), "{latex}");
}

/// Whether the line says `=`; `None` if it cannot be calculated, because it has dots or a function that no reader knows.
fn line_is_right<T: Scalar>(equation: &Equation<T>, digits: usize) -> Option<bool> {
    let line = format!("{equation:.digits$}");
    let (start, value, is_equal) = match line.rsplit_once(" ≈ ") {
        Some((start, value)) => (start, value, false),
        None => line.rsplit_once(" = ").map(|(start, value)| (start, value, true))?,
    };
    if !start.contains(" = ") {
        return Some(true);
    }
    let calculated = Calculator::new(start.rsplit_once(" = ")?.1).calculate()?;
    // A line without numbers repeats the value of a name.
    let value: f64 = value.parse().ok().filter(|value: &f64| value.is_finite())?;
    let exponent: i32 = format!("{value:.*e}", digits - 1).split_once('e')?.1.parse().ok()?;
    let half_a_unit = 0.5 * 10_f64.powi(exponent + 1 - i32::try_from(digits).ok()?);
    if is_equal {
        // The value may have digits of its own that are exact.
        assert!((calculated - value).abs() <= half_a_unit * 1.000_001, "{line}: {calculated:e}");
    }
    Some(is_equal)
}

/// Everything that an explanation shows is explained, above or below, or given, or named for another question.
fn explanation_is_complete<T: Scalar>(trace: &Trace<T>, name: &str) {
    let why = trace.why(name).unwrap();
    let text = why.to_string();
    let names: Vec<_> = why.names().collect();
    let once: HashSet<_> = names.iter().copied().collect();
    assert!(once.len() == names.len() && names[0] == name && names.len() <= 40, "{text}");
    assert!(text.lines().count() <= 200 && text.lines().all(|line| line.len() < 2500), "{text}");
    assert_eq!(why.to_markdown().lines().count(), text.lines().count());
    let latex = why.to_latex();
    assert_eq!(latex.matches('{').count(), latex.matches('}').count(), "{latex}");
    for explained in names {
        assert!(trace.value(explained).is_some(), "{explained}");
    }
    let remarks = text.lines().map(str::trim).filter(|line| line.contains(": ") && !line.contains(" feeds "));
    for remark in remarks {
        let (title, _) = remark.split_once(": ").unwrap();
        let titles = ["inputs", "targets", "parameters", "settings", "before this update", "see above", "ask for"];
        assert!(titles.contains(&title), "{remark}");
    }
}

/// Calculates a printed formula, as a reader would.
struct Calculator<'a> {
    rest: &'a str,
}

impl<'a> Calculator<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    fn calculate(mut self) -> Option<f64> {
        let value = self.expression()?;
        self.rest.is_empty().then_some(value)
    }

    fn eat(&mut self, sign: &str) -> bool {
        self.rest.strip_prefix(sign).map(|rest| self.rest = rest).is_some()
    }

    /// A sum, or `a if b > c, else d`.
    fn expression(&mut self) -> Option<f64> {
        let value = self.sum()?;
        if !self.eat(" if ") {
            return Some(value);
        }
        let left = self.sum()?;
        let sign = [" < ", " ≤ ", " > ", " ≥ ", " = "].into_iter().find(|sign| self.eat(sign))?;
        let right = self.sum()?;
        if !self.eat(", else ") {
            return None;
        }
        let otherwise = self.expression()?;
        let holds = match sign {
            " < " => left < right,
            " ≤ " => left <= right,
            " > " => left > right,
            " ≥ " => left >= right,
            _ => left.to_bits() == right.to_bits(),
        };
        Some(if holds { value } else { otherwise })
    }

    fn sum(&mut self) -> Option<f64> {
        let mut sum = self.product()?;
        loop {
            if self.eat(" + ") {
                sum += self.product()?;
            } else if self.eat(" - ") {
                sum -= self.product()?;
            } else {
                return Some(sum);
            }
        }
    }

    fn product(&mut self) -> Option<f64> {
        let mut product = self.factor()?;
        loop {
            if self.eat("·") {
                product *= self.factor()?;
            } else if self.eat(" / ") {
                product /= self.factor()?;
            } else {
                return Some(product);
            }
        }
    }

    fn factor(&mut self) -> Option<f64> {
        let value = self.atom()?;
        if self.eat("^2") { Some(value * value) } else { Some(value) }
    }

    fn atom(&mut self) -> Option<f64> {
        if self.eat("(") {
            let value = self.expression()?;
            return self.eat(")").then_some(value);
        }
        if self.eat("|") {
            let value = self.expression()?;
            return self.eat("|").then_some(value.abs());
        }
        if self.eat("-") {
            return Some(-self.factor()?);
        }
        if self.eat("√") {
            return Some(self.atom()?.sqrt());
        }
        if self.eat("e^") {
            return Some(self.atom()?.exp());
        }
        if self.rest.starts_with(|letter: char| letter.is_ascii_digit()) {
            return self.number();
        }
        let end = self.rest.find('(')?;
        let name = &self.rest[..end];
        self.rest = &self.rest[end + 1..];
        let mut arguments = Vec::new();
        while !self.eat(")") {
            arguments.push(self.expression()?);
            self.eat(", ");
        }
        function(name, &arguments)
    }

    fn number(&mut self) -> Option<f64> {
        let digit = |letter: char| letter.is_ascii_digit() || letter == '.';
        let mut end = self.rest.find(|letter| !digit(letter)).unwrap_or(self.rest.len());
        if let Some(exponent) = self.rest[end..].strip_prefix('e') {
            let digits = exponent.trim_start_matches('-');
            let signs = exponent.len() - digits.len();
            end += 1 + signs + digits.find(|letter| !digit(letter)).unwrap_or(digits.len());
        }
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        number.parse().ok()
    }
}

/// The functions that a reader knows.
fn function(name: &str, arguments: &[f64]) -> Option<f64> {
    Some(match (name, arguments) {
        ("sigmoid", &[z]) => activation::sigmoid(z),
        ("tanh", &[z]) => z.tanh(),
        ("relu", &[z]) => z.max(0.0),
        ("identity", &[z]) => z,
        ("leaky_relu", &[z]) => activation::leaky_relu(z),
        ("elu", &[z]) => activation::elu(z),
        ("softplus", &[z]) => activation::softplus(z),
        ("silu", &[z]) => activation::silu(z),
        ("gelu", &[z]) => activation::gelu(z),
        ("hard_sigmoid", &[z]) => activation::hard_sigmoid(z),
        ("hard_tanh", &[z]) => activation::hard_tanh(z),
        ("softsign", &[z]) => activation::softsign(z),
        ("ln", &[x]) => x.ln(),
        ("max", &[a, b]) => a.max(b),
        ("clamp", &[z, low, high]) => z.clamp(low, high),
        _ => return None,
    })
}

#[test]
fn the_calculator_reads_what_is_printed() {
    for (text, value) in [
        ("0.5·(-0.1706·(-0.1706) + 0.5·0.5)", 0.139_552_18),
        ("1 - 2·3 / 4 + (-0.5)^2", -0.25),
        ("ln(1 + e^(-|-0.5|)) / 2", 0.237_038_492),
        ("2.1e-5·1e3", 0.021),
        ("√0.25 / 2 + max(-(-0.5), 0)", 0.75),
        ("-1·0.5 if 2 > 1, else 3", -0.5),
    ] {
        let calculated = Calculator::new(text).calculate().unwrap();
        assert!((calculated - value).abs() < 1e-9, "{text}: {calculated}");
    }
    assert_eq!(Calculator::new("own(1)").calculate(), None);
}

mlp!(struct Net: 2 => 2 => 2);
mlp!(struct Wide: 15 => 24 => 8);
mlp!(struct Deep: 1 => tanh(2) => tanh(2) => tanh(2) => tanh(2) => tanh(2) => tanh(2) => tanh(2) => 1);
mlp!(struct Large: 784 => tanh(16) => softmax(10), loss = cross_entropy, rolled);

#[test]
fn an_explanation_refers_back_and_says_where_paths_lead() {
    let trace = Net::random(&mut mlp_core::rng(1)).trace([0.5, 0.8], [0.9, 0.2], 0.5);
    let text = trace.why("dL_dw11").unwrap().to_string();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[2], "    a1 feeds z3 and z4: one term for each path.");
    assert!(lines.contains(&"      see above: a1"), "{text}");
    assert!(lines.last().unwrap().starts_with("  dz1_dw11 = x1 = 0.5"), "{text}");
    assert!(text.contains("inputs: x1 = 0.5, x2 = 0.8") && text.contains("targets: y_true1 = 0.9"), "{text}");

    assert_eq!(trace.why("x1").unwrap().to_string(), "inputs: x1 = 0.5\n");
    let update = trace.why("w11").unwrap().to_string();
    assert!(update.starts_with("w11 = w11 - learning_rate·dL_dw11 = "), "{update}");
    assert!(update.contains("  settings: learning_rate = 0.5\n"), "{update}");
    let error = trace.why("dL_dw13").unwrap_err();
    assert!(error.nearest.as_deref().is_some_and(|nearest| nearest.starts_with("dL_dw1")), "{error}");
    assert_eq!(trace.why("gradient_of_everything").unwrap_err().nearest, None);

    let russian = trace.language(&Language::RUSSIAN);
    let text = russian.why("dL_dz1").unwrap().to_string();
    assert!(text.contains("a1 входит в z3 и z4: по слагаемому на каждый путь."), "{text}");
    assert!(russian.to_string().starts_with("Скрытый слой: 2 => sigmoid(2).\n"), "{russian}");
}

/// Networks at the limit of 600 parameters, deep ones and large rolled ones.
#[test]
fn explanations_of_large_networks_stay_short() {
    let wide = Wide::random(&mut mlp_core::rng(1)).trace([0.3; 15], [0.6; 8], 0.1);
    assert_eq!(Wide::ARCHITECTURE.parameters().count(), 584);
    let deep = Deep::random(&mut mlp_core::rng(1)).trace([0.3], [0.6], 0.1);
    for name in ["dL_dw1_1", "w1_1", "L", "z32", "dL_dz25"] {
        explanation_is_complete(&wide, name);
    }
    for name in ["dL_dw1_1", "b1", "L", "dL_dz1", "y_pred"] {
        explanation_is_complete(&deep, name);
    }
    assert!(deep.why("dL_dw1_1").unwrap().to_string().contains("ask for: "));

    let mut y_true = [0.0; 10];
    y_true[3] = 1.0;
    let large = Large::random(&mut mlp_core::rng(1)).trace([0.25; 784], y_true, 0.1);
    for name in ["dL_dw1[3][2]", "z1[0]", "dL_da1[5]", "w2[15][9]", "L", "y_pred[9]"] {
        explanation_is_complete(&large, name);
    }
    let z1 = large.why("z1[0]").unwrap().to_string();
    assert!(z1.contains("w1[2][0]·x[2] + … + w1[783][0]·x[783] + b1[0]"), "{z1}");
    let array = large.why("w1").unwrap().to_string();
    assert!(array.ends_with(
        "(12544 elements)\n  ask for: w1[0][0], w1[0][1], w1[0][2], w1[0][3], w1[0][4], w1[0][5], …, w1[783][15]\n"
    ));
    assert_eq!(large.why("z1[16]").unwrap_err().nearest.as_deref(), Some("z1[10]"));
}

/// 0.1 + 0.2 + 0.3 - 0.6 is 1.11e-16 in `f64` and 0 on a calculator of ten digits.
#[test]
fn a_difference_that_only_rounding_made_is_not_exact() {
    mlp!(struct Sum: 3 => identity(1));
    let net = Sum { w11: 0.1, w21: 0.2, w31: 0.3, b1: -0.6 };
    let z1 = |net: &Sum| net.trace([1.0; 3], [0.0], 0.1).why("z1").unwrap().to_string();
    assert!(z1(&net).starts_with("z1 = w11·x1 + w21·x2 + w31·x3 + b1 = 0.1·1 + 0.2·1 + 0.3·1 + (-0.6) ≈ 1.110e-16\n"));
    // Products that are no normal numbers have lost their digits.
    let tiny = Sum { w11: 5e-324, w21: 0.0, w31: 0.0, b1: 0.0 }.trace([17.3, 1.0, 1.0], [0.0], 0.1);
    assert!(tiny.equation("z1").unwrap().to_string().contains(" ≈ "), "{tiny}");
    let z1 = z1(&Sum { b1: -0.5, ..net });
    assert!(z1.contains("0.3·1 + (-0.5) = 0.1\n"), "{z1}");
}

/// An explanation reads the values from before the update; the names of a state are those of before it, too.
#[test]
fn an_update_reads_what_was_before() {
    let net = Net::random(&mut mlp_core::rng(1));
    let trace = Trace::with_optimizer(&net, [0.5, 0.8], [0.9, 0.2], &mlp_core::Adam::new(0.1)).unwrap();
    let why = trace.why("w31").unwrap();
    let text = why.to_string();
    let mut values = HashMap::new();
    for line in text.lines().map(str::trim) {
        if let Some(given) = line.strip_prefix("before this update: ") {
            values.extend(given.split(", ").filter_map(|given| given.split_once(" = ")));
        }
    }
    assert_eq!((values["power1"], values["mean_w31"]), ("1", "0"), "{text}");
    assert!(why.names().any(|name| name == "power1"), "{text}");
    check(&trace);
}
