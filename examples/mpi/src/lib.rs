//! MPI as the engine of mlp-core's trainings on several machines, and the data of the examples.

use std::error::Error;
use std::ops::Range;
use std::panic;
use std::path::Path;

use mlp_core::dataset::TableError;
use mlp_core::reducer::Reducer;
use mlp_core::{Dataset, Scaling, Table, mlp};
use mpi::environment::Universe;
use mpi::topology::SimpleCommunicator;
use mpi::traits::{Communicator as _, CommunicatorCollectives as _};

mlp! {
    /// Which digit is it?
    pub struct Digits: 64 => relu(32) => softmax(10), loss = cross_entropy, rolled;
}

/// An image and its digit.
pub type Example = ([f64; PIXELS], [f64; 10]);

/// An error of any kind.
pub type Failure = Box<dyn Error + Send + Sync>;

const PIXELS: usize = 64;

/// The value of a black pixel in the file.
const BLACK: f64 = 16.0;

/// Rows in memory at a time.
const ROWS: usize = 100;

/// All processes that `mpirun` has started.
pub struct Mpi {
    world: SimpleCommunicator,
    // Dropped last: it ends MPI.
    _universe: Universe,
}

impl Mpi {
    /// Joins the others.
    ///
    /// # Errors
    ///
    /// If MPI is there already.
    pub fn start() -> Result<Self, Failure> {
        let universe = mpi::initialize().ok_or("MPI runs already")?;
        let world = universe.world();
        // The others would wait for a process that panics.
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            print(info);
            SimpleCommunicator::world().abort(101);
        }));
        Ok(Self { world, _universe: universe })
    }
}

impl Reducer for Mpi {
    fn rank(&self) -> usize {
        usize::try_from(self.world.rank()).unwrap_or(0)
    }

    fn size(&self) -> usize {
        usize::try_from(self.world.size()).unwrap_or(1)
    }

    fn all_gather(&mut self, own: &[u8], all: &mut [u8]) -> Result<(), Failure> {
        // MPI counts with 32 bits. Its own errors, such as a process that is gone, end all processes.
        i32::try_from(all.len())?;
        self.world.all_gather_into(own, all);
        Ok(())
    }
}

/// The images of the file, in chunks.
fn chunks(path: &Path) -> impl Iterator<Item = Result<Dataset<f64, PIXELS, 10>, TableError>> {
    let pixels = || (0..8).flat_map(|row| (0..8).map(move |column| format!("p{row}{column}")));
    Table::chunks(path, ROWS).map(move |chunk| {
        let digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let data: Dataset<_, PIXELS, 10> = chunk?.select().numbers(pixels()).class_of("digit", digits).load()?;
        Ok(data.scale_inputs(&Scaling { offset: [0.0; PIXELS], scale: [BLACK; PIXELS] }))
    })
}

/// The number of images of a file.
///
/// # Errors
///
/// If it cannot be read.
pub fn count(path: &Path) -> Result<usize, TableError> {
    chunks(path).try_fold(0, |count, chunk| Ok(count + chunk?.examples().len()))
}

/// Reads these images of the file. The others are not kept.
///
/// # Errors
///
/// If the file cannot be read.
pub fn read(path: &Path, images: Range<usize>) -> Result<Vec<Example>, TableError> {
    let (mut examples, mut first) = (Vec::new(), 0);
    for chunk in chunks(path) {
        let chunk = chunk?;
        let all = chunk.examples();
        let own = images.start.saturating_sub(first)..images.end.saturating_sub(first).min(all.len());
        examples.extend_from_slice(all.get(own).unwrap_or_default());
        first += all.len();
    }
    Ok(examples)
}
