//! Tables in the README, between two marks, and the line above them.

use std::error::Error;
use std::fs;
use std::process::Command;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");

/// Puts a text between the marks of this name.
///
/// # Errors
///
/// If the README or one of its marks is not there.
pub(crate) fn write(name: &str, text: &str) -> Result<()> {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->\n"));
    let readme = fs::read_to_string(README)?;
    let missing = |mark: &str| format!("README.md: the line {} is missing", mark.trim());
    let (before, rest) = readme.split_once(&begin).ok_or_else(|| missing(&begin))?;
    let (_, after) = rest.split_once(&end).ok_or_else(|| missing(&end))?;
    fs::write(README, format!("{before}{begin}\n{text}\n{end}{after}"))?;
    Ok(())
}

/// A sentence, without its full stop, that says by which command, when and where a table was measured.
///
/// # Errors
///
/// If `date` or `rustc` cannot be run.
pub(crate) fn origin(command: &str) -> Result<String> {
    let printed = |program: &str, argument: &str| -> Result<String> {
        let output = Command::new(program).arg(argument).output().map_err(|error| format!("{program}: {error}"))?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let named = |name| processors.lines().find_map(|line| Some(line.strip_prefix(name)?.split_once(':')?.1.trim()));
    let processor = named("model name").unwrap_or("processor unknown");
    // Virtual machines often hide the model's name.
    let model =
        named("cpu family").zip(named("model\t")).map(|(family, model)| format!(" family {family} model {model}"));
    let model = model.unwrap_or_default();
    let system = format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH);
    let (date, compiler) = (printed("date", "+%F")?, printed("rustc", "--version")?);
    Ok(format!("Written by `{command}` on {date}: {processor}{model}, {system}, {compiler}"))
}
