//! The advice at the end of an error message.

/// The largest number of names that a message lists.
const SHOWN: usize = 12;

/// `` `a`, `b` ``: the names of a list, or the first ones of a long list. `none` if the list is empty.
pub(super) fn list(names: &[String]) -> String {
    let mut shown: Vec<_> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        shown.push("…".to_owned());
    }
    if shown.is_empty() { "none".to_owned() } else { shown.join(", ") }
}

/// Advice if a column does not exist.
pub(super) fn other_column(column: &str, columns: &[String]) -> String {
    match columns {
        [header] if header.contains([';', '\t']) => {
            let delimiter = if header.contains(';') { ';' } else { '\t' };
            format!(
                ": its cells seem to be separated by {delimiter:?}: read it with `Table::read_delimited(path, \
                 b{delimiter:?})`"
            )
        }
        _ => did_you_mean(column, columns),
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
    let fewer = format!("if the file lacks some of the classes, name all of them: `.class_of({column:?}, […])`");
    match classes {
        0 | 1 => fewer,
        2 => format!("declare it as `… => 1` or `… => softmax(2)`; {fewer}"),
        _ if classes < outputs => format!("declare it as `… => softmax({classes})`; {fewer}"),
        _ => format!("declare it as `… => softmax({classes})`"),
    }
}

/// `` : did you mean `species`? ``, or nothing if no name is similar.
///
/// A name is similar if at most a third of its letters differ, or one letter of a short name.
pub(super) fn did_you_mean(word: &str, known: &[String]) -> String {
    let distance = |name: &str| strsim::osa_distance(&word.to_lowercase(), &name.to_lowercase());
    let nearest = known.iter().map(|name| (distance(name), name)).min();
    let is_similar = |&(distance, name): &(usize, &String)| {
        let lengths = [word.chars().count(), name.chars().count()];
        let (shorter, longer) = (lengths[0].min(lengths[1]), lengths[0].max(lengths[1]));
        distance <= (longer / 3).max(1) && distance < shorter
    };
    nearest.filter(is_similar).map_or_else(String::new, |(_, name)| format!(": did you mean `{name}`?"))
}
