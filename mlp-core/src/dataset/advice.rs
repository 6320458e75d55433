//! The advice at the end of an error message.

use super::quoted::{cut, did_you_mean};

/// The characters that separate cells in files whose cells are not separated by commas.
const DELIMITERS: [char; 3] = [';', '\t', '|'];

/// Advice if a column does not exist.
pub(super) fn other_column(column: &str, columns: &[String]) -> String {
    if let [header] = columns {
        if let Some(delimiter) = DELIMITERS.into_iter().find(|&delimiter| header.contains(delimiter)) {
            return delimited(delimiter);
        }
        if header.split_whitespace().count() > 1 && header.split_whitespace().any(|name| name == column) {
            return ": its cells seem to be separated by blanks: read it with `TableFormat::new().whitespace()`"
                .to_owned();
        }
    }
    if columns.iter().any(|name| name.parse::<f64>().is_ok()) && column.parse::<f64>().is_err() {
        return ": if the first row is an example, name the columns by `TableFormat::new().names([…])`".to_owned();
    }
    did_you_mean(column, columns)
}

/// Advice if this text follows a closing quote.
pub(super) fn other_separator(text: &str) -> String {
    let delimiter = text.chars().next().filter(|first| DELIMITERS.contains(first) || *first == ',');
    delimiter
        .map_or_else(|| ": remove a stray quote; a quote within a quoted cell is written twice".to_owned(), delimited)
}

fn delimited(delimiter: char) -> String {
    format!(
        ": its cells seem to be separated by {delimiter:?}: read it with `TableFormat::new().delimiter({delimiter:?})`"
    )
}

/// Advice if a cell is not a plain number: how to write the number that it seems to hold, or what else it may be.
fn bare_number(cell: &str, column: &str) -> String {
    let is_sign = |character: char| !character.is_alphanumeric() && !matches!(character, '.' | ',' | '+' | '-');
    let number = cell.trim_matches(is_sign).trim();
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    if looks_like_date(cell) {
        return "it looks like a date: write what matters of it as numbers in columns of their own, such as the days since \
                a start, the day of the year or the hour"
            .to_owned();
    }
    let digits = number.trim_start_matches(['+', '-']);
    let comma_is_last = digits.rfind(',') > digits.find('.');
    let (unwanted, options) = if digits.contains('.')
        && comma_is_last
        && is_number(&digits.replace('.', "").replacen(',', ".", 1))
    {
        ("points between thousands and a decimal comma", ".decimal(',').thousands('.')")
    } else if digits.contains(',') && is_number(&digits.replacen(',', ".", 1)) {
        ("a comma for decimals or thousands", ".decimal(',')` or `.thousands(',')")
    } else if digits.contains(',') && is_number(&digits.replace(',', "")) {
        ("commas between thousands", ".thousands(',')")
    } else if !is_number(number) && is_number(&number.replace([' ', '\u{a0}', '\u{202f}', '_', '\''], "")) {
        ("blanks or signs between digits", ".thousands(…)")
    } else if is_number(number) && cell.ends_with('%') {
        ("a percent sign", ".percent()")
    } else if is_number(number) {
        ("a sign that is no part of the number", "")
    } else {
        let column = cut(column);
        return format!(
            "if it stands for a missing cell, name it in `.missing_values([…])`; if the column holds words, select it \
             by `.category({column:?})` as an input, by `.class({column:?})` as the target"
        );
    };
    let options = match options {
        "" => String::new(),
        options => format!(", or read the file with `TableFormat::new()` and `{options}`"),
    };
    format!("write numbers like 1234.5, without {unwanted}{options}")
}

/// Whether a cell looks like a date, with a time or without, or like a time.
pub(super) fn looks_like_date(cell: &str) -> bool {
    let is_digits = |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_month = |part: &str| part.len() >= 3 && part.chars().all(char::is_alphabetic);
    let date = cell.split(['T', ' ']).next().unwrap_or_default();
    let is_date = |separator: char| {
        let parts: Vec<_> = date.split(separator).collect();
        matches!(parts[..], [day, month, year] if is_digits(day) && is_digits(year) && (is_digits(month) || is_month(month)))
    };
    let is_time =
        |text: &str| text.split(':').count() > 1 && text.split(':').all(|part| part.len() == 2 && is_digits(part));
    ['-', '/', '.'].into_iter().any(is_date) || is_time(cell)
}

/// Advice if a cell is not a number in the notation of its file.
pub(super) fn number_like(cell: &str, column: &str, notation: Option<&str>) -> String {
    match notation {
        Some(example) if !looks_like_date(cell) => format!(
            "the numbers of the file are to be written like `{example}`; if it stands for a missing cell, name it in \
             `.missing_values([…])`"
        ),
        _ => bare_number(cell, column),
    }
}

/// Advice if the number of inputs does not fit.
pub(super) fn fitting_inputs(inputs: usize) -> String {
    match inputs {
        0 => "select some by `.numbers([…])` or `.category(…)`".to_owned(),
        _ => format!("declare it as `{inputs} => …`, or select other columns"),
    }
}

/// Advice if the number of targets does not fit.
pub(super) fn fitting_outputs(targets: usize) -> String {
    match targets {
        0 => "select some by `.targets([…])`, or classes by `.class(…)`".to_owned(),
        _ => format!("declare it as `… => {targets}`, or select other columns"),
    }
}

/// Advice if the number of classes does not fit.
pub(super) fn fitting_classes(column: &str, classes: usize, outputs: usize) -> String {
    let fewer = format!("if the file lacks some of the classes, name all of them: `.class_of({:?}, […])`", cut(column));
    match classes {
        0 | 1 => fewer,
        2 => format!("declare it as `… => 1` or `… => softmax(2)`; {fewer}"),
        _ if classes < outputs => format!("declare it as `… => softmax({classes})`; {fewer}"),
        _ => format!("declare it as `… => softmax({classes})`"),
    }
}
