//! Writes lessons into a folder, and beside each what 1,000 steps by its button should give: `name.html`, `name.json`.

use std::fs;
use std::path::Path;

use mlp_core::equations::Equations;
use mlp_core::trainer::Batch;
use mlp_core::{
    Adam, GradientDescent, Language, Lesson, Network, Optimizer, Scalar, StandardNormal, Trainer, mlp, rng,
};

mod lectures {
    use mlp_core::mlp;

    mlp!(pub struct OneOneOne: 1 => 1 => 1, weights = [w1; w2]);
    mlp!(pub struct OneTwoOne: 1 => 2 => 1, weights = [w11, w12; w3, w4]);
    mlp!(pub struct TwoTwoOne: 2 => 2 => 1, weights = [w11, w12, w21, w22; w31, w32]);
    mlp!(pub struct TwoTwoTwo: 2 => 2 => 2);
}

mlp!(pub struct Xor: 2 => tanh(3) => 1);
mlp!(pub struct Wide: 3 => tanh(4) => 2);
mlp!(pub struct Classes: 2 => relu(3) => softmax(3), loss = cross_entropy);
mlp!(pub struct Softmax: 3 => tanh(4) => softmax(2), loss = cross_entropy);
mlp!(pub struct Functions: 2 => gelu(2) => elu(2) => softplus(2) => leaky_relu(2) => hard_tanh(2), loss = huber);
mlp!(pub struct Deep: 4 => relu(8) => tanh(8) => 3);
mlp!(pub struct Named: 2 => 2 => 1, weights = [weight_of_rain, w12, w21, weight_of_wind_at_night; w31, w32]);
mlp!(pub struct Thirty: 3 => tanh(5) => 2);
mlp!(pub struct Large: 7 => tanh(10) => silu(5) => softplus(2) => 1, loss = binary_cross_entropy);
mlp!(pub struct Entropy: 2 => tanh(2) => hard_sigmoid(2), loss = binary_cross_entropy);
mlp!(pub struct Clash: 1 => 1 => 1, weights = [momentum; velocity_w2]);
mlp!(pub struct Single: 1 => tanh(4) => 1, scalar = f32);

const XOR: [([f64; 2], [f64; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

/// The steps that the test makes by the button.
const STEPS: usize = 1000;

/// The epoch whose first step the test asks about.
const WHY_EPOCH: usize = 3;

fn main() {
    let folder = std::env::args().nth(1).expect("the folder to write to");
    let folder = Path::new(&folder);
    fs::create_dir_all(folder).unwrap();
    let plain = GradientDescent::new(0.5);

    let net = start::<lectures::OneOneOne>(1);
    write(folder, "1-1-1", &net, &[([0.5], [0.8])], &plain, 1, None);
    let net = start::<lectures::OneTwoOne>(2);
    write(folder, "1-2-1", &net, &[([0.5], [0.8])], &plain, 1, None);
    let net = start::<lectures::TwoTwoOne>(3);
    write(folder, "2-2-1", &net, &[([0.5, 0.8], [0.9])], &plain, 1, None);
    let net = lectures::TwoTwoTwo {
        w11: 1.764_052_345_967_664,
        w12: 0.400_157_208_367_223_3,
        w21: 0.978_737_984_105_739_2,
        w22: 2.240_893_199_201_458,
        b1: 1.867_557_990_149_967_5,
        b2: -0.977_277_879_876_411,
        w31: 0.950_088_417_525_589_4,
        w32: -0.151_357_208_297_697_9,
        w41: -0.103_218_851_793_557_84,
        w42: 0.410_598_501_938_372_33,
        b3: 0.144_043_571_160_878,
        b4: 1.454_273_506_962_975,
    };
    write(folder, "2-2-2", &net, &[([0.5, 0.8], [0.9, 0.2])], &plain, 1, None);
    write(folder, "xor", &start::<Xor>(1), &XOR, &Adam::new(0.05), 1, None);
    write(folder, "xor-batch", &start::<Xor>(1), &XOR, &GradientDescent::new(0.5).momentum(0.9), 4, None);
    let points = random::<3, 2>(5);
    write(folder, "3-4-2", &start::<Wide>(4), &points, &plain, 1, None);
    write(folder, "shuffled", &start::<Wide>(4), &points, &plain, 1, Some(12_345_678_901_234_567_890));
    write(folder, "shuffled-batch", &start::<Wide>(4), &points, &Adam::new(0.05), 3, Some(7));
    let chances: Vec<_> = points.iter().map(|&(x, [y, _])| (x, [y, 1.0 - y])).collect();
    write(folder, "3-4-2-softmax", &start::<Softmax>(4), &chances, &GradientDescent::new(0.5).momentum(0.9), 1, None);
    write(folder, "thirty", &start::<Thirty>(4), &points, &plain, 1, None);
    let classes: Vec<_> = random::<2, 3>(9).iter().enumerate().map(|(number, &(x, _))| (x, one_hot(number))).collect();
    write(folder, "classes", &start::<Classes>(6), &classes, &GradientDescent::new(0.1), 1, None);
    write(folder, "entropy", &start::<Entropy>(6), &random::<2, 2>(6), &GradientDescent::new(0.1), 1, None);
    write(folder, "4-8-8-3", &start::<Deep>(4), &random::<4, 3>(5), &plain, 1, None);
    write(folder, "names", &start::<Named>(3), &[([0.5, 0.8], [0.9])], &plain, 1, None);
    write(folder, "clash", &start::<Clash>(3), &[([0.5], [0.9])], &GradientDescent::new(0.5).momentum(0.9), 1, None);
    write(folder, "functions", &start::<Functions>(3), &random::<2, 2>(6), &GradientDescent::new(0.1), 1, None);
    write(folder, "large", &start::<Large>(8), &random::<7, 1>(40), &GradientDescent::new(0.1), 2, None);
    write_own(folder);
    let curve: Vec<_> = (0_u8..9).map(|step| ([f32::from(step) / 4.0 - 1.0], [f32::from(step % 5) / 5.0])).collect();
    write(folder, "single", &start::<Single>(7), &curve, &Adam::new(0.05), 1, None);
}

/// A lesson with a target that the network cannot reach, and with a language that has the name of another one. It has as
/// many examples as a lesson can have.
fn write_own(folder: &Path) {
    let german = Language { code: "de", weights: "Gewichte", ..Language::ENGLISH };
    let mut examples: Vec<_> =
        (0..200_u8).map(|number| ([f64::from(number % 20), f64::from(number / 20)], [0.5])).collect();
    examples[0].1 = [7.0];
    let lesson = Lesson::new(&start::<lectures::TwoTwoOne>(3), &examples).language(&german).allow_unreachable_targets();
    lesson.write(folder.join("own.html")).unwrap();
}

fn start<N: Network>(seed: u64) -> N {
    N::random_with(&StandardNormal, &mut rng(seed))
}

fn random<const I: usize, const O: usize>(count: usize) -> Vec<([f64; I], [f64; O])> {
    let mut rng = rng(11);
    let mut unit = || {
        let bits = u32::try_from(mlp_core::random::Rng::next_u64(&mut rng) >> 32).unwrap();
        f64::from(bits) / 4_294_967_296.0
    };
    (0..count).map(|_| (std::array::from_fn(|_| 2.0 * unit() - 1.0), std::array::from_fn(|_| unit()))).collect()
}

fn one_hot(number: usize) -> [f64; 3] {
    std::array::from_fn(|class| if class == number % 3 { 1.0 } else { 0.0 })
}

fn write<N: Network, O: Optimizer<N::Scalar>>(
    folder: &Path,
    name: &str,
    net: &N,
    examples: &[(N::Input, N::Output)],
    optimizer: &O,
    batch: usize,
    shuffle: Option<u64>,
) {
    let lesson = Lesson::new(net, examples).optimizer(optimizer).batch_size(batch);
    let lesson = if let Some(seed) = shuffle { lesson.shuffle(seed) } else { lesson };
    let lesson = if name == "2-2-1" { lesson.language(&Language::RUSSIAN) } else { lesson };
    lesson.write(folder.join(format!("{name}.html"))).unwrap();

    // Whole epochs, as many as the steps make.
    let (steps, updates) = (STEPS, examples.len().div_ceil(batch));
    let epochs = steps / updates;
    let mut trained = net.clone();
    let trainer = Trainer::new(optimizer).epochs(epochs).batch(Batch::Mini(batch));
    let mut trainer = if let Some(seed) = shuffle { trainer.shuffle(seed) } else { trainer };
    trainer.fit(&mut trained, examples).unwrap();
    let bits = |net: &N| {
        let bits = parameters(net).into_iter().map(|value| format!("\"{:016x}\"", value.to_bits()));
        bits.collect::<Vec<_>>().join(", ")
    };
    let equations = Equations::of::<N>();
    let sources: Vec<_> =
        equations.equations().map(|equation| format!("[{:?}, {:?}]", equation.name(), equation.sources())).collect();
    let trace = net.trace(examples[0].0, examples[0].1, N::Scalar::from_f64(optimizer.learning_rate()));
    let values: Vec<_> = (trace.equations())
        .filter(|equation| N::ARCHITECTURE.parameters().all(|parameter| parameter.name != equation.name()))
        .map(|equation| {
            // A line ends with the value.
            let (line, bits) = (equation.to_string(), equation.value().to_f64().to_bits());
            format!("[{:?}, \"{bits:016x}\", {:?}]", equation.name(), line.rsplit(' ').next().unwrap())
        })
        .collect();
    // A step inside of the training, where the optimizer remembers something. Batches have no trace.
    let language = if name == "2-2-1" { Language::RUSSIAN } else { Language::ENGLISH };
    let trace = if batch == 1 { trainer.trace_at(net, examples, WHY_EPOCH, 0).unwrap() } else { trace };
    let trace = trace.language(&language);
    let whys: Vec<_> = (trace.equations())
        .map(|equation| {
            let why = trace.why(equation.name()).unwrap().to_string();
            let lines: Vec<_> = why.lines().map(|line| format!("{line:?}")).collect();
            format!("[{:?}, [{}]]", equation.name(), lines.join(", "))
        })
        .collect();
    let json = format!(
        "{{\"steps\": {}, \"parameters\": [{}], \"start_7\": [{}], \"sources\": [{}], \"values\": [{}], \
         \"why_epoch\": {WHY_EPOCH}, \"whys\": [{}]}}\n",
        epochs * updates,
        bits(&trained),
        bits(&start::<N>(7)),
        sources.join(", "),
        values.join(", "),
        whys.join(", "),
    );
    fs::write(folder.join(format!("{name}.json")), json).unwrap();
}

fn parameters<N: Network>(net: &N) -> Vec<f64> {
    let mut values = <N::Parameters as mlp_core::Array<N::Scalar>>::zeros();
    net.copy_parameters_into(&mut values);
    values.as_ref().iter().map(|value| value.to_f64()).collect()
}
