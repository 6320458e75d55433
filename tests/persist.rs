//! A saved network is loaded to the bit, an old file outlives a failed attempt, and errors name what cannot be loaded.

use std::fs;
use std::path::PathBuf;

use mlp_core::{LoadError, SaveError, Scaled, Scaling, StandardNormal, mlp};

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
    Single { w11: 0.25, b1: -0.5 }.save(&file.0).unwrap();
    assert_eq!(fs::read_to_string(&file.0).unwrap(), SINGLE);
    let scaled = Scaled {
        network: Single { w11: 0.25, b1: -0.5 },
        inputs: Scaling { offset: [0.5], scale: [2.0] },
        outputs: Some(Scaling { offset: [10.0], scale: [0.125] }),
    };
    scaled.save(&file.0).unwrap();
    let text = fs::read_to_string(&file.0).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["input_scaling"], serde_json::json!({ "x": { "offset": 0.5, "scale": 2.0 } }));
    assert_eq!(value["output_scaling"], serde_json::json!({ "y_pred": { "offset": 10.0, "scale": 0.125 } }));
    assert!(text.starts_with(SINGLE.trim_end().trim_end_matches('}').trim_end()));
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
        ("array", "[1, 2]".to_owned(), "is damaged, or was not saved by mlp-core: it has no text `format`"),
        (
            "version",
            changed("1,\n  \"architecture", "2,\n  \"architecture"),
            "has format version 2, but this mlp-core reads version 1: use the mlp-core that saved it",
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
