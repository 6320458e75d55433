//! Saves a training and resumes it, in another process if need be.

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use super::memory::{Memory, TrainingView};
use super::stop_criteria::EpochLoss;
use super::{Progress, Settings, StopReason, Trainer, Training, Validation, checks};
use crate::observer::ErasedTraining as _;
use crate::optimizer::{OptimizerState as _, StateVisitor};
use crate::persist::{self, Key, Load, Node, Section};
use crate::{LoadError, Name, Network, Optimizer, SaveError, Scalar};

/// Saving and resuming need the feature `serde`.
impl<N, O, W, V> Training<N, O, W, V>
where
    N: Network,
    O: Optimizer<N::Scalar>,
    V: Validation<N>,
{
    /// Writes how far the training is to a file: the optimizer's state, the number of epochs, the best parameters so far. An
    /// old file is replaced only when the new one is complete. The present network is not in it, so save it too. With patience, the
    /// best parameters are in it, and `finish` restores them. A
    /// [`Checkpoint`](super::Checkpoint) writes both into one file.
    ///
    /// ```
    /// use mlp_core::{Adam, Trainer, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let examples = [([0.0], [1.0]), ([1.0], [3.0])];
    /// let trainer = || Trainer::new(Adam::new(0.1)).epochs(20).shuffle(1);
    /// let folder = std::env::temp_dir();
    ///
    /// let mut line = Line { w11: 0.0, b1: 0.0 };
    /// let mut training = trainer().start(&line)?;
    /// training.fit(&mut line, &examples)?;
    /// training.save(folder.join("line_training.json"))?;
    /// line.save(folder.join("line.json"))?;
    ///
    /// // In another process, perhaps:
    /// let mut resumed_line = Line::load(folder.join("line.json"))?;
    /// let mut resumed = trainer().resume(folder.join("line_training.json"))?;
    /// resumed.fit(&mut resumed_line, &examples)?;
    ///
    /// training.fit(&mut line, &examples)?;
    /// assert_eq!(resumed_line, line);
    /// # std::fs::remove_file(folder.join("line.json"))?;
    /// # std::fs::remove_file(folder.join("line_training.json"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a number of the optimizer's state is infinite or NaN; if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), SaveError> {
        let Self { trainer: Trainer { optimizer, settings, validation, .. }, memory, progress } = self;
        let validation = count(validation);
        let training = TrainingView { optimizer, memory, settings, progress, validation }.describe()?;
        let mut sections = persist::describe_identity::<N>();
        sections.push((TRAINING.into(), training));
        persist::write(path.as_ref(), sections)
    }
}

/// Resuming needs the feature `serde`.
impl<O, W, V> Trainer<O, W, V> {
    /// Resumes a training that [`Training::save`] or a [`Checkpoint`](super::Checkpoint) wrote, with the same settings. Only the number of epochs,
    /// the time limit and what is permitted (`allow_…`) may be others. Load the network itself with its own `load`.
    ///
    /// The observers start anew: a [`History`](crate::History) begins with the next epoch.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or does not hold a training of this kind of network; if a setting differs, with its name;
    /// if the trainer's settings make no sense.
    pub fn resume<N>(self, path: impl AsRef<Path>) -> Result<Training<N, O, W, V>, LoadError>
    where
        N: Network,
        O: Optimizer<N::Scalar>,
        V: Validation<N>,
    {
        let Self { optimizer, settings, validation, .. } = &self;
        checks::network(&N::ARCHITECTURE.erased(), O::METHOD, settings)
            .map_err(|source| LoadError::Trainer { source })?;
        checks::numbers::<N::Scalar>((optimizer.learning_rate(), O::METHOD), settings)
            .map_err(|source| LoadError::Trainer { source })?;
        let state = optimizer.init_state::<N::Parameters>().map_err(|source| LoadError::Trainer { source })?;
        let mut memory = Memory::<N, O>::new(state, settings.patience.is_some());
        let file = Load::new().open::<N>(path.as_ref())?;
        if !file.root().has(TRAINING) {
            return Err(LoadError::NoTraining { path: file.path(), network: N::ARCHITECTURE.name });
        }
        let section = file.root().section(TRAINING)?;
        section.only(|key| ["epochs", "steps", "settings", "optimizer", "last", "best", "seconds"].contains(&key))?;
        let progress = Progress::read(&section)?;
        let expected = describe_settings::<N::Scalar, O>(settings, optimizer, count(validation), progress.epochs);
        compare_settings(&section.section("settings")?, &expected)?;
        let state = section.section("optimizer")?;
        let mut reader = Reader { section: &state, read: Vec::new(), error: None };
        memory.state.visit(&mut reader);
        let Reader { read, error, .. } = reader;
        error.map_or(Ok(()), Err)?;
        state.only(|key| read.contains(&key))?;
        if let (Some(best), Some(_)) = (&mut memory.best, &progress.best) {
            let slots = best.as_mut();
            section.section("best")?.array("parameters", &[slots.len()], slots)?;
        }
        Ok(Training { memory, progress, trainer: self })
    }
}

pub(super) const TRAINING: &str = "training";

/// The number of validation examples.
fn count<N: Network>(validation: &impl Validation<N>) -> usize {
    validation.examples().map_or(0, <[_]>::len)
}

/// Names and values of all settings that a training goes on with.
pub(super) fn describe_settings<T: Scalar, O: Optimizer<T>>(
    settings: &Settings,
    optimizer: &O,
    validation: usize,
    trained: usize,
) -> Vec<(Cow<'static, str>, String)> {
    let mut all = vec![
        ("optimizer".into(), optimizer.name().to_owned()),
        ("learning rate".into(), optimizer.learning_rate().to_string()),
    ];
    optimizer.settings(&mut |name, value| all.push((format!("optimizer's {name}").into(), value.to_string())));
    all.extend(settings.describe(O::METHOD, trained));
    all.push(("number of validation examples".into(), validation.to_string()));
    all
}

/// The first setting that differs is an error.
fn compare_settings(section: &Section<'_>, expected: &[(Cow<'static, str>, String)]) -> Result<(), LoadError> {
    let differs = |setting: &str, found: &str, expected: &str| LoadError::Setting {
        path: section.path().to_path_buf(),
        setting: setting.to_owned(),
        found: found.to_owned(),
        expected: expected.to_owned(),
    };
    for (name, expected) in expected {
        let found = if section.has(name) { section.text(name)? } else { "unset" };
        if found != expected {
            return Err(differs(name, found, expected));
        }
    }
    match section.keys().find(|key| !expected.iter().any(|(name, _)| name == key)) {
        Some(key) => Err(differs(key, section.text(key)?, "unset")),
        None => Ok(()),
    }
}

impl<T: Scalar> Progress<T> {
    /// The section of a file that holds a training.
    pub(super) fn describe(
        &self,
        settings: Vec<(Cow<'static, str>, String)>,
        parameters: usize,
        best: Option<&[T]>,
        visit_state: &dyn Fn(&mut dyn StateVisitor<T>),
    ) -> Result<Node, SaveError> {
        let doubled = settings
            .iter()
            .enumerate()
            .find(|(index, (name, _))| settings[..*index].iter().any(|(other, _)| other == name));
        if let Some((_, (name, _))) = doubled {
            return Err(SaveError::DoubledName { name: name.clone().into_owned() });
        }
        let settings = settings.into_iter().map(|(name, value)| (name, Node::Text(value)));
        let mut state = Writer { entries: Vec::new(), numbers: 0, error: None };
        visit_state(&mut state);
        state.error.map_or(Ok(()), Err)?;
        let most = persist::numbers_of_a_state(parameters);
        if state.numbers > most {
            return Err(SaveError::LargeState { numbers: state.numbers, most });
        }
        let mut entries: Vec<(Key, Node)> = vec![
            ("epochs".into(), Node::Integer(self.epochs as u64)),
            ("seconds".into(), Node::Number(self.elapsed.as_secs_f64())),
            ("settings".into(), Node::Object(settings.collect())),
            ("optimizer".into(), Node::Object(state.entries)),
        ];
        if self.steps > 0 {
            entries.push(("steps".into(), Node::Integer(self.steps as u64)));
        }
        if let Some((losses, stop_reason)) = &self.last {
            let mut last = describe_losses(losses)?;
            last.extend(stop_reason.map(|reason| ("stop_reason".into(), Node::Text(format!("{reason:?}")))));
            entries.push(("last".into(), Node::Object(last)));
        }
        if let (Some(losses), Some(parameters)) = (&self.best, best) {
            let mut described = describe_losses(losses)?;
            described.push(("parameters".into(), Node::array(names("best"), parameters)?));
            entries.push(("best".into(), Node::Object(described)));
        }
        Ok(Node::Object(entries))
    }

    fn read(section: &Section<'_>) -> Result<Self, LoadError> {
        let mut progress = Self::new();
        progress.epochs = whole(section, "epochs")?;
        if section.has("steps") {
            progress.steps = whole(section, "steps")?;
        }
        progress.elapsed = Duration::try_from_secs_f64(section.number("seconds")?)
            .map_err(|error| section.problem(format!("`training.seconds`: {error}")))?;
        if section.has("last") {
            let last = section.section("last")?;
            last.only(|key| ["epoch", "loss", "validation_loss", "stop_reason"].contains(&key))?;
            progress.last = Some((read_losses(&last)?, read_stop_reason(&last)?));
        }
        if section.has("best") {
            let best = section.section("best")?;
            best.only(|key| ["epoch", "loss", "validation_loss", "parameters"].contains(&key))?;
            progress.best = Some(read_losses(&best)?);
        }
        let last = progress.last.map(|(losses, _)| losses);
        if [last, progress.best].into_iter().flatten().any(|losses| losses.number >= progress.epochs) {
            return Err(section.problem("an epoch comes after the last one".to_owned()));
        }
        Ok(progress)
    }
}

fn describe_losses<T: Scalar>(losses: &EpochLoss<T>) -> Result<Vec<(Key, Node)>, SaveError> {
    let EpochLoss { number, loss, validation_loss } = *losses;
    let mut entries =
        vec![("epoch".into(), Node::Integer(number as u64)), ("loss".into(), Node::number("loss".into(), loss)?)];
    // A validation loss need not be finite, and JSON has no such numbers.
    entries.extend(validation_loss.map(|loss| ("validation_loss".into(), Node::Text(format!("{loss:?}")))));
    Ok(entries)
}

fn read_losses<T: Scalar>(section: &Section<'_>) -> Result<EpochLoss<T>, LoadError> {
    let validation_loss = if section.has("validation_loss") {
        let text = section.text("validation_loss")?;
        let loss = text.parse().map_err(|_| section.problem("a `validation_loss` is no number".to_owned()))?;
        Some(T::from_f64(loss))
    } else {
        None
    };
    Ok(EpochLoss { number: whole(section, "epoch")?, loss: section.scalar("loss")?, validation_loss })
}

fn read_stop_reason(section: &Section<'_>) -> Result<Option<StopReason>, LoadError> {
    if !section.has("stop_reason") {
        return Ok(None);
    }
    let text = section.text("stop_reason")?;
    let reasons = [
        StopReason::TargetLoss,
        StopReason::Patience,
        StopReason::TimeLimit,
        StopReason::Observer,
        StopReason::Converged,
    ];
    let reason = reasons.into_iter().find(|reason| format!("{reason:?}") == text);
    reason.map(Some).ok_or_else(|| section.problem(format!("`{text}` is no reason to stop")))
}

/// A number of epochs.
fn whole(section: &Section<'_>, key: &str) -> Result<usize, LoadError> {
    let number = section.integer(key)?;
    // Adding 1 must not overflow.
    let number = usize::try_from(number).ok().filter(|number| *number < usize::MAX / 2);
    number.ok_or_else(|| section.problem(format!("`{key}` is more than there can be")))
}

/// One name for all numbers of an array.
fn names(name: &'static str) -> impl Iterator<Item = Name> {
    std::iter::repeat(Name::from(name))
}

/// Writes an optimizer's state.
struct Writer {
    entries: Vec<(Key, Node)>,
    /// How many there are in all.
    numbers: usize,
    error: Option<SaveError>,
}

impl Writer {
    fn push(&mut self, name: &'static str, node: Result<Node, SaveError>) {
        match node {
            Ok(_) if self.entries.iter().any(|(key, _)| key == name) => {
                self.error = self.error.take().or(Some(SaveError::DoubledName { name: name.to_owned() }));
            }
            Ok(node) => self.entries.push((name.into(), node)),
            Err(error) => self.error = self.error.take().or(Some(error)),
        }
    }
}

impl<T: Scalar> StateVisitor<T> for Writer {
    fn scalars(&mut self, name: &'static str, values: &mut [T]) {
        self.numbers += values.len();
        self.push(name, Node::array(names(name), values));
    }

    fn number(&mut self, name: &'static str, value: &mut f64) {
        self.numbers += 1;
        self.push(name, Node::number(name.into(), *value));
    }
}

/// Reads an optimizer's state.
struct Reader<'a> {
    section: &'a Section<'a>,
    /// The names of what was read.
    read: Vec<&'static str>,
    error: Option<LoadError>,
}

impl Reader<'_> {
    fn note(&mut self, name: &'static str, result: Result<(), LoadError>) {
        self.read.push(name);
        self.error = self.error.take().or(result.err());
    }
}

impl<T: Scalar> StateVisitor<T> for Reader<'_> {
    fn scalars(&mut self, name: &'static str, values: &mut [T]) {
        let result = self.section.array(name, &[values.len()], values);
        self.note(name, result);
    }

    fn number(&mut self, name: &'static str, value: &mut f64) {
        let result = self.section.number(name).map(|number| *value = number);
        self.note(name, result);
    }
}
