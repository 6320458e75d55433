//! Which files are loaded into which networks.

use std::path::Path;

use super::json::{Contents, Limit};
use super::section::cut;
use super::{COLUMNS, INPUT_SCALING, LoadError, OUTPUT_SCALING, Section, identity, model, parameters, scaling};
use crate::network::Names;
use crate::{Array, Model, Network, Scalar, Scaled, Scaling};

/// Loads networks from files that differ from the declaration in a way that you permit.
///
/// Without any permission it loads as [`load`](super::load) does. If a network cannot be loaded, the error says in what
/// it differs, and which of these methods permits the difference.
///
/// ```
/// use mlp_core::mlp;
/// use mlp_core::persist::Load;
///
/// mlp!(pub struct Before: 2 => 1);
/// mlp!(pub struct After: 2 => 1, loss = mean_squared_error, weights = [slope, height]);
///
/// let path = std::env::temp_dir().join("before.json");
/// Before { w11: 0.5, w21: -0.25, b1: 0.125 }.save(&path)?;
/// assert_eq!(
///     After::load(&path).unwrap_err().to_string(),
///     format!(
///         "{} holds a network with the loss half_squared_error, but After has mean_squared_error; \
///          `persist::Load::new().another_loss()` loads it all the same",
///         path.display()
///     ),
/// );
/// let after: After = Load::new().another_loss().renamed_weights().load(&path)?;
/// assert_eq!(after, After { slope: 0.5, height: -0.25, b1: 0.125 });
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a permission of its own")]
#[must_use = "it loads nothing until `load`, `load_scaled` or `load_model` is called"]
pub struct Load {
    edited: bool,
    another_loss: bool,
    another_scalar: bool,
    renamed_weights: bool,
    moved_activations: bool,
}

impl Load {
    /// Permits no difference.
    pub const fn new() -> Self {
        Self {
            edited: false,
            another_loss: false,
            another_scalar: false,
            renamed_weights: false,
            moved_activations: false,
        }
    }

    /// Ignores the checksum, for a file that was edited or that another program wrote, as
    /// [`load_edited`](super::load_edited) does.
    pub const fn edited(mut self) -> Self {
        self.edited = true;
        self
    }

    /// Permits another loss. It changes no prediction, only training.
    pub const fn another_loss(mut self) -> Self {
        self.another_loss = true;
        self
    }

    /// Permits `f64` in the file and `f32` in the network, or the other way round. `f64` is rounded to `f32`; `f32`
    /// becomes exactly the same number in `f64`.
    pub const fn another_scalar(mut self) -> Self {
        self.another_scalar = true;
        self
    }

    /// Permits other names of weights. The weights are then taken in the order in which they stand in the file. So a
    /// network can also be loaded that was `rolled` and no longer is, or the other way round.
    ///
    /// A file with its weights in another order is refused where this can be seen: by the biases, and by names that
    /// both sides have.
    pub const fn renamed_weights(mut self) -> Self {
        self.renamed_weights = true;
        self
    }

    /// Permits another path to an activation of your own, `crate::swish` for `self::swish`. Its last word must be the
    /// same.
    pub const fn moved_activations(mut self) -> Self {
        self.moved_activations = true;
        self
    }

    /// Reads a network, as [`load`](super::load) does.
    ///
    /// # Errors
    ///
    /// Those of [`load`](super::load), but for the differences that are permitted.
    pub fn load<N: Network>(self, path: impl AsRef<Path>) -> Result<N, LoadError> {
        let file = self.open::<N>(path.as_ref())?;
        refuse_model::<N>(&file)?;
        if file.root().has(INPUT_SCALING) {
            return Err(LoadError::Scaled { path: file.path(), network: N::ARCHITECTURE.name });
        }
        self.network(&file)
    }

    /// Reads a network and its scaling, as [`Scaled::load`] does.
    ///
    /// # Errors
    ///
    /// Those of [`Scaled::load`], but for the differences that are permitted.
    pub fn load_scaled<N: Network>(self, path: impl AsRef<Path>) -> Result<Scaled<N>, LoadError> {
        let file = self.open::<N>(path.as_ref())?;
        refuse_model::<N>(&file)?;
        if !file.root().has(INPUT_SCALING) {
            return Err(LoadError::NotScaled { path: file.path(), network: N::ARCHITECTURE.name });
        }
        // First the parameters: their error says it if `rolled` was added or removed.
        let network = self.network(&file)?;
        let (inputs, outputs) = self.scalings::<N, N::Scalar, N::Input, N::Output>(&file.root())?;
        Ok(Scaled { network, inputs, outputs })
    }

    /// Reads a model, as [`Model::load`] does.
    ///
    /// # Errors
    ///
    /// Those of [`Model::load`], but for the differences that are permitted.
    pub fn load_model<N: Network>(self, path: impl AsRef<Path>) -> Result<Model<N>, LoadError> {
        let file = self.open::<N>(path.as_ref())?;
        // The scaling of a model is in `f64`, whatever the scalar of its network.
        let root = Section { single: false, ..file.root() };
        if !root.has(COLUMNS) {
            let scaled = root.has(INPUT_SCALING);
            return Err(LoadError::NotModel { path: file.path(), network: N::ARCHITECTURE.name, scaled });
        }
        let network = self.network(&file)?;
        let (inputs, outputs) = self.scalings::<N, _, _, _>(&root)?;
        let model = Model::checked(network, model::read(&root)?, inputs, outputs);
        model.map_err(|error| root.problem(error.to_string()))
    }

    /// The scalings of inputs and outputs.
    fn scalings<N: Network, T: Scalar, X: Array<T>, Y: Array<T>>(
        self,
        root: &Section<'_>,
    ) -> Result<(Scaling<X>, Option<Scaling<Y>>), LoadError> {
        let renamed = self.renamed_weights;
        let inputs = scaling::read(&root.section(INPUT_SCALING)?, N::ARCHITECTURE.inputs.iter(), renamed)?;
        let outputs = if root.has(OUTPUT_SCALING) {
            Some(scaling::read(&root.section(OUTPUT_SCALING)?, N::ARCHITECTURE.predictions(), renamed)?)
        } else {
            None
        };
        Ok((inputs, outputs))
    }

    /// Opens a file, and checks that it holds a network of this kind.
    pub(crate) fn open<N: Network>(self, path: &Path) -> Result<Contents, LoadError> {
        let file = Contents::read(path, limit::<N>(), self.edited)?;
        let root = file.root();
        for (what, expected) in identity::<N>() {
            let found = root.text(what)?;
            let (permitted, remedy) = match what {
                "loss" => (self.another_loss, Some("another_loss")),
                "scalar" if ["f32", "f64"].contains(&found) => (self.another_scalar, Some("another_scalar")),
                _ if is_moved(found, &expected) => (self.moved_activations, Some("moved_activations")),
                _ => (false, None),
            };
            if found != expected && !permitted {
                let (found, name) = (cut(found), N::ARCHITECTURE.name);
                return Err(LoadError::Different { path: file.path(), what, found, name, expected, remedy });
            }
        }
        if root.has(OUTPUT_SCALING) && !root.has(INPUT_SCALING) {
            return Err(root.problem(format!("it has an `{OUTPUT_SCALING}`, but no `{INPUT_SCALING}`")));
        }
        model::check(&root)?;
        Ok(file)
    }

    /// The network in a file that was opened for it.
    pub(crate) fn network<N: Network>(self, file: &Contents) -> Result<N, LoadError> {
        let mut values = N::Parameters::zeros();
        if !file.root().has("parameters") && file.root().has("training") {
            return Err(LoadError::NoNetwork { path: file.path() });
        }
        let section = file.root().section("parameters")?;
        let (layers, name) = (N::ARCHITECTURE.layers, N::ARCHITECTURE.name);
        parameters::read(&section, layers, name, self.renamed_weights, values.as_mut())?;
        Ok(N::from_parameters(&values))
    }
}

/// Refuses a file that holds a model.
fn refuse_model<N: Network>(file: &Contents) -> Result<(), LoadError> {
    if file.root().has(COLUMNS) {
        return Err(LoadError::Model { path: file.path(), network: N::ARCHITECTURE.name });
    }
    Ok(())
}

/// Whether two architectures differ in nothing but the paths to a user's own activations.
fn is_moved(found: &str, expected: &str) -> bool {
    let layers = |architecture: &str| -> Vec<(bool, String)> {
        let layer = |layer: &str| match layer.rsplit_once("::") {
            Some((_, last)) => (true, last.trim().to_owned()),
            None => (false, layer.to_owned()),
        };
        architecture.split(" => ").map(layer).collect()
    };
    layers(found) == layers(expected)
}

/// The most numbers that an optimizer's state may have in a file: fifty for each parameter, and some.
pub(crate) const fn numbers_of_a_state(parameters: usize) -> usize {
    50 * parameters + 100
}

/// The limit for a file with this network. It may hold the network's parameters, those of the best network so far, the
/// state of an optimizer, and the names of a model.
fn limit<N: Network>() -> Limit {
    let architecture = N::ARCHITECTURE;
    let lists = architecture.layers.iter().flat_map(|layer| [layer.weights, layer.biases]);
    let words = lists.map(|names| if let Names::Listed(words) = names { words.concat().len() } else { 0 });
    let columns = architecture.inputs.len() + architecture.targets.len();
    // JSON writes a control character as six.
    let names = words.sum::<usize>() + architecture.to_string().len() + 6 * model::bytes_of_names(columns);
    let parameters = architecture.erased().parameter_count();
    // Each column has a scaling with two numbers, and a name. A category has its values too, each of which is an input, and
    // their array.
    Limit {
        values: 1000 + 2 * parameters + numbers_of_a_state(parameters) + 6 * columns,
        names,
        network: architecture.name,
    }
}
