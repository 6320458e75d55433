//! Draws a network for each declaration, freezes it, and records what mlp-core computes.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use mlp_core::random::Rng;
use mlp_core::{Array, GradientDescent, Network, Scalar, Scaled, Scaling, Source, StandardNormal, Trainer};

/// How many updates a trained network makes.
const STEPS: usize = 100;

/// A number of both scalars.
pub const LEARNING_RATE: f64 = 0.0625;

/// Every number of the files is an `f64`, little-endian; an `f32` is the same number as an `f64`.
pub struct Recorder<'a> {
    folder: &'a Path,
    rows: usize,
    /// The programs' input: for each network the inputs, then, of a trained one, the examples of the steps.
    inputs: BufWriter<File>,
    pub networks: Vec<Recorded>,
}

/// A network that was frozen.
pub struct Recorded {
    pub name: String,
    pub declaration: String,
    pub scalar: &'static str,
    pub inputs: usize,
    pub outputs: usize,
    /// The names of the parameters, `w11` or `w1[0][1]`, in canonical order.
    pub parameters: Vec<String>,
    /// How many updates follow the predictions.
    pub steps: usize,
    /// The output that is right: the predictions, then, of a trained one, the parameters after the steps.
    pub expected: Vec<f64>,
    /// Whether all inputs of a row of predictions are of usual size.
    pub is_usual: Vec<bool>,
}

impl<'a> Recorder<'a> {
    pub fn new(folder: &'a Path, rows: usize) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let inputs = BufWriter::new(File::create(folder.join("inputs"))?);
        Ok(Self { folder, rows, inputs, networks: Vec::new() })
    }

    /// A network with random parameters.
    pub fn drawn<N: Network>(&mut self, index: u64, declaration: &str) {
        let network: N = random(index);
        self.add::<N>(index, declaration, network.source(), &|x| network.predict(x));
    }

    /// With parameters that are hard to write: zeros of both signs, subnormal and very large ones.
    pub fn with_extremes<N: Network>(&mut self, index: u64, declaration: &str) {
        let mut network: N = random(index);
        let mut rng = mlp_core::rng(index);
        network.modify_parameters(|_, parameters| {
            for parameter in parameters {
                if below(&mut rng, 3) == 0 {
                    *parameter = any_number(&mut rng, true);
                }
            }
        });
        self.add::<N>(index, declaration, network.source(), &|x| network.predict(x));
        // Such parameters overflow in `f32` alone.
        self.last().is_usual.fill(false);
    }

    /// With scalings of inputs and outputs.
    pub fn scaled<N: Network>(&mut self, index: u64, declaration: &str) {
        let network: N = random(index);
        let mut rng = mlp_core::rng(index);
        let inputs = Scaling { offset: N::Input::zeros(), scale: N::Input::zeros() };
        let outputs = Scaling { offset: N::Output::zeros(), scale: N::Output::zeros() };
        let mut scaled = Scaled { network, inputs, outputs: Some(outputs) };
        fill(&mut scaled.inputs.offset, || number(100.0 * fraction(&mut rng)));
        // A scale of 0 gives infinities, or NaN: no language may stumble over the division.
        let is_degenerate = below(&mut rng, 4) == 0;
        fill(&mut scaled.inputs.scale, || number(if is_degenerate { 0.0 } else { 0.5 + 20.0 * fraction(&mut rng) }));
        if below(&mut rng, 3) == 0 {
            scaled.outputs = None;
        } else if let Some(outputs) = &mut scaled.outputs {
            fill(&mut outputs.offset, || number(100.0 * fraction(&mut rng)));
            fill(&mut outputs.scale, || number(0.5 + 20.0 * fraction(&mut rng)));
        }
        self.add::<N>(index, declaration, scaled.source(), &|x| scaled.predict(x));
        if is_degenerate {
            self.last().is_usual.fill(false);
        }
    }

    /// Frozen with its training; the other languages should find the parameters of [`STEPS`] updates.
    pub fn trained<N: Network>(&mut self, index: u64, declaration: &str) {
        let mut network: N = random(index);
        self.add::<N>(index, declaration, network.source().with_training(), &|x| network.predict(x));
        let mut rng = mlp_core::rng(index);
        let is_distribution = declaration.contains("softmax");
        let examples: Vec<_> = (0..STEPS / 10)
            .map(|_| {
                let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
                fill(&mut x, || number(4.0 * fraction(&mut rng) - 2.0));
                // Targets that every loss takes, and that every output can reach.
                let y_true_slice: &mut [N::Scalar] = y_true.as_mut();
                if is_distribution {
                    y_true_slice[below(&mut rng, y_true_slice.len())] = N::Scalar::ONE;
                } else {
                    fill(&mut y_true, || number(fraction(&mut rng)));
                }
                (x, y_true)
            })
            .collect();
        let mut trainer =
            Trainer::new(GradientDescent::new(LEARNING_RATE)).epochs(STEPS / examples.len()).allow_equal_neurons();
        trainer.fit(&mut network, &examples).unwrap_or_else(|error| panic!("{declaration}: {error}"));
        for (x, y_true) in examples.iter().cycle().take(STEPS) {
            self.write(x);
            self.write(y_true);
        }
        let mut parameters = N::Parameters::zeros();
        network.copy_parameters_into(&mut parameters);
        let recorded = self.last();
        recorded.steps = STEPS;
        recorded.expected.extend(parameters.as_ref().iter().map(|parameter| parameter.to_f64()));
    }

    fn add<N: Network>(
        &mut self,
        index: u64,
        declaration: &str,
        source: Source,
        predict: &dyn Fn(N::Input) -> N::Output,
    ) {
        let name = format!("n{index}");
        freeze(&source, self.folder, &name).unwrap_or_else(|error| panic!("{declaration}: {error}"));
        let mut rng = mlp_core::rng(index);
        let (mut expected, mut is_usual) = (Vec::new(), Vec::new());
        for _ in 0..self.rows {
            let mut x = N::Input::zeros();
            let usual = below(&mut rng, 2) == 0;
            fill(&mut x, || if usual { number(8.0 * fraction(&mut rng) - 4.0) } else { any_number(&mut rng, false) });
            self.write(&x);
            expected.extend(predict(x).as_ref().iter().map(|y| y.to_f64()));
            is_usual.push(usual);
        }
        self.networks.push(Recorded {
            name,
            declaration: declaration.to_owned(),
            scalar: N::Scalar::NAME,
            inputs: N::Input::zeros().as_ref().len(),
            outputs: N::Output::zeros().as_ref().len(),
            parameters: N::ARCHITECTURE.parameters().map(|parameter| parameter.name.to_string()).collect(),
            steps: 0,
            expected,
            is_usual,
        });
    }

    fn last(&mut self) -> &mut Recorded {
        self.networks.last_mut().expect("a network was added")
    }

    fn write<T: Scalar, A: Array<T>>(&mut self, numbers: &A) {
        for number in numbers.as_ref() {
            self.inputs.write_all(&number.to_f64().to_le_bytes()).expect("the inputs can be written");
        }
    }

    /// Completes the file of inputs.
    pub fn finish(mut self) -> io::Result<Vec<Recorded>> {
        self.inputs.flush()?;
        Ok(self.networks)
    }
}

/// Writes the file of each language.
fn freeze(source: &Source, folder: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    fs::write(folder.join(format!("{name}.rs")), source.rust(name)?)?;
    fs::write(folder.join(format!("{name}.c")), source.c(name)?)?;
    fs::write(folder.join(format!("{name}.py")), source.python(name)?)?;
    fs::write(folder.join(format!("{name}.mjs")), source.javascript(name)?)?;
    Ok(())
}

fn random<N: Network>(seed: u64) -> N {
    N::random_with(&StandardNormal, &mut mlp_core::rng(seed))
}

fn fill<T: Scalar, A: Array<T>>(array: &mut A, mut draw: impl FnMut() -> T) {
    array.as_mut().iter_mut().for_each(|number| *number = draw());
}

fn number<T: Scalar>(number: f64) -> T {
    T::from_f64(number)
}

/// Zeros, subnormal numbers, the limits of the functions, the largest numbers; infinities and NaN unless it must be
/// finite.
fn any_number<T: Scalar>(rng: &mut impl Rng, is_finite: bool) -> T {
    const LIMITS: [f64; 18] = [
        0.0,
        0.5,
        1.0,
        3.0,
        17.0,
        37.0,
        40.0,
        60.0,
        87.68,
        88.0,
        104.0,
        708.74,
        709.0,
        745.2,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::INFINITY,
        f64::NAN,
    ];
    loop {
        let magnitude = match below(rng, 3) {
            0 => LIMITS[below(rng, LIMITS.len())],
            1 if T::NAME == "f32" => f64::exp2(fraction(rng) * 280.0 - 150.0),
            1 => f64::exp2(fraction(rng) * 2098.0 - 1074.0),
            _ => f64::exp2(fraction(rng) * 24.0 - 12.0),
        };
        let number = T::from_f64(if below(rng, 2) == 0 { -magnitude } else { magnitude });
        if number.is_finite() || !is_finite {
            return number;
        }
    }
}

/// From 0 to 1.
fn fraction(rng: &mut impl Rng) -> f64 {
    f64::from(rng.next_u32()) / f64::from(u32::MAX)
}

fn below(rng: &mut impl Rng, limit: usize) -> usize {
    rng.next_u32() as usize % limit
}
