//! Names, numbers and words in LaTeX. Formulas need the package `amsmath`.

use super::derivative::Derivative;

/// `w_{11}`, `\frac{\partial L}{\partial w_{11}}`, `w^{(1)}_{0,3}` for `w1[0][3]`.
pub(crate) fn name(name: &str) -> String {
    match name {
        "…" => return r"\dots".to_owned(),
        "learning_rate" => return r"\eta".to_owned(),
        _ => {}
    }
    match Derivative::of_name(name) {
        Some(Derivative { of, by }) => format!(r"\frac{{\partial {}}}{{\partial {}}}", quantity(&of), quantity(&by)),
        None => quantity(name),
    }
}

/// A number as [`significant`](crate::number::significant) writes it.
pub(crate) fn number(text: &str) -> String {
    let text = text.replace('∞', r"\infty").replace("NaN", r"\mathrm{NaN}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => format!(r"{mantissa} \cdot 10^{{{exponent}}}"),
        None => text,
    }
}

/// Words outside formulas.
pub(crate) fn words(text: &str) -> String {
    let mut latex = String::new();
    for letter in text.replace("=>", "⇒").chars() {
        match letter {
            '⇒' => latex.push_str(r"$\Rightarrow$"),
            '\\' => latex.push_str(r"\textbackslash{}"),
            '^' => latex.push_str(r"\textasciicircum{}"),
            '~' => latex.push_str(r"\textasciitilde{}"),
            '<' => latex.push_str(r"\textless{}"),
            '>' => latex.push_str(r"\textgreater{}"),
            '_' | '{' | '}' | '#' | '$' | '%' | '&' => latex.extend(['\\', letter]),
            other => latex.push(other),
        }
    }
    latex
}

/// A title in a line of its own.
pub(crate) fn heading(title: &str) -> String {
    format!("\\paragraph{{{}}}\\mbox{{}}\\par\n", words(title))
}

/// A formula as a paragraph, in which TeX may break the line at its signs.
pub(crate) fn paragraph(formula: &str) -> String {
    indented(0, &format!(r"$\displaystyle {formula}$"))
}

/// A paragraph, indented by its depth, with enough space between its lines for fractions.
pub(crate) fn indented(depth: usize, text: &str) -> String {
    format!("{{\\raggedright\\leftskip={depth}em\\lineskip=4pt\\lineskiplimit=4pt\\noindent {text}\\par}}\n")
}

/// A word in a formula, such as the name of a function.
pub(crate) fn upright(word: &str) -> String {
    // The upright letters of formulas are Latin.
    let command = if word.is_ascii() { "mathrm" } else { "text" };
    format!(r"\{command}{{{}}}", words(word))
}

/// The command of a Greek letter.
fn greek(letter: char) -> Option<&'static str> {
    let (letters, names) = (
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
        [
            "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
            "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta",
            "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega",
        ],
    );
    letters.chars().position(|known| known == letter).map(|place| names[place])
}

/// A name that is no derivative: letters with a number below them, or a word.
fn quantity(name: &str) -> String {
    let (base, places) = name.split_once('[').unwrap_or((name, ""));
    let places = places.trim_end_matches(']').replace("][", ",");
    let letters = base.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '_');
    let number = base[letters.len()..].trim_start_matches('_').replace('_', ",");
    if letters.is_empty() {
        return upright(name);
    }
    let (head, word) = match letters {
        "y_pred" => ("y", r"\mathrm{pred}"),
        "y_true" => ("y", r"\mathrm{true}"),
        _ => (letters, ""),
    };
    let head = match head.chars().next().filter(|_| head.chars().count() == 1) {
        Some('a'..='z' | 'A'..='Z') => head.to_owned(),
        Some(letter) => greek(letter).map_or_else(|| upright(head), |name| format!(r"\{name}")),
        None => upright(head),
    };
    // The number of a layer's array stands above, the places in the array below.
    let (above, number) = if places.is_empty() { (String::new(), number) } else { (number, String::new()) };
    let below = [word, &number, &places].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(",");
    let above = if above.is_empty() { above } else { format!("^{{({above})}}") };
    let below = if below.is_empty() { below } else { format!("_{{{below}}}") };
    format!("{head}{above}{below}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_symbols() {
        for (plain, latex) in [
            ("w11", "w_{11}"),
            ("w1_11", "w_{1,11}"),
            ("x", "x"),
            ("L", "L"),
            ("y_pred2", r"y_{\mathrm{pred},2}"),
            ("y_true", r"y_{\mathrm{true}}"),
            ("dL_dw11", r"\frac{\partial L}{\partial w_{11}}"),
            ("dy_pred1_dz3", r"\frac{\partial y_{\mathrm{pred},1}}{\partial z_{3}}"),
            ("w1[0][3]", "w^{(1)}_{0,3}"),
            ("π", r"\pi"),
            ("ω2", r"\omega_{2}"),
            ("вес_2", r"\text{вес}_{2}"),
            ("ж", r"\text{ж}"),
            ("x[3]", "x_{3}"),
            ("dL_dw1[0][3]", r"\frac{\partial L}{\partial w^{(1)}_{0,3}}"),
            ("dz2_da1[0][3]", r"\frac{\partial z^{(2)}_{3}}{\partial a^{(1)}_{0}}"),
            ("da1_dz1[5]", r"\frac{\partial a^{(1)}_{5}}{\partial z^{(1)}_{5}}"),
            ("velocity_w11", r"\mathrm{velocity\_w}_{11}"),
            ("learning_rate", r"\eta"),
            ("decayed", r"\mathrm{decayed}"),
        ] {
            assert_eq!(name(plain), latex, "{plain}");
        }
        assert_eq!(number("-2.1e-5"), r"-2.1 \cdot 10^{-5}");
        assert_eq!(words("2 => tanh(3) & my_loss"), r"2 $\Rightarrow$ tanh(3) \& my\_loss");
    }
}
