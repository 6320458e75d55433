//! Reads what `models.py` wrote, and writes networks with their predictions for `compare.py`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use mlp_core::dataset::Schema;
use mlp_core::exchange::{Onnx, OnnxError, Safetensors};
use mlp_core::{Array as _, Model, Network, Scalar as _, Scaled, Scaling, Uniform, mlp};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// Examples, as `data.py` has them.
const EXAMPLES: u32 = 64;

/// Large enough to reach every part of an activation. Larger predictions in `f32` would differ by more than 1e-6.
fn weights() -> Uniform {
    Uniform::new(-1.2, 1.2)
}

struct Folder(PathBuf);

impl Folder {
    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The predictions for all examples, as JSON.
    fn predictions<N: Network>(&self, name: &str, predict: impl Fn(N::Input) -> N::Output) -> Result {
        let predictions: Vec<Vec<f64>> =
            inputs::<N>().map(|x| predict(x).as_ref().iter().map(|y_pred| y_pred.to_f64()).collect()).collect();
        Ok(fs::write(self.file(&format!("{name}.json")), format!("{predictions:?}"))?)
    }

    /// A network of our own, for the others.
    fn write<N: Network>(&self, name: &str) -> Result {
        let network = N::random_with(&weights(), &mut mlp_core::rng(1));
        Safetensors::new().save(&network, self.file(&format!("{name}.safetensors")))?;
        self.predictions::<N>(name, |x| network.predict(x))?;
        match Onnx::new().save(&network, self.file(&format!("{name}.onnx"))) {
            Err(OnnxError::DoubleActivation { .. }) => Ok(()),
            written => Ok(written?),
        }
    }

    /// A network of theirs.
    fn read<N: Network>(&self, name: &str) -> Result {
        let network: N = Safetensors::new().load(self.file(&format!("{name}.safetensors")))?;
        self.predictions::<N>(name, |x| network.predict(x))
    }
}

fn inputs<N: Network>() -> impl Iterator<Item = N::Input> {
    (0..EXAMPLES).map(|example| {
        let mut x = N::Input::zeros();
        for (column, x) in (0..).zip(x.as_mut()) {
            *x = N::Scalar::from_f64(f64::from((example * 7 + column * 5) % 23) / 11.5 - 1.0);
        }
        x
    })
}

/// Networks of both scalars with the activation in both layers.
macro_rules! both_ways {
    ($folder:ident: $($name:ident: $hidden:ident => $output:ident;)*) => { $({
        mlp!(struct Double: 3 => $hidden(5) => $output(2));
        mlp!(struct Single: 3 => $hidden(5) => $output(2), scalar = f32);
        $folder.write::<Double>(concat!("ours_f64_", stringify!($name)))?;
        $folder.write::<Single>(concat!("ours_f32_", stringify!($name)))?;
        $folder.read::<Double>(concat!("torch_f64_", stringify!($name)))?;
        $folder.read::<Single>(concat!("torch_f32_", stringify!($name)))?;
    })* };
}

fn activations(folder: &Folder) -> Result {
    both_ways! { folder:
        sigmoid: sigmoid => sigmoid;
        tanh: tanh => tanh;
        relu: relu => relu;
        leaky_relu: leaky_relu => leaky_relu;
        elu: elu => elu;
        softplus: softplus => softplus;
        silu: silu => silu;
        gelu: gelu => gelu;
        hard_sigmoid: hard_sigmoid => hard_sigmoid;
        hard_tanh: hard_tanh => hard_tanh;
        softsign: softsign => softsign;
        identity: identity => identity;
        softmax: tanh => softmax;
    }
    Ok(())
}

mlp!(struct Double: 3 => tanh(4) => softmax(3), loss = cross_entropy);
mlp!(struct Single: 3 => gelu(4) => identity(2), scalar = f32);
mlp!(struct Rounded: 3 => gelu(4) => softplus(2));
mlp!(struct Rolled: 3 => tanh(50) => relu(40) => sigmoid(3), rolled);

/// Scalings, names, and what else `Onnx` can do.
fn onnx(folder: &Folder) -> Result {
    let network = Double::random_with(&weights(), &mut mlp_core::rng(2));
    let inputs = Scaling { offset: [0.5, -0.25, 0.1], scale: [0.5, 2.0, 0.3] };
    let model = Scaled { network, inputs, outputs: None };
    let named = Onnx::new().input_names(["length", "width, in mm", "höhe"]).class_names(["a", "b", "c"]);
    named.save_scaled(&model, folder.file("scaled_f64_classes.onnx"))?;
    folder.predictions::<Double>("scaled_f64_classes", |x| model.predict(x))?;

    let network = Single::random_with(&weights(), &mut mlp_core::rng(3));
    let inputs = Scaling { offset: [0.5, -0.25, 0.1], scale: [0.5, 2.0, 0.3] };
    let model = Scaled { network, inputs, outputs: Some(Scaling { offset: [1.0, 0.0], scale: [0.1, 0.5] }) };
    Onnx::new().save_scaled(&model, folder.file("scaled_f32_numbers.onnx"))?;
    folder.predictions::<Single>("scaled_f32_numbers", |x| model.predict(x))?;

    let schema = Schema::new().numbers(["length", "width", "höhe"]).targets(["price", "rent"]);
    let outputs = model.outputs.map(|Scaling { offset, scale }| Scaling {
        offset: offset.map(f64::from),
        scale: scale.map(f64::from),
    });
    let inputs = Scaling { offset: [0.5, -0.25, 0.1], scale: [0.5, 2.0, 0.3] };
    let model = Model::new(model.network, &schema, inputs, outputs)?;
    Onnx::new().save_model(&model, folder.file("model_f32.onnx"))?;
    // A network with the raw values of this model.
    folder.predictions::<Rounded>("model_f32", |x| model.predict(x))?;

    let network = Rounded::random(&mut mlp_core::rng(4));
    Onnx::new().as_f32().save(&network, folder.file("as_f32.onnx"))?;
    folder.predictions::<Rounded>("as_f32", |x| network.predict(x))?;

    folder.write::<Rolled>("ours_f64_rolled")
}

mlp!(struct Binary: 3 => tanh(4) => sigmoid(1));
mlp!(struct Classes: 3 => sigmoid(4) => sigmoid(5) => softmax(3));
mlp!(struct Regression: 3 => relu(4) => identity(2));

fn main() -> Result {
    let folder = std::env::args_os().nth(1).ok_or("give the folder of the files")?;
    let folder = Folder(Path::new(&folder).to_path_buf());
    activations(&folder)?;
    onnx(&folder)?;
    folder.read::<Binary>("sklearn_binary")?;
    folder.read::<Classes>("sklearn_classes")?;
    folder.read::<Regression>("sklearn_regression")
}
