//! A saved network is loaded to the bit, an old file outlives a failed attempt, and errors name what cannot be loaded.

use std::fmt::Display;
use std::fs;
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};

use mlp_core::dataset::Schema;
use mlp_core::persist::{self, Load};
use mlp_core::{Array as _, LoadError, Model, Network, SaveError, Scalar as _, Scaled, Scaling, StandardNormal, mlp};

mlp!(struct Net: 2 => tanh(2) => 1);
mlp!(struct Single: 1 => 1, scalar = f32);
mlp!(struct Named: 1 => 1, weights = [r#type]);
mlp!(struct Sorted: 3 => 1, scalar = f32);
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

/// The files in the documentation of `persist` have the right checksums.
#[test]
fn the_examples_in_the_documentation_can_be_loaded() {
    mlp!(struct Documented: 2 => 1);
    mlp!(struct DocumentedModel: 3 => 1, loss = binary_cross_entropy);
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../mlp-core/src/persist.rs");
    let source = fs::read_to_string(source).unwrap();
    let examples: Vec<_> = source.split("```json").skip(1).map(|rest| rest.split_once("```").unwrap().0).collect();
    let [scaled, model] = examples[..] else { panic!("there are two examples") };
    let file = File::with("example", &scaled.replace("//!", ""));
    let model_file = File::with("example_model", &model.replace("//!", ""));
    let model = Scaled::<Documented>::load(&file.0).unwrap();
    assert_eq!(model.network, Documented { w11: 0.1, w21: -0.25, b1: 0.0 });
    assert_eq!(model.inputs, Scaling { offset: [43.9, 17.2], scale: [5.4, 2.0] });
    let model = Model::<DocumentedModel>::load(&model_file.0).unwrap();
    let schema = Schema::new().numbers(["body_mass_g"]).category("island", ["Biscoe", "Dream"]);
    assert_eq!(*model.schema(), schema.class("sex", ["female", "male"]));
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

/// A model with a category, classes, and names that JSON escapes.
fn model() -> Model<Sorted> {
    let schema = Schema::new().numbers(["km\t\"h\""]).category("Straße", ["a", "e9"]).class("kind", ["0", "1"]);
    let network = Sorted { w11: 0.5, w21: -1.0, w31: 2.0, b1: 1e-7 };
    let inputs = Scaling { offset: [1.7e9 + 0.1, 0.0, 0.0], scale: [0.1, 1.0, 1.0] };
    Model::new(network, &schema, inputs, None).unwrap()
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
    model().save(&file.0).unwrap();
    with_every_damage(&file, |path| Model::<Sorted>::load(path));
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
            "was changed after it was saved: its checksum is wrong or missing. If that was on purpose, load the network with `persist::load_edited`"
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
fn a_model_comes_back_whole_or_not_at_all() {
    let file = File::new("model");
    model().save(&file.0).unwrap();
    // The scaling is in `f64`, though the network is in `f32`.
    assert_eq!(Model::<Sorted>::load(&file.0).unwrap(), model());
    let expected = "holds a model that knows its columns by name: load it as `Model::<Sorted>::load`";
    assert_eq!(file.message(&Sorted::load(&file.0).unwrap_err()), expected);
    assert_eq!(file.message(&Scaled::<Sorted>::load(&file.0).unwrap_err()), expected);
    let text = fs::read_to_string(&file.0).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["columns"], serde_json::json!({ "inputs": ["km\t\"h\"", "Straße"], "targets": ["kind"] }));
    assert_eq!(value["categories"], serde_json::json!({ "Straße": ["a", "e9"] }));
    assert_eq!(value["classes"], serde_json::json!(["0", "1"]));

    model().scaled().unwrap().save(&file.0).unwrap();
    let expected = "holds a network without the names of its columns: load it as `Scaled::<Sorted>::load`, and name them \
                    by `Model::new`";
    assert_eq!(file.message(&Model::<Sorted>::load(&file.0).unwrap_err()), expected);
    model().network().save(&file.0).unwrap();
    let message = file.message(&Model::<Sorted>::load(&file.0).unwrap_err());
    assert!(message.contains("load it as `Sorted::load`"), "{message}");

    let targets = Schema::new().numbers(["a", "b"]).targets(["c"]);
    let Scaled { network, inputs, outputs } = scaled();
    let regression = Model::new(network, &targets, inputs, outputs).unwrap();
    regression.save(&file.0).unwrap();
    assert_eq!(Model::<Net>::load(&file.0).unwrap(), regression);
    let rolled = Load::new().renamed_weights().load_model::<Rolled>(&file.0).unwrap();
    assert_eq!((rolled.input_scaling(), rolled.output_scaling()), (&inputs, outputs.as_ref()));
    let text = fs::read_to_string(&file.0).unwrap();
    assert!(!text.contains("categories") && !text.contains("classes"));
}

#[test]
fn no_name_of_a_model_is_ignored() {
    let file = File::new("names");
    model().save(&file.0).unwrap();
    let value: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file.0).unwrap()).unwrap();
    let text = value.to_string();
    for (from, to, problem) in [
        (r#""columns":{"#, r#""columns":{"units":[],"#, "the network has no `columns.units`"),
        (
            r#""targets":["kind"]"#,
            r#""targets":["Straße"]"#,
            "the column `Straße` is named twice: each column is one input or target",
        ),
        (
            r#""targets":["kind"]"#,
            r#""targets":["kind","sort"]"#,
            "it has `classes`, which are those of one target, but 2 targets",
        ),
        (r#""targets":["kind"]"#, r#""targets":"kind""#, "it has no array `columns.targets`"),
        (r#""targets":["kind"]"#, r#""targets":[1]"#, "it has no array of texts `columns.targets`"),
        (r#"{"Straße":["#, r#"{"Gasse":["#, "the network has no `categories.Gasse`"),
        (r#"{"Straße":["#, r#"{"Straße":[],"Straße":["#, "`Straße` stands there twice"),
        (r#"["a","e9"]"#, r#"["a","a"]"#, "column `Straße`: `a` is given twice: name each value once"),
        (r#"["a","e9"]"#, "[]", "the category `Straße` has no values: name them, or leave it out"),
        (
            r#"["0","1"]"#,
            r#"["0","1","2"]"#,
            "column `kind`: 3 classes (`0`, `1`, `2`) do not fit 1 output: there is one output for each class, or a single one for two",
        ),
        (r#"["0","1"]"#, r#"["0","0"]"#, "column `kind`: `0` is given twice: name each value once"),
        (r#""columns""#, r#""column""#, "it has the unknown key `column`"),
        (r#""input_scaling""#, r#""output_scaling""#, "it has an `output_scaling`, but no `input_scaling`"),
        (r#""version":2"#, r#""version":1"#, "it has the unknown key `categories`"),
    ] {
        let edited = text.replacen(from, to, 1);
        assert_ne!(edited, text, "{from}");
        fs::write(&file.0, &edited).unwrap();
        assert!(Model::<Sorted>::load(&file.0).is_err());
        let message = file.message(&Model::<Sorted>::load_edited(&file.0).unwrap_err());
        assert_eq!(message, format!("is damaged, or was not saved by mlp-core: {problem}"));
    }
    for (key, needed) in [("columns", "columns"), ("input_scaling", "input_scaling")] {
        let mut without = value.clone();
        without.as_object_mut().unwrap().remove(key);
        fs::write(&file.0, without.to_string()).unwrap();
        for message in [
            file.message(&Model::<Sorted>::load_edited(&file.0).unwrap_err()),
            file.message(&persist::load_edited::<Sorted>(&file.0).unwrap_err()),
        ] {
            assert!(message.ends_with(&format!(", but no `{needed}`")), "{message}");
        }
    }
}

/// Whatever can be saved can be loaded: the longest names, even if JSON writes each character as six.
#[test]
fn names_within_reason_are_saved_and_read() {
    let file = File::new("long_names");
    let named = |letter: &str, bytes: usize| {
        let schema = Schema::new().numbers([letter.repeat(bytes), "b".to_owned()]).targets(["c"]);
        let Scaled { network, inputs, outputs } = scaled();
        Model::new(network, &schema, inputs, outputs).unwrap()
    };
    let long = named("\u{1}", 3998);
    long.save(&file.0).unwrap();
    assert_eq!(Model::<Net>::load(&file.0).unwrap(), long);
    let error = named("a", 3999).save(&file.0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the names of columns, categories and classes have 4001 bytes, and a file holds at most 4000: shorten them"
    );
    assert_eq!(Model::<Net>::load(&file.0).unwrap(), long);
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
    assert_eq!(error.to_string(), format!("{} could not be written", nowhere.display()));
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
            "holds a network with the loss huber, but Single has half_squared_error; \
             `persist::Load::new().another_loss()` loads it all the same",
        ),
        (
            "scalar",
            changed("f32", "f64"),
            "holds a network with the scalar f64, but Single has f32; `persist::Load::new().another_scalar()` loads it all the same",
        ),
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

mod declared {
    //! The network of `Net`, as it may be declared later.
    use mlp_core::mlp;

    pub(super) fn swish(z: f64) -> f64 {
        z / (1.0 + (-z).exp())
    }

    pub(super) fn swish_derivative(z: f64, _: f64) -> f64 {
        let s = 1.0 / (1.0 + (-z).exp());
        s * (1.0 + z * (1.0 - s))
    }

    mlp!(pub(super) struct OtherStruct: 2 => tanh(2) => 1);
    mlp!(pub(super) struct Renamed: 2 => tanh(2) => 1, weights = [a, w12, c, d; e, f]);
    mlp!(pub(super) struct Swapped: 2 => tanh(2) => 1, weights = [w12, w11, c, d; e, f]);
    mlp!(pub(super) struct Rolled: 2 => tanh(2) => 1, rolled);
    mlp!(pub(super) struct Float: 2 => tanh(2) => 1, scalar = f32);
    mlp!(pub(super) struct Loss: 2 => tanh(2) => 1, loss = mean_squared_error);
    mlp!(pub(super) struct Before: 2 => self::swish(2) => 1);
    mlp!(pub(super) struct After: 2 => crate::persist::declared::swish(2) => 1);
}

use declared::{After, Before, Float, Loss, OtherStruct, Renamed, Rolled, Swapped};

fn values<N: Network>(network: &N) -> Vec<f64> {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    parameters.as_ref().iter().map(|value| value.to_f64()).collect()
}

/// Refuses the file with this message, and loads it all the same when told so.
fn loads_when_told<N: Network>(file: &File, difference: &str, remedy: &str, load: Load) -> N {
    let Err(error) = persist::load::<N>(&file.0) else { panic!("{difference}: loads untold") };
    let name = N::ARCHITECTURE.name;
    let (found, expected) = difference.split_once(" / ").unwrap();
    let expected = format!(
        "holds a network with the {found}, but {name} has {expected}; `persist::Load::new().{remedy}()` loads it all \
         the same"
    );
    assert_eq!(file.message(&error), expected);
    load.load(&file.0).unwrap_or_else(|error| panic!("{error:?}"))
}

#[test]
fn a_change_without_harm_loads_when_told_so() {
    let (file, load) = (File::new("harmless"), Load::new());
    net().save(&file.0).unwrap();
    assert_eq!(values(&OtherStruct::load(&file.0).unwrap()), values(&net()));
    let names = "parameters w11, w12, w21, …";
    let renamed: Renamed =
        loads_when_told(&file, &format!("{names} / a, w12, c, …"), "renamed_weights", load.renamed_weights());
    assert_eq!(values(&renamed), values(&net()));
    let rolled: Rolled =
        loads_when_told(&file, &format!("{names} / w1, b1, w2, … (rolled)"), "renamed_weights", load.renamed_weights());
    assert_eq!(values(&rolled), values(&net()));
    let loss: Loss =
        loads_when_told(&file, "loss half_squared_error / mean_squared_error", "another_loss", load.another_loss());
    assert_eq!(values(&loss), values(&net()));
    let float: Float = loads_when_told(&file, "scalar f64 / f32", "another_scalar", load.another_scalar());
    assert_eq!(float.parameters(), net().parameters().map(f32::from_f64));

    Net { w11: 1e39, ..net() }.save(&file.0).unwrap();
    let error = load.another_scalar().load::<Float>(&file.0).unwrap_err().to_string();
    assert!(error.ends_with(": `parameters.w11` is 1e39, too large for f32: load it into a network in f64"), "{error}");

    // An `f32` becomes the same number in `f64`, not the one with the same digits.
    float.save(&file.0).unwrap();
    let double: Net = loads_when_told(&file, "scalar f32 / f64", "another_scalar", load.another_scalar());
    assert_eq!(double.parameters(), float.parameters().map(f64::from));

    rolled.save(&file.0).unwrap();
    let rolled_names = "parameters w1, b1, w2, … (rolled)";
    let unrolled: Net = loads_when_told(
        &file,
        &format!("{rolled_names} / w11, w12, w21, …"),
        "renamed_weights",
        load.renamed_weights(),
    );
    assert_eq!(unrolled, net());

    let before = Before::from_parameters(net().parameters());
    before.save(&file.0).unwrap();
    let architectures =
        "architecture 2 => self::swish(2) => sigmoid(1) / 2 => crate::persist::declared::swish(2) => sigmoid(1)";
    let after: After = loads_when_told(&file, architectures, "moved_activations", load.moved_activations());
    assert_eq!(after.predict([0.5, 0.25]), before.predict([0.5, 0.25]));
}

/// Columns are called `x1` and `y_pred` in an unrolled network, `x[0]` and `y_pred[0]` in a rolled one.
#[test]
fn a_scaled_network_may_be_rolled_later() {
    let file = File::new("rolled_later");
    scaled().save(&file.0).unwrap();
    assert!(Scaled::<Rolled>::load(&file.0).is_err());
    let rolled = Load::new().renamed_weights().load_scaled::<Rolled>(&file.0).unwrap();
    assert_eq!((rolled.inputs, rolled.outputs), (scaled().inputs, scaled().outputs));
    rolled.save(&file.0).unwrap();
    assert_eq!(Load::new().renamed_weights().load_scaled::<Net>(&file.0).unwrap(), scaled());
}

/// A permission is no permission for anything else.
#[test]
fn harm_is_refused_even_when_told_so() {
    let file = File::new("harm");
    net().save(&file.0).unwrap();
    let all = Load::new().edited().another_loss().another_scalar().renamed_weights().moved_activations();
    let message = file.message(&all.load::<Swapped>(&file.0).unwrap_err());
    assert!(message.ends_with("its parameters do not stand in the order of this network"), "{message}");
    let message = file.message(&all.load::<Before>(&file.0).unwrap_err());
    let expected = "holds a network with the architecture 2 => tanh(2) => sigmoid(1), but Before has 2 => \
                    self::swish(2) => sigmoid(1)";
    assert_eq!(message, expected);

    // A tool has sorted the keys.
    let text = fs::read_to_string(&file.0).unwrap();
    fs::write(&file.0, serde_json::to_string(&serde_json::from_str::<serde_json::Value>(&text).unwrap()).unwrap())
        .unwrap();
    assert!(matches!(Net::load(&file.0), Err(LoadError::Checksum { .. })));
    assert_eq!(persist::load_edited::<Net>(&file.0).unwrap(), net());
    for error in [all.load::<Renamed>(&file.0).unwrap_err(), all.load::<Rolled>(&file.0).unwrap_err()] {
        let message = file.message(&error);
        assert!(message.ends_with("its parameters do not stand in the order of this network"), "{message}");
    }

    // Another number of parameters is no renaming.
    fs::write(&file.0, text.replace("\"w12\"", "\"w13\": 1, \"w12\"")).unwrap();
    let message = file.message(&all.load::<Net>(&file.0).unwrap_err());
    assert!(message.ends_with("the network has no `parameters.w13`"), "{message}");
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let file = File::new("large");
    let large = fs::File::create(&file.0).unwrap();
    large.set_len(1 << 40).unwrap();
    let error = Net::load(&file.0).unwrap_err();
    let LoadError::TooLarge { limit, .. } = error else { panic!("{error:?}") };
    assert!((65_536..150_000).contains(&limit), "{limit}");
    let expected = format!("has more than {limit} bytes, more than a file needs that holds a Net");
    assert_eq!(file.message(&error), expected);
    large.set_len(limit + 1).unwrap();
    assert!(matches!(Net::load(&file.0), Err(LoadError::TooLarge { .. })));
    large.set_len(limit).unwrap();
    assert!(matches!(Net::load(&file.0), Err(LoadError::Json { .. })));
    #[cfg(unix)]
    assert!(matches!(Net::load("/dev/zero"), Err(LoadError::TooLarge { .. })));
}

/// The widest indentation and the longest numbers are within the limit.
#[test]
fn a_file_within_reason_is_read() {
    let file = File::new("reason");
    let mut parameters = <Rolled as Network>::Parameters::zeros();
    parameters.as_mut().fill(-1.234_567_890_123_456_7e-308);
    let rolled = <Rolled as Network>::from_parameters(&parameters);
    rolled.save(&file.0).unwrap();
    let text = fs::read_to_string(&file.0).unwrap();
    fs::write(&file.0, text.replace("  ", "                ")).unwrap();
    assert_eq!(values(&Rolled::load(&file.0).unwrap()), values(&rolled));
}

#[test]
fn long_texts_are_cut_in_messages() {
    let file = File::new("long");
    let long = "x".repeat(10_000);
    for (from, to) in [
        ("\"scalar\"", &format!("\"{long}\"")),
        ("f32", &long),
        ("1 => sigmoid", &long),
        ("half_squared_error", &long),
        ("\"w11\"", &format!("\"{long}\"")),
        ("\"w11\"", &format!("\"{long}\": 1, \"w11\"")),
        ("\"b1\": -0.5", &format!("\"b1\": \"{long}\"")),
        ("\"b1\": -0.5", &format!("\"b1\": -0.5, \"\u{7f}{long}\": 1, \"\u{7f}{long}\": 1")),
    ] {
        fs::write(&file.0, SINGLE.replace(from, to)).unwrap();
        let error = format!("{:?}", Single::load(&file.0).unwrap_err());
        assert!(error.len() < 500 && !error.contains('\u{7f}'), "{error}");
    }
}

/// A child process saves in a loop and is killed, again and again. The file is always a whole network, and what else
/// is left has the documented name.
#[test]
fn a_kill_leaves_a_whole_file() {
    const CHILD: &str = "MLP_CORE_SAVES_UNTIL_KILLED";
    if let Some(path) = std::env::var_os(CHILD) {
        loop {
            scaled().save(&path).unwrap();
            Scaled { outputs: None, ..scaled() }.save(&path).unwrap();
        }
    }
    let folder = std::env::temp_dir().join(format!("mlp-core-kills-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("net.json");
    scaled().save(&path).unwrap();
    for kill in 0..20 {
        let before = fs::metadata(&path).unwrap().modified().unwrap();
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["persist::a_kill_leaves_a_whole_file", "--exact"])
            .env(CHILD, &path)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        while fs::metadata(&path).unwrap().modified().unwrap() == before {
            assert!(child.try_wait().unwrap().is_none(), "the child saves until it is killed");
            std::thread::yield_now();
        }
        std::thread::sleep(std::time::Duration::from_micros(kill * 250));
        child.kill().unwrap();
        child.wait().unwrap();
        let loaded = Scaled::<Net>::load(&path).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!((loaded.network, loaded.inputs), (net(), scaled().inputs));
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let digits = name.strip_prefix(".mlp-core-").and_then(|rest| rest.strip_suffix(".tmp"));
        let digits = digits.is_some_and(|digits| digits.len() == 16 && digits.bytes().all(|d| d.is_ascii_hexdigit()));
        assert!(digits || name == "net.json", "{name}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn saving_keeps_the_mode_and_refuses_a_read_only_file() {
    use std::os::unix::fs::PermissionsExt as _;

    let file = File::new("mode");
    net().save(&file.0).unwrap();
    fs::set_permissions(&file.0, fs::Permissions::from_mode(0o600)).unwrap();
    scaled().save(&file.0).unwrap();
    assert_eq!(fs::metadata(&file.0).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&file.0, fs::Permissions::from_mode(0o444)).unwrap();
    let error = net().save(&file.0).unwrap_err();
    let expected = format!("{} is read-only: make it writable, or save under another name", file.0.display());
    assert!(
        matches!(&error, SaveError::ReadOnly { path } if *path == file.0) && error.to_string() == expected,
        "{error}"
    );
    assert_eq!(Scaled::<Net>::load(&file.0).unwrap(), scaled());
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
