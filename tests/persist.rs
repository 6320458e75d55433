//! A saved network is loaded to the bit, an old file outlives a failed attempt, and errors name what cannot be loaded.

use std::fmt::Display;
use std::fs;
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};

use mlp_core::{LoadError, SaveError, Scalar as _, Scaled, Scaling, StandardNormal, mlp, persist};

mlp!(struct Net: 2 => tanh(2) => 1);
mlp!(struct Single: 1 => 1, scalar = f32);
mlp!(struct Named: 1 => 1, weights = [r#type]);
// Networks with names that generic parameters often have.
mlp!(struct S: 1 => 1);
mlp!(struct D: 1 => 1);
mlp!(struct T: 1 => 1);

/// A file of this test's own, removed at the end.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("mlp-core-persist-{}-{name}.json", std::process::id())))
    }

    fn with(name: &str, contents: &str) -> Self {
        let file = Self::new(name);
        fs::write(&file.0, contents).unwrap();
        file
    }

    /// The message about this file, without its path.
    fn message(&self, error: &LoadError) -> String {
        let message = error.to_string();
        message.strip_prefix(&self.0.display().to_string()).expect("a message begins with the file").trim().to_owned()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn net() -> Net {
    Net::random_with(&StandardNormal, &mut mlp_core::rng(1))
}

/// A file of the first version, which had no checksum.
const SINGLE: &str = r#"{
  "format": "mlp-core network",
  "version": 1,
  "architecture": "1 => sigmoid(1)",
  "loss": "half_squared_error",
  "scalar": "f32",
  "parameters": {
    "w11": 0.25,
    "b1": -0.5
  }
}
"#;

#[test]
fn every_bit_comes_back() {
    let file = File::new("bits");
    let mut values =
        [1.0 / 3.0, -0.0, 5e-324, f64::MAX, f64::MIN_POSITIVE, 0.1 + 0.2, -1e-300, 123_456_789.123_456_78, 2.0];
    for _ in 0..50 {
        let net = Net::from_parameters(values);
        net.save(&file.0).unwrap();
        let loaded = Net::load(&file.0).unwrap();
        assert_eq!(loaded.parameters().map(f64::to_bits), values.map(f64::to_bits));
        values = Net::random_with(&StandardNormal, &mut mlp_core::rng(values[0].to_bits())).parameters();
    }
    for values in [[0.1_f32, 1e-45], [f32::MAX, -0.0], [16_777_217.0, f32::MIN_POSITIVE]] {
        Single::from_parameters(values).save(&file.0).unwrap();
        assert_eq!(Single::load(&file.0).unwrap().parameters().map(f32::to_bits), values.map(f32::to_bits));
    }
}

#[test]
fn the_file_is_the_documented_one() {
    let file = File::new("documented");
    let network = Single { w11: 0.1, b1: -0.5 };
    network.save(&file.0).unwrap();
    // `f32`s are written with their own digits, not with those of the nearest `f64`.
    let expected = r#"{
  "format": "mlp-core network",
  "version": 2,
  "architecture": "1 => sigmoid(1)",
  "loss": "half_squared_error",
  "scalar": "f32",
  "parameters": {
    "w11": 0.1,
    "b1": -0.5
  },
  "checksum": "61b55c59697b35e6"
}
"#;
    assert_eq!(fs::read_to_string(&file.0).unwrap(), expected);
    let inputs = Scaling { offset: [0.7], scale: [2.0] };
    Scaled { network, inputs, outputs: Some(Scaling { offset: [10.0], scale: [0.125] }) }.save(&file.0).unwrap();
    let text = fs::read_to_string(&file.0).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["input_scaling"], serde_json::json!({ "x": { "offset": 0.7, "scale": 2.0 } }));
    assert_eq!(value["output_scaling"], serde_json::json!({ "y_pred": { "offset": 10.0, "scale": 0.125 } }));
    assert!(text.starts_with(expected.split_once("  \"checksum").unwrap().0));
}

/// The file in the documentation of `persist` has the right checksum.
#[test]
fn the_example_in_the_documentation_can_be_loaded() {
    mlp!(struct Documented: 2 => 1);
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../mlp-core/src/persist.rs");
    let source = fs::read_to_string(source).unwrap();
    let example = source.split_once("```json").unwrap().1.split_once("```").unwrap().0.replace("//!", "");
    let file = File::with("example", &example);
    let model = Scaled::<Documented>::load(&file.0).unwrap();
    assert_eq!(model.network, Documented { w11: 0.1, w21: -0.25, b1: 0.0 });
    assert_eq!(model.inputs, Scaling { offset: [43.9, 17.2], scale: [5.4, 2.0] });
}

/// These digits, rounded to an `f64` and then to an `f32`, give another `f32`.
#[test]
fn digits_that_would_be_rounded_twice_come_back() {
    let file = File::new("twice");
    let value = "7.038531e-26".parse::<f32>().unwrap();
    assert_ne!(value, f32::from_f64("7.038531e-26".parse().unwrap()));
    let network = Single { w11: value, b1: 0.0 };
    network.save(&file.0).unwrap();
    assert_eq!(Single::load(&file.0).unwrap(), network);
}

fn scaled() -> Scaled<Net> {
    let (inputs, outputs) =
        (Scaling { offset: [43.25, -17.0], scale: [5.4, 1e-9] }, Scaling { offset: [1e20], scale: [0.1] });
    Scaled { network: net(), inputs, outputs: Some(outputs) }
}

/// Calls `load` with every text that differs from the file in one byte, and with every beginning of it.
fn with_every_damage<M: PartialEq>(file: &File, load: impl Fn(&Path) -> Result<M, LoadError>) {
    let saved = load(&file.0).unwrap_or_else(|error| panic!("{error:?}"));
    let text = fs::read(&file.0).unwrap();
    let mut damaged = fs::OpenOptions::new().write(true).open(&file.0).unwrap();
    let (mut refused, mut loaded) = (0, 0);
    let mut check = |contents: &[u8], what: &dyn Display| {
        // Written over: some file systems take milliseconds for a file that was emptied first.
        damaged.rewind().unwrap();
        damaged.write_all(contents).unwrap();
        damaged.set_len(contents.len() as u64).unwrap();
        match load(&file.0) {
            Ok(network) => {
                assert!(network == saved, "{what} loads another network");
                loaded += 1;
            }
            Err(_) => refused += 1,
        }
    };
    for (position, &byte) in text.iter().enumerate() {
        let flipped = (0..8).map(|bit| byte ^ (1 << bit));
        for other in flipped.chain(*b"059.,:-+eE\"\\[]{}_ax\0 \n").filter(|&other| other != byte) {
            let mut changed = text.clone();
            changed[position] = other;
            check(&changed, &format_args!("{:?} at byte {position} instead of {:?}", other as char, byte as char));
        }
    }
    for length in (0..text.len()).rev() {
        check(&text[..length], &format_args!("the first {length} bytes"));
    }
    // White space may be changed, and `e` to `E`.
    assert!(loaded > 50 && refused > 8 * loaded, "{refused} refused, {loaded} loaded");
}

#[test]
fn no_changed_byte_loads_another_network() {
    let file = File::new("damaged");
    net().save(&file.0).unwrap();
    with_every_damage(&file, |path| Net::load(path));
    scaled().save(&file.0).unwrap();
    with_every_damage(&file, |path| Scaled::<Net>::load(path));
    Single { w11: 12.0, b1: 1e10 }.save(&file.0).unwrap();
    with_every_damage(&file, |path| Single::load(path));
}

#[test]
fn the_layout_of_a_file_does_not_matter() {
    let file = File::new("layout");
    scaled().save(&file.0).unwrap();
    let text = fs::read_to_string(&file.0).unwrap();
    let lines: String = text.lines().map(str::trim).collect();
    for other in [
        text.replace('\n', "\r\n"),
        text.replace("  ", "\t"),
        format!("\u{feff}{text}"),
        lines,
        text.replace("17.0", "17").replace("1e-9", "0.0000000010E-0"),
    ] {
        assert_ne!(other, text);
        fs::write(&file.0, &other).unwrap();
        assert_eq!(Scaled::<Net>::load(&file.0).unwrap(), scaled(), "{other}");
    }
}

#[test]
fn an_edited_file_is_loaded_when_told_so() {
    let file = File::new("edited");
    scaled().save(&file.0).unwrap();
    let text = fs::read_to_string(&file.0).unwrap();
    let (without, _) = text.split_once(",\n  \"checksum\"").unwrap();
    for edited in [text.replace("43.25", "43.5"), format!("{without}}}").replace("43.25", "43.5")] {
        fs::write(&file.0, edited).unwrap();
        let error = Scaled::<Net>::load(&file.0).unwrap_err();
        assert_eq!(
            file.message(&error),
            "was changed after it was saved: its checksum is wrong or missing. If that was on purpose, use `load_edited`"
        );
        assert_eq!(Scaled::<Net>::load_edited(&file.0).unwrap().inputs.offset, [43.5, -17.0]);
    }
    Single { w11: 0.25, b1: -0.5 }.save(&file.0).unwrap();
    fs::write(&file.0, fs::read_to_string(&file.0).unwrap().replace("0.25", "0.5")).unwrap();
    assert!(matches!(Single::load(&file.0), Err(LoadError::Checksum { .. })));
    assert_eq!(persist::load_edited::<Single>(&file.0).unwrap(), Single { w11: 0.5, b1: -0.5 });
}

/// What cannot be meant is refused, in an edited file as well.
#[test]
fn no_entry_is_ignored() {
    let file = File::new("entries");
    scaled().save(&file.0).unwrap();
    let text = fs::read_to_string(&file.0).unwrap();
    for (from, to, problem) in [
        ("output_scaling", "outputs_scaling", "it has the unknown key `outputs_scaling`"),
        ("\"version\": 2", "\"version\": 2, \"note\": \"mine\"", "it has the unknown key `note`"),
        ("\"w12\": ", "\"w11\": 7, \"w12\": ", "`w11` stands there twice"),
        ("\"loss\":", "\"loss\": \"huber\", \"loss\":", "`loss` stands there twice"),
        ("\"scale\": 5.4", "\"scale\": 5.4, \"scale\": 1", "`scale` stands there twice"),
        ("\"scale\": 5.4", "\"scale\": 0", "the scale of `input_scaling.x1` is 0, not above 0"),
        ("\"scale\": 5.4", "\"scale\": -5.4", "the scale of `input_scaling.x1` is -5.4, not above 0"),
        ("\"scale\": 5.4", "\"scal\": 5.4", "the number `input_scaling.x1.scale` is missing or out of range"),
        (
            "\"offset\": 43.25",
            "\"offset\": \"43.25\"",
            "the number `input_scaling.x1.offset` is missing or out of range",
        ),
        ("\"scale\": 5.4", "\"scale\": 5.4, \"unit\": 1", "the network has no `input_scaling.x1.unit`"),
        ("\"x2\": {", "\"x3\": { \"offset\": 0, \"scale\": 1 }, \"x2\": {", "the network has no `input_scaling.x3`"),
        ("\"x2\": {", "\"x3\": {", "it has no object `input_scaling.x2`"),
        ("input_scaling", "output_scaling", "`output_scaling` stands there twice"),
        ("\"version\": 2", "\"version\": 1", "it has the unknown key `checksum`"),
    ] {
        let edited = text.replacen(from, to, 1);
        assert_ne!(edited, text);
        fs::write(&file.0, edited).unwrap();
        let message = file.message(&Scaled::<Net>::load_edited(&file.0).unwrap_err());
        assert_eq!(message, format!("is damaged, or was not saved by mlp-core: {problem}"));
    }
    // Half a scaling is no file of a network without a scaling.
    let (start, rest) = text.split_once("  \"input_scaling").unwrap();
    let (_, end) = rest.split_once("  \"output_scaling").unwrap();
    fs::write(&file.0, format!("{start}  \"output_scaling{end}")).unwrap();
    let message = file.message(&persist::load_edited::<Net>(&file.0).unwrap_err());
    assert!(message.ends_with("it has an `output_scaling`, but no `input_scaling`"), "{message}");
    for key in ["columns", "categories", "classes"] {
        fs::write(&file.0, text.replace("\"parameters\"", &format!("\"{key}\": [], \"parameters\""))).unwrap();
        for error in [Scaled::<Net>::load(&file.0).unwrap_err(), Scaled::<Net>::load_edited(&file.0).unwrap_err()] {
            let expected = format!("has `{key}`, which this mlp-core does not know: use the mlp-core that saved it");
            assert_eq!(file.message(&error), expected);
        }
    }
}

#[test]
fn the_first_version_is_loaded() {
    let file = File::with("first", SINGLE);
    assert_eq!(Single::load(&file.0).unwrap(), Single { w11: 0.25, b1: -0.5 });
    let scaling = r#""input_scaling": { "x": { "offset": 1.0, "scale": 2.0 } }, "parameters""#;
    fs::write(&file.0, SINGLE.replace("\"parameters\"", scaling)).unwrap();
    let model = Scaled::<Single>::load(&file.0).unwrap();
    assert_eq!((model.inputs, model.outputs), (Scaling { offset: [1.0], scale: [2.0] }, None));
}

#[test]
fn a_scaled_network_comes_back_whole_or_not_at_all() {
    let file = File::new("scaled");
    let inputs = Scaling { offset: [1.0 / 3.0, -7.0], scale: [0.7, 1e-9] };
    for outputs in [None, Some(Scaling { offset: [300.0], scale: [0.1] })] {
        let model = Scaled { network: net(), inputs, outputs };
        model.save(&file.0).unwrap();
        assert_eq!(Scaled::<Net>::load(&file.0).unwrap(), model);
    }
    let error = Net::load(&file.0).unwrap_err();
    assert_eq!(
        file.message(&error),
        "holds a network that takes scaled inputs: load it with its scaling, `Scaled::<Net>::load`"
    );
    net().save(&file.0).unwrap();
    let error = Scaled::<Net>::load(&file.0).unwrap_err();
    assert_eq!(file.message(&error), "holds a network without a scaling: load it as `Net::load`");
}

#[test]
fn what_cannot_be_saved_leaves_the_old_file() {
    let file = File::new("old");
    net().save(&file.0).unwrap();
    let mut broken = net();
    broken.w41 = f64::NAN;
    let error = broken.save(&file.0).unwrap_err();
    assert!(matches!(error, SaveError::NotFinite { name } if name == "w41"), "{error}");
    let scaled =
        Scaled { network: net(), inputs: Scaling { offset: [0.0, 0.0], scale: [f64::INFINITY, 1.0] }, outputs: None };
    assert!(matches!(scaled.save(&file.0), Err(SaveError::NotFinite { name }) if name == "scale"));
    for scale in [0.0, -2.0] {
        let error =
            Scaled { inputs: Scaling { offset: [0.0; 2], scale: [1.0, scale] }, ..scaled }.save(&file.0).unwrap_err();
        assert!(matches!(error, SaveError::Scale { name, .. } if name == "x2"), "{error}");
        assert_eq!(error.to_string(), format!("the scale of x2 is {scale}, not above 0"));
    }
    assert_eq!(Net::load(&file.0).unwrap(), net());

    let nowhere = std::env::temp_dir().join("no such folder").join("net.json");
    let error = net().save(&nowhere).unwrap_err();
    assert_eq!(error.to_string(), format!("the network could not be written to {}", nowhere.display()));
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn other_files_are_refused_with_the_reason() {
    let load = |name: &str, contents: &str| {
        let file = File::with(name, contents);
        file.message(&Single::load(&file.0).unwrap_err())
    };
    let changed = |from: &str, to: &str| {
        assert!(SINGLE.contains(from));
        SINGLE.replace(from, to)
    };
    for (name, contents, expected) in [
        (
            "format",
            changed("mlp-core network", "onnx"),
            "is damaged, or was not saved by mlp-core: its format is not `mlp-core network`",
        ),
        ("array", "[1, 2]".to_owned(), "is damaged, or was not saved by mlp-core: it is no object"),
        ("other", "{}".to_owned(), "is damaged, or was not saved by mlp-core: it has no text `format`"),
        (
            "version",
            changed("1,\n  \"architecture", "3,\n  \"architecture"),
            "has format version 3, but this mlp-core reads versions up to 2: use the mlp-core that saved it",
        ),
        (
            "architecture",
            changed("1 => sigmoid", "1 => tanh"),
            "holds a network with the architecture 1 => tanh(1), but Single has 1 => sigmoid(1)",
        ),
        (
            "loss",
            changed("half_squared_error", "huber"),
            "holds a network with the loss huber, but Single has half_squared_error",
        ),
        ("scalar", changed("f32", "f64"), "holds a network with the scalar f64, but Single has f32"),
        (
            "missing",
            changed("\"b1\": -0.5", "\"b2\": -0.5"),
            "is damaged, or was not saved by mlp-core: the number `parameters.b1` is missing or out of range",
        ),
        (
            "range",
            changed("-0.5", "1e300"),
            "is damaged, or was not saved by mlp-core: the number `parameters.b1` is missing or out of range",
        ),
        (
            "unknown",
            changed("\"b1\": -0.5", "\"b1\": -0.5, \"b2\": 1"),
            "is damaged, or was not saved by mlp-core: the network has no `parameters.b2`",
        ),
        (
            "no_parameters",
            changed("parameters", "weights"),
            "is damaged, or was not saved by mlp-core: it has the unknown key `weights`",
        ),
        (
            "number",
            changed("{\n    \"w11\": 0.25,\n    \"b1\": -0.5\n  }", "7"),
            "is damaged, or was not saved by mlp-core: it has no object `parameters`",
        ),
    ] {
        assert_eq!(load(name, &contents), expected);
    }
    let file = File::with("half", &SINGLE[..SINGLE.len() / 2]);
    let error = Single::load(&file.0).unwrap_err();
    assert!(matches!(&error, LoadError::Json { source, .. } if source.line() == 5), "{error:?}");
    let file = File::new("none");
    assert!(matches!(Single::load(&file.0), Err(LoadError::Read { .. })));
    let error = Single::load(&file.0).unwrap_err();
    assert_eq!(file.message(&error), "could not be read");
    // `unwrap`, and a `main` that returns an error, print the message and what the operating system says.
    let debug = format!("{error:?}");
    assert!(debug.starts_with(&format!("{error}: ")) && debug.len() > error.to_string().len() + 5, "{debug}");
}

#[test]
fn the_structs_are_serdes() {
    let net = net();
    let json = serde_json::to_string(&net).unwrap();
    assert!(json.starts_with("{\"w11\":"));
    assert_eq!(serde_json::from_str::<Net>(&json).unwrap(), net);
    let pass = net.forward([0.5, 0.25]);
    let gradients = net.backprop([0.5, 0.25], [1.0], &pass);
    let (pass_json, gradients_json) =
        (serde_json::to_string(&pass).unwrap(), serde_json::to_string(&gradients).unwrap());
    assert!(pass_json.contains("\"y_pred\":") && gradients_json.contains("\"dL_dw41\":"));
    assert_eq!(serde_json::from_str::<NetForward>(&pass_json).unwrap(), pass);
    assert_eq!(serde_json::from_str::<NetGradients>(&gradients_json).unwrap(), gradients);

    let [w11, b1] = [0.5, 0.25];
    for json in [
        serde_json::to_string(&S { w11, b1 }).unwrap(),
        serde_json::to_string(&D { w11, b1 }).unwrap(),
        serde_json::to_string(&T { w11, b1 }).unwrap(),
    ] {
        assert_eq!(json, r#"{"w11":0.5,"b1":0.25}"#);
    }

    // Fields may come in any order or, in formats without names, one after the other.
    let named = Named { r#type: 0.5, b1: -1.0 };
    assert_eq!(serde_json::to_string(&named).unwrap(), r#"{"type":0.5,"b1":-1.0}"#);
    assert_eq!(serde_json::from_str::<Named>(r#"{"b1": -1.0, "type": 0.5}"#).unwrap(), named);
    assert_eq!(serde_json::from_str::<Named>("[0.5, -1.0]").unwrap(), named);
    for (json, message) in [
        (r#"{"type": 0.5}"#, "missing field `b1`"),
        (r#"{"type": 0.5, "type": 1.0, "b1": 1.0}"#, "duplicate field `type`"),
        (r#"{"type": 0.5, "b2": 1.0}"#, "unknown field `b2`"),
        ("[0.5]", "invalid length 1, expected struct Named"),
        ("true", "invalid type: boolean `true`, expected struct Named"),
    ] {
        let error = serde_json::from_str::<Named>(json).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}
