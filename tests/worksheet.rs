//! Worksheets do not give their answers away, and the solutions have every blank.

use mlp_core::worksheet::WorksheetError;
use mlp_core::{Adam, Language, Trace, Worksheet, mlp};

mlp!(struct Net: 2 => 2 => 2);
mlp!(struct Classifier: 2 => tanh(2) => softmax(3), loss = cross_entropy, rolled);

fn sheet() -> Worksheet<f64> {
    Worksheet::of(&Net::random(&mut mlp_core::rng(1)), [0.5, 0.8], [0.9, 0.2])
}

#[test]
fn a_blank_value_stands_nowhere() {
    let trace = Net::random(&mut mlp_core::rng(1)).trace([0.5, 0.8], [0.9, 0.2], 0.5);
    let sheet = sheet().blank_value("a1").unwrap();
    let a1 = trace.equation("a1").unwrap().to_string();
    let (_, a1) = a1.rsplit_once(' ').unwrap();
    for text in [sheet.to_markdown(), sheet.to_latex()] {
        assert!(!text.contains(a1), "{a1} in\n{text}");
    }
    let text = sheet.to_markdown();
    assert!(text.contains("- `a1 = sigmoid(z1) = ______`\n"), "{text}");
    // A copy of it is blank, too, and so is its number in other lines.
    assert!(text.contains("- `dz3_dw31 = a1 = ______`\n"), "{text}");
    assert!(text.contains("- `da1_dz1 = a1·(1 - a1) = ______·(1 - ______) = "), "{text}");
    let solutions = sheet.solutions_to_markdown();
    assert!(solutions.contains(&format!("- `{}`\n", trace.equation("a1").unwrap())), "{solutions}");
    assert!(solutions.contains("dz3_dw31 = a1 = ") && !solutions.contains("dL_dz1"), "{solutions}");
    assert!(!solutions.contains("______"));
}

/// The same formula, and lines in which all else is 0 or 1, would tell a value.
#[test]
fn no_other_line_tells_a_blank_value() {
    mlp!(struct One: 1 => 1);
    let sheet = Worksheet::of(&One { w11: 0.5, b1: 0.25 }, [1.0], [1.0]);
    let text = sheet.clone().blank_value("error").unwrap().to_markdown();
    assert!(text.contains("- `dL_dy_pred = y_pred - y_true = ______`\n") && !text.contains("0.3208"), "{text}");
    let text = sheet.clone().blank_value("dL_dz1").unwrap().to_markdown();
    assert!(text.contains("- `dL_dw11 = dL_dz1·dz1_dw11 = ______`\n"), "{text}");
    let text = sheet.blank_formula("error").unwrap().to_markdown();
    assert!(text.contains("- `dL_dy_pred = ______ = -0.3208`\n"), "{text}");

    mlp!(struct Classes: 2 => tanh(2) => softmax(3), loss = cross_entropy);
    let sheet = Worksheet::of(&Classes::random(&mut mlp_core::rng(1)), [0.5, 0.8], [0.0, 1.0, 0.0]);
    let text = sheet.blank_value("y_pred1").unwrap().to_markdown();
    assert!(text.contains("- `dL_dz3 = y_pred1 - y_true1 = ______`\n"), "{text}");
    assert!(text.contains("- `dL_dw31 = dL_dz3·dz3_dw31 = ______·"), "{text}");
}

#[test]
fn formulas_and_steps_are_left_out() {
    let sheet = sheet().blank_formula("dL_dz1").unwrap().blank_step(3).unwrap();
    let text = sheet.to_markdown();
    assert!(text.contains("- `dL_dz1 = ______ = "), "{text}");
    assert!(text.contains("- `dL_dz3 = ______ = ______`\n- `dL_dz4 = ______ = ______`\n"), "{text}");
    // What only repeats a blank value has none.
    assert!(text.contains("- `dL_db3 = dL_dz3 = ______`\n"), "{text}");
    assert_eq!(sheet.solutions_to_markdown().matches("- `").count(), 1 + 2 + 2);
    assert!(sheet.to_latex().contains(r"\underline{\hspace{4em}}"));
}

#[test]
fn a_sheet_says_what_is_given() {
    let text = sheet().to_markdown();
    assert!(text.starts_with("## Worksheet\n\n### Given\n\n- inputs: `x1 = 0.5`, `x2 = 0.8`\n- targets: "), "{text}");
    assert!(!text.contains("learning_rate") && !text.contains("Update"), "{text}");
    assert_eq!(text.matches("______").count(), 0);
    assert_eq!(sheet().solutions_to_markdown().matches("- `").count(), 0);

    let net = Net::random(&mut mlp_core::rng(1));
    let trace = Trace::with_optimizer(&net, [0.5, 0.8], [0.9, 0.2], &Adam::new(0.1)).unwrap();
    let old = format!(
        "`w11 = {}",
        trace.why("z1").unwrap().to_string().split("w11 = ").nth(1).unwrap().split(',').next().unwrap()
    );
    let sheet = Worksheet::of_trace(trace).blank_value("w11").unwrap().blank_value("mean_w11").unwrap();
    let text = sheet.title("Adam").language(&Language::RUSSIAN).to_markdown();
    assert!(text.starts_with("## Adam\n\n### Дано\n\n- входы: "), "{text}");
    // Only the value after the update is blank.
    assert!(text.contains(&old) && text.contains("- `w11 = w11 - step_size·mean_w11"), "{old}\n{text}");
    assert!(text.contains("до этого обновления: `power1 = 1`"), "{text}");
    assert_eq!(text.matches("______").count(), 2, "{text}");
}

#[test]
fn what_is_not_there_is_refused() {
    let error = sheet().blank_value("dL_dw13").unwrap_err();
    assert!(matches!(&error, WorksheetError::UnknownName(unknown) if unknown.nearest.is_some()), "{error}");
    // Without a learning rate there is no update.
    assert!(sheet().blank_value("w11").is_err() && sheet().blank_formula("x1").is_err());
    let error = sheet().blank_value("w11").unwrap_err();
    assert_eq!(error.to_string(), "`w11` is given: no equation computes it");
    let title = sheet().title("Sheet 1\n\nGroup A\u{1b}").to_latex();
    assert!(title.contains("\\section*{Sheet 1  Group A }"), "{title}");
    let error = sheet().blank_step(9).unwrap_err();
    assert_eq!(error.to_string(), "there is no step 9 in this network: it has the steps 1, 2, 3, 4, 5, 6, 7, 8");
    mlp!(struct Single: 1 => 1);
    let single = Worksheet::of(&Single { w11: 0.5, b1: 0.25 }, [0.5], [1.0]);
    assert_eq!(
        single.blank_step(5).unwrap_err().to_string(),
        "there is no step 5 in this network: it has the steps 1, 2, 3, 4"
    );
}

#[test]
fn a_rolled_network_has_worksheets_too() {
    let net = Classifier::random(&mut mlp_core::rng(1));
    let sheet = Worksheet::of(&net, [0.5, 0.8], [0.0, 1.0, 0.0]).blank_value("z1[1]").unwrap().blank_step(2).unwrap();
    let text = sheet.to_markdown();
    assert!(text.contains("- `z1[1] = w1[0][1]·x[0] + w1[1][1]·x[1] + b1[1] = ______`\n"), "{text}");
    // Steps 1 to 3 are one here.
    assert!(text.contains("- `dL_dz2[0] = ______ = ______`\n"), "{text}");
}
