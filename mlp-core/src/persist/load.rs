//! Which files are loaded into which networks.

use std::path::Path;

use super::json::Contents;
use super::{INPUT_SCALING, LoadError, OUTPUT_SCALING, identity, parameters, scaling};
use crate::{Array as _, Network, Scaled};

/// How strictly a file is compared with the network that it is loaded into.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Load {
    pub(super) edited: bool,
}

impl Load {
    pub(super) fn load<N: Network>(self, path: &Path) -> Result<N, LoadError> {
        let file = self.open::<N>(path)?;
        if file.root().has(INPUT_SCALING) {
            return Err(LoadError::Scaled { path: file.path(), network: N::ARCHITECTURE.name });
        }
        network(&file)
    }

    pub(super) fn load_scaled<N: Network>(self, path: &Path) -> Result<Scaled<N>, LoadError> {
        let file = self.open::<N>(path)?;
        let root = file.root();
        if !root.has(INPUT_SCALING) {
            return Err(LoadError::NotScaled { path: file.path(), network: N::ARCHITECTURE.name });
        }
        let inputs = scaling::read(&root.section(INPUT_SCALING)?, N::ARCHITECTURE.inputs.iter())?;
        let outputs = if root.has(OUTPUT_SCALING) {
            Some(scaling::read(&root.section(OUTPUT_SCALING)?, N::ARCHITECTURE.predictions())?)
        } else {
            None
        };
        Ok(Scaled { network: network(&file)?, inputs, outputs })
    }

    /// Opens a file, and checks that it holds a network of this kind.
    pub(crate) fn open<N: Network>(self, path: &Path) -> Result<Contents, LoadError> {
        let file = Contents::read(path, self.edited)?;
        let root = file.root();
        for (what, expected) in identity::<N>() {
            let found = root.text(what)?;
            if found != expected {
                let (found, name) = (found.to_owned(), N::ARCHITECTURE.name);
                return Err(LoadError::Different { path: file.path(), what, found, name, expected });
            }
        }
        if root.has(OUTPUT_SCALING) && !root.has(INPUT_SCALING) {
            return Err(root.problem(format!("it has an `{OUTPUT_SCALING}`, but no `{INPUT_SCALING}`")));
        }
        Ok(file)
    }
}

fn network<N: Network>(file: &Contents) -> Result<N, LoadError> {
    let mut values = N::Parameters::zeros();
    parameters::read(&file.root().section("parameters")?, N::ARCHITECTURE.layers, values.as_mut())?;
    Ok(N::from_parameters(&values))
}
