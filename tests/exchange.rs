//! Networks leave as bytes and come back as they were, or not at all.

use std::fs;

use mlp_core::dataset::Schema;
use mlp_core::exchange::{BytesError, Onnx, OnnxError, Safetensors, SafetensorsError};
use mlp_core::{Model, Network, Scaled, Scaling, mlp};

mlp!(struct Double: 2 => tanh(2) => 1);
mlp!(struct Relu: 2 => relu(2) => 1);
mlp!(struct Single: 2 => tanh(2) => 1, scalar = f32);
mlp!(struct Rolled: 2 => tanh(2) => 1, rolled);
mlp!(struct SingleRolled: 2 => tanh(2) => 1, scalar = f32, rolled);

/// Activations of the user's own.
mod own {
    pub(super) fn tanh<T: mlp_core::Scalar>(z: T) -> T {
        mlp_core::activation::tanh(z)
    }

    pub(super) fn tanh_derivative<T: mlp_core::Scalar>(z: T, a: T) -> T {
        mlp_core::activation::tanh_derivative(z, a)
    }
}

/// Numbers that a text or a careless conversion might change.
const DOUBLES: [f64; 9] =
    [0.0, -0.0, f64::from_bits(1), -f64::MIN_POSITIVE, f64::MAX, f64::MIN, 0.1, -1e-310, f64::MIN_POSITIVE / 2.0];
const SINGLES: [f32; 9] =
    [0.0, -0.0, f32::from_bits(1), -f32::MIN_POSITIVE, f32::MAX, f32::MIN, 0.1, -1e-40, f32::MIN_POSITIVE / 2.0];

/// CRC-64/XZ, bit by bit.
fn crc(bytes: &[u8]) -> u64 {
    !bytes.iter().fold(u64::MAX, |crc, byte| {
        (0..8).fold(crc ^ u64::from(*byte), |crc, _| (crc >> 1) ^ (0xC96C_5795_D787_0F42 * (crc & 1)))
    })
}

fn bytes<N: Network>(network: &N) -> Vec<u8> {
    let mut bytes = vec![0; N::BYTES];
    network.write_le_bytes(&mut bytes).unwrap();
    bytes
}

/// The bytes with another number at `index`, and the checksum that belongs to them.
fn changed<N: Network>(network: &N, index: usize, number: &[u8]) -> Vec<u8> {
    let mut bytes = bytes(network);
    let (start, end) = (24 + index * number.len(), bytes.len() - 8);
    bytes[start..start + number.len()].copy_from_slice(number);
    let sum = crc(&bytes[..end]);
    bytes[end..].copy_from_slice(&sum.to_le_bytes());
    bytes
}

#[test]
fn bytes_bring_back_every_bit() {
    let double = Double::from_parameters(DOUBLES);
    let read = Double::from_le_bytes(&bytes(&double)).unwrap();
    assert_eq!(read.parameters().map(f64::to_bits), DOUBLES.map(f64::to_bits));
    let single = Single::from_parameters(SINGLES);
    let read = Single::from_le_bytes(&bytes(&single)).unwrap();
    assert_eq!(read.parameters().map(f32::to_bits), SINGLES.map(f32::to_bits));

    let mut rolled = Rolled::random(&mut mlp_core::rng(1));
    rolled.modify_parameters(|offset, piece| piece.copy_from_slice(&DOUBLES[offset..offset + piece.len()]));
    let read = Rolled::from_le_bytes(&bytes(&rolled)).unwrap();
    assert_eq!(read.parameters().map(f64::to_bits), DOUBLES.map(f64::to_bits));
    let mut rolled = SingleRolled::random(&mut mlp_core::rng(1));
    rolled.modify_parameters(|offset, piece| piece.copy_from_slice(&SINGLES[offset..offset + piece.len()]));
    let read = <SingleRolled as Network>::from_le_bytes(&bytes(&rolled)).unwrap();
    assert_eq!(read.parameters().map(f32::to_bits), SINGLES.map(f32::to_bits));
}

/// The format, written down a second time: it must stay readable.
#[test]
fn bytes_are_as_documented() {
    let list = |names: &[&str]| {
        let words = names.iter().flat_map(|name| [&(name.len() as u64).to_le_bytes(), name.as_bytes()].concat());
        [b"l".to_vec(), (names.len() as u64).to_le_bytes().to_vec(), words.collect()].concat()
    };
    let text = |text: &str| [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat();
    let two = 2_u64.to_le_bytes().to_vec();
    let [hidden, output] = [list(&["w11", "w12", "w21", "w22"]), list(&["w31", "w41"])];
    let unrolled =
        [two.clone(), text("tanh"), hidden, list(&["b1", "b2"]), text("sigmoid"), output, list(&["b3"])].concat();
    let numbers: Vec<u8> = DOUBLES.iter().flat_map(|number| number.to_le_bytes()).collect();
    let with_hash = |hash: u64| {
        let bytes = [&b"mlp-f64\x01\x09\0\0\0\0\0\0\0"[..], &hash.to_le_bytes(), &numbers].concat();
        [bytes.clone(), crc(&bytes).to_le_bytes().to_vec()].concat()
    };
    assert_eq!(Double::BYTES, 24 + 9 * 8 + 8);
    assert_eq!(Single::BYTES, 24 + 9 * 4 + 8);
    assert_eq!(bytes(&Double::from_parameters(DOUBLES)), with_hash(crc(&unrolled)));

    let matrix = |name: &str, rows: u64, columns: u64| {
        [b"m".to_vec(), text(name), rows.to_le_bytes().to_vec(), columns.to_le_bytes().to_vec()].concat()
    };
    let array = |name: &str, len: u64| [b"a".to_vec(), text(name), len.to_le_bytes().to_vec()].concat();
    let layer = |activation, number, sources, neurons| {
        [text(activation), matrix(&format!("w{number}"), sources, neurons), array(&format!("b{number}"), neurons)]
            .concat()
    };
    let rolled = [two, layer("tanh", 1, 2, 2), layer("sigmoid", 2, 2, 1)].concat();
    assert!(Rolled::from_le_bytes(&with_hash(crc(&rolled))).is_ok());
}

#[test]
fn a_constant_is_read_by_the_compiler() {
    const FILE: &[u8] = include_bytes!("data/double.bin");
    const NET: Double = match Double::from_le_bytes(FILE) {
        Ok(net) => net,
        Err(_) => panic!("the file does not hold this network"),
    };
    static IN_FLASH: Double = NET;
    const REFUSED: BytesError = match Relu::from_le_bytes(FILE) {
        Ok(_) => panic!("the file holds another network"),
        Err(error) => error,
    };
    assert_eq!(IN_FLASH, Double::from_parameters(DOUBLES));
    assert_eq!(bytes(&NET), FILE);
    assert_eq!(REFUSED, BytesError::Architecture { network: "Relu" });
}

/// In all 255 other ways.
#[test]
fn every_changed_byte_is_refused() {
    fn check<N: Network + PartialEq + std::fmt::Debug>(network: &N) {
        let mut bytes = bytes(network);
        for index in 0..bytes.len() {
            for change in 1..=255 {
                bytes[index] ^= change;
                let read = N::from_le_bytes(&bytes);
                assert!(read.is_err(), "byte {index} ^ {change}: {read:?}");
                bytes[index] ^= change;
            }
        }
        assert_eq!(N::from_le_bytes(&bytes).as_ref(), Ok(network));
    }
    check(&Double::from_parameters(DOUBLES));
    check(&Single::from_parameters(SINGLES));
    check(&Rolled::random(&mut mlp_core::rng(1)));
}

#[test]
fn damaged_bytes_say_what_is_wrong() {
    let net = Double::from_parameters(DOUBLES);
    let whole = bytes(&net);
    for length in 0..whole.len() {
        // Without a header nobody knows how many there should be but the network.
        let expected = BytesError::Length { found: length, expected: 104 };
        assert_eq!(Double::from_le_bytes(&whole[..length]), Err(expected));
    }
    let longer = [&whole[..], &[0]].concat();
    let error = Double::from_le_bytes(&longer).unwrap_err();
    let message = "there are 105 bytes where 104 belong: give exactly the bytes of the network";
    assert_eq!(error.to_string(), message);
    assert_eq!(format!("{error:?}"), message);

    let with = |index: usize, byte| {
        let mut bytes = whole.clone();
        bytes[index] = byte;
        Double::from_le_bytes(&bytes).unwrap_err()
    };
    assert_eq!(with(0, b'n'), BytesError::Format);
    assert_eq!(with(5, b'8'), BytesError::Format);
    assert_eq!(
        BytesError::Format.to_string(),
        "the bytes were not written by `write_le_bytes`, or are damaged: they do not begin with mlp-f64 or mlp-f32"
    );
    assert_eq!(with(7, 2), BytesError::Version { version: 2, known: 1 });
    assert_eq!(
        with(7, 2).to_string(),
        "the bytes have format version 2, but this mlp-core reads version 1: use the mlp-core that wrote them"
    );
    assert_eq!(with(8, 10), BytesError::Length { found: 104, expected: 112 });
    assert_eq!(with(15, 255), BytesError::Length { found: 104, expected: usize::MAX });
    assert_eq!(with(16, 0), BytesError::Corrupted);
    assert_eq!(
        BytesError::Corrupted.to_string(),
        "the bytes were changed after they were written: their checksum is wrong"
    );

    let mut short = [7; Double::BYTES - 1];
    assert_eq!(net.write_le_bytes(&mut short), Err(BytesError::Length { found: 103, expected: 104 }));
    assert_eq!(short, [7; Double::BYTES - 1]);
}

fn refused<N: Network>(bytes: &[u8]) -> BytesError {
    assert_eq!(N::BYTES, bytes.len());
    N::from_le_bytes(bytes).err().unwrap()
}

/// All networks have 9 parameters but the last.
#[test]
fn bytes_of_another_network_are_refused() {
    mlp!(struct Output: 2 => tanh(2) => identity(1));
    mlp!(struct Swapped: 2 => sigmoid(2) => tanh(1));
    mlp!(struct Own: 2 => self::own::tanh(2) => 1);
    mlp!(struct Wide: 2 => 3);
    mlp!(struct Deep: 1 => tanh(1) => 2 => 1);
    mlp!(struct Long: 8 => 1);
    mlp!(struct Renamed: 2 => tanh(2) => 1, weights = [w11, w21, w12, w22; w31, w41]);
    mlp!(struct OtherLoss: 2 => tanh(2) => 1, loss = mean_squared_error);
    mlp!(struct OtherCount: 2 => tanh(2) => 2);

    let whole = bytes(&Double::from_parameters(DOUBLES));
    let refused = [
        refused::<Relu>(&whole),
        refused::<Output>(&whole),
        refused::<Swapped>(&whole),
        refused::<Own>(&whole),
        refused::<Wide>(&whole),
        refused::<Deep>(&whole),
        refused::<Long>(&whole),
        refused::<Renamed>(&whole),
        refused::<Rolled>(&whole),
    ];
    let names = ["Relu", "Output", "Swapped", "Own", "Wide", "Deep", "Long", "Renamed", "Rolled"];
    assert_eq!(refused, names.map(|network| BytesError::Architecture { network }));
    assert_eq!(
        refused[0].to_string(),
        "the bytes hold a network that is declared otherwise than Relu: with other layers, activations or names of weights"
    );
    assert_eq!(OtherLoss::from_le_bytes(&whole).unwrap().parameters(), DOUBLES);
    assert_eq!(
        Single::from_le_bytes(&whole).unwrap_err().to_string(),
        "the bytes hold a network in f64, but Single is in f32: give both the same `scalar`"
    );
    assert_eq!(
        OtherCount::from_le_bytes(&whole).unwrap_err().to_string(),
        "the bytes hold a network of 9 parameters, but OtherCount has 12"
    );
}

#[test]
fn bytes_hold_only_finite_numbers() {
    let mut written = [7; Double::BYTES];
    let net = Double { w31: f64::NAN, ..Double::from_parameters(DOUBLES) };
    let error = net.write_le_bytes(&mut written).unwrap_err();
    assert_eq!(error.to_string(), "w31 is infinite or not a number, and such a network predicts nothing");
    assert_eq!(written, [7; Double::BYTES]);

    let net = Double::from_parameters(DOUBLES);
    let names = ["w11", "w12", "w21", "w22", "b1", "b2", "w31", "w41", "b3"];
    for (index, name) in names.into_iter().enumerate() {
        let bytes = changed(&net, index, &f64::NEG_INFINITY.to_le_bytes());
        assert!(matches!(Double::from_le_bytes(&bytes), Err(BytesError::NotFinite { name: found }) if found == name));
    }
    let rolled = SingleRolled::random(&mut mlp_core::rng(1));
    let names = ["w1[0][0]", "w1[0][1]", "w1[1][0]", "w1[1][1]", "b1[0]", "b1[1]", "w2[0][0]", "w2[1][0]", "b2[0]"];
    for (index, name) in names.into_iter().enumerate() {
        let bytes = changed(&rolled, index, &f32::NAN.to_le_bytes());
        let read = SingleRolled::from_le_bytes(&bytes);
        assert!(matches!(read, Err(BytesError::NotFinite { name: found }) if found == name));
    }
}

/// A safetensors file, written down a second time. The tensors lie in the order in which they are given.
fn file(dtype: &str, tensors: &[(&str, &[usize], Vec<u8>)], metadata: &str) -> Vec<u8> {
    let mut end = 0;
    let entries = tensors.iter().map(|(name, shape, data)| {
        let start = end;
        end += data.len();
        format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{start},{end}]}}"#)
    });
    let header = format!("{{{metadata}{}}}", entries.collect::<Vec<_>>().join(","));
    let data = tensors.iter().flat_map(|(_, _, data)| data.clone());
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data.collect::<Vec<_>>()].concat()
}

fn doubles(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

mlp!(struct Three: 3 => tanh(2) => 1);

/// w11, w12, w21, w22, w31, w32, b1, b2, w41, w51, b3
const THREE: Three = Three::from_parameters([11.0, 12.0, 21.0, 22.0, 31.0, 32.0, 1.0, 2.0, 41.0, 51.0, 3.0]);

/// As PyTorch has it: a row for each neuron.
fn of_torch() -> [(&'static str, &'static [usize], Vec<u8>); 4] {
    [
        ("0.weight", &[2, 3], doubles(&[11.0, 21.0, 31.0, 12.0, 22.0, 32.0])),
        ("0.bias", &[2], doubles(&[1.0, 2.0])),
        ("2.weight", &[1, 2], doubles(&[41.0, 51.0])),
        ("2.bias", &[1], doubles(&[3.0])),
    ]
}

fn message<N: Network + std::fmt::Debug>(reader: &Safetensors, file: &[u8]) -> String {
    reader.from_bytes::<N>(file).unwrap_err().to_string()
}

#[test]
fn safetensors_have_rows_for_neurons() {
    let read: Three = Safetensors::new().from_bytes(&file("F64", &of_torch(), "")).unwrap();
    assert_eq!(read, THREE);

    let written = Safetensors::new().to_bytes(&THREE).unwrap();
    let length = usize::from(written[0]) + 256 * usize::from(written[1]);
    let header: serde_json::Value = serde_json::from_slice(&written[8..8 + length]).unwrap();
    for (name, shape, data) in of_torch() {
        assert_eq!(header[name]["dtype"], "F64");
        assert_eq!(header[name]["shape"], serde_json::json!(shape));
        let start = header[name]["data_offsets"][0].as_u64().unwrap();
        let here = written[8 + length..].iter().skip(usize::try_from(start).unwrap()).take(data.len());
        assert!(here.eq(&data), "{name}");
    }
    assert_eq!(header["__metadata__"], serde_json::json!({"mlp-core architecture": "3 => tanh(2) => sigmoid(1)"}));
    assert_eq!(Safetensors::new().to_bytes(&THREE).unwrap(), written);
}

#[test]
fn safetensors_bring_back_every_bit() {
    let path = std::env::temp_dir().join("mlp_exchange.safetensors");
    let named = Safetensors::new().layers(["hidden", "output"]);
    named.save(&Double::from_parameters(DOUBLES), &path).unwrap();
    let read: Double = named.load(&path).unwrap();
    assert_eq!(read.parameters().map(f64::to_bits), DOUBLES.map(f64::to_bits));
    let read: Rolled = named.load(&path).unwrap();
    assert_eq!(read.parameters().map(f64::to_bits), DOUBLES.map(f64::to_bits));
    named.save(&Single::from_parameters(SINGLES), &path).unwrap();
    let read: Single = named.load(&path).unwrap();
    assert_eq!(read.parameters().map(f32::to_bits), SINGLES.map(f32::to_bits));
    let read: SingleRolled = named.load(&path).unwrap();
    assert_eq!(read.parameters().map(f32::to_bits), SINGLES.map(f32::to_bits));
    fs::remove_file(path).unwrap();
}

#[test]
fn safetensors_convert_scalars_on_request() {
    let converted = Safetensors::new().another_scalar();
    let double = Double::from_parameters([0.1, -0.0, 1e-46, 1e-40, 3.0, 0.5, 16_777_217.0, 0.0, 1.0]);
    let written = converted.to_bytes(&double).unwrap();
    assert_eq!(
        message::<Single>(&Safetensors::new(), &written),
        "0.weight has numbers in f64, but Single is in f32: convert them, or permit it by `Safetensors::another_scalar`"
    );
    let single: Single = converted.from_bytes(&written).unwrap();
    assert_eq!(
        single.parameters().map(f32::to_bits),
        [0.1_f32, -0.0, 0.0, 1e-40, 3.0, 0.5, 16_777_216.0, 0.0, 1.0].map(f32::to_bits)
    );
    let written = converted.to_bytes(&single).unwrap();
    assert!(Safetensors::new().from_bytes::<Double>(&written).is_err());
    let read: Double = converted.from_bytes(&written).unwrap();
    assert_eq!(read.parameters(), single.parameters().map(f64::from));

    let large = converted.to_bytes(&Double { w31: 1e39, ..double }).unwrap();
    assert_eq!(message::<Single>(&converted, &large), "w31 is 1e39, too large for f32: read it into a network in f64");
    let mut halves = of_torch();
    for (_, _, data) in &mut halves {
        data.truncate(data.len() / 4);
    }
    assert_eq!(
        message::<Three>(&converted, &file("F16", &halves, "")),
        "0.weight has numbers in f16, but Three is in f64: convert them"
    );
}

#[test]
fn other_safetensors_are_refused() {
    let new = Safetensors::new();
    let with = |index: usize, tensor: (&'static str, &'static [usize], Vec<u8>)| {
        let mut tensors = of_torch();
        tensors[index] = tensor;
        file("F64", &tensors, "")
    };
    assert_eq!(
        message::<Three>(&new, &with(0, ("0.weight", &[3, 2], doubles(&[0.0; 6])))),
        "0.weight has the shape [3, 2], but in Three it has [2, 3]"
    );
    assert_eq!(
        message::<Three>(&new, &with(3, ("2.bias", &[1, 1], doubles(&[0.0])))),
        "2.bias has the shape [1, 1], but in Three it has [1]"
    );
    assert_eq!(
        message::<Three>(&new, &with(2, ("3.weight", &[1, 2], doubles(&[0.0; 2])))),
        "there is no tensor 2.weight, but 0.bias, 0.weight, 2.bias, 3.weight: name the layers by `Safetensors::layers`"
    );
    assert_eq!(
        message::<Three>(&new, &with(0, ("0.weight", &[2, 3], doubles(&[0.0, 0.0, 0.0, 0.0, f64::NAN, 0.0])))),
        "w22 is infinite or not a number, and such a network predicts nothing"
    );
    let error = new.to_bytes(&Three { b2: f64::INFINITY, ..THREE }).unwrap_err();
    assert_eq!(error.to_string(), "b2 is infinite or not a number, and such a network predicts nothing");

    let more = [&of_torch()[..], &[("4.bias", &[1], doubles(&[0.0]))]].concat();
    let more = file("F64", &more, "");
    assert_eq!(
        message::<Three>(&new, &more),
        "the tensor 4.bias does not belong to Three: declare its layer, or permit it by `Safetensors::among_others`"
    );
    assert_eq!(Safetensors::new().among_others().from_bytes::<Three>(&more).unwrap(), THREE);
    assert_eq!(
        message::<Three>(&new, &file("F64", &[], "")),
        "there is no tensor 0.weight, but none at all: name the layers by `Safetensors::layers`"
    );

    mlp!(struct Other: 3 => relu(2) => 1);
    assert_eq!(
        message::<Other>(&new, &new.to_bytes(&THREE).unwrap()),
        "the file holds a network with the architecture 3 => tanh(2) => sigmoid(1), but Other has 3 => relu(2) => sigmoid(1)"
    );
    // PyTorch's own metadata do no harm.
    let read = new.from_bytes::<Other>(&file("F64", &of_torch(), r#""__metadata__":{"format":"pt"},"#));
    assert_eq!(read.unwrap().parameters(), THREE.parameters());
    assert_eq!(
        message::<Three>(&Safetensors::new().layers(["1", "2", "3"]), &more),
        "`Safetensors::layers` has 3 names, but Three has 2 layers: give a name for each"
    );
    assert_eq!(
        message::<Three>(&Safetensors::new().layers(["fc", "fc"]), &more),
        "`Safetensors::layers` has fc twice: give each layer its own name"
    );

    let whole = file("F64", &of_torch(), "");
    for length in 0..whole.len() {
        assert!(matches!(new.from_bytes::<Three>(&whole[..length]), Err(SafetensorsError::Format { .. })), "{length}");
    }
    let error = new.load::<Three>("no/such/file").unwrap_err();
    assert!(matches!(error, SafetensorsError::Read { .. }));
    let error = new.save(&THREE, "no/such/folder/file").unwrap_err();
    assert_eq!(error.to_string(), "no/such/folder/file could not be written");
}

/// The fields of a message of Protocol Buffers: the number of each, its number or its bytes.
fn fields(mut bytes: &[u8]) -> Vec<(u64, u64, &[u8])> {
    fn number(bytes: &mut &[u8]) -> u64 {
        let length = bytes.iter().position(|byte| byte & 128 == 0).unwrap() + 1;
        let (digits, rest) = bytes.split_at(length);
        *bytes = rest;
        digits.iter().rev().fold(0, |number, digit| number << 7 | u64::from(digit & 127))
    }
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = number(&mut bytes);
        let (value, length) = match key & 7 {
            0 => (number(&mut bytes), 0),
            2 => (0, usize::try_from(number(&mut bytes)).unwrap()),
            5 => (0, 4),
            kind => panic!("a field of the kind {kind}"),
        };
        let (content, rest) = bytes.split_at(length);
        fields.push((key >> 3, value, content));
        bytes = rest;
    }
    fields
}

/// The contents of all fields with this number.
fn all(message: &[u8], number: u64) -> Vec<&[u8]> {
    fields(message).into_iter().filter(|field| field.0 == number).map(|field| field.2).collect()
}

fn texts(message: &[u8], number: u64) -> Vec<&str> {
    all(message, number).into_iter().map(|text| std::str::from_utf8(text).unwrap()).collect()
}

/// The numbers of all fields with this number.
fn integers(message: &[u8], number: u64) -> Vec<u64> {
    fields(message).into_iter().filter(|field| field.0 == number).map(|field| field.1).collect()
}

/// The operators of a graph, each as in `a1 = LeakyRelu(z1) alpha 0.01`.
fn operators(model: &[u8]) -> Vec<String> {
    let operator = |node| {
        let attributes = all(node, 5).into_iter().map(|attribute| {
            let value = match integers(attribute, 20)[..] {
                [1] => f32::from_le_bytes(all(attribute, 2)[0].try_into().unwrap()).to_string(),
                [2] => integers(attribute, 3)[0].to_string(),
                _ => panic!("neither a float nor an integer"),
            };
            format!(" {} {value}", texts(attribute, 1)[0])
        });
        let attributes = attributes.collect::<String>();
        format!("{} = {}({}){attributes}", texts(node, 2)[0], texts(node, 4)[0], texts(node, 1).join(", "))
    };
    all(all(model, 7)[0], 1).into_iter().map(operator).collect()
}

/// Name, type, dimensions and numbers of the constants of a graph.
fn constants(model: &[u8]) -> Vec<(&str, u64, Vec<u64>, &[u8])> {
    let constant = |tensor| (texts(tensor, 8)[0], integers(tensor, 2)[0], integers(tensor, 1), all(tensor, 9)[0]);
    all(all(model, 7)[0], 5).into_iter().map(constant).collect()
}

#[test]
fn onnx_is_a_graph_of_operators() {
    let model = Onnx::new().to_bytes(&THREE).unwrap();
    let graph = ["z1 = Gemm(x, w1, b1)", "a1 = Tanh(z1)", "z2 = Gemm(a1, w2, b2)", "y_pred = Sigmoid(z2)"];
    assert_eq!(operators(&model), graph);
    let [w1, b1] = [doubles(&[11.0, 12.0, 21.0, 22.0, 31.0, 32.0]), doubles(&[1.0, 2.0])];
    let [w2, b2] = [doubles(&[41.0, 51.0]), doubles(&[3.0])];
    let expected = [
        ("w1", 11, vec![3, 2], &w1[..]),
        ("b1", 11, vec![2], &b1),
        ("w2", 11, vec![2, 1], &w2),
        ("b2", 11, vec![1], &b2),
    ];
    assert_eq!(constants(&model), expected);
    // The version of the format, and that of the operators.
    assert_eq!(integers(&model, 1), [9]);
    assert_eq!(integers(all(&model, 8)[0], 2), [20]);
    assert_eq!(texts(&model, 2), ["mlp-core"]);
    for (end, name, length) in [(11, "x", 3), (12, "y_pred", 1)] {
        let value = all(all(&model, 7)[0], end)[0];
        let tensor = all(all(value, 2)[0], 1)[0];
        assert_eq!((texts(value, 1), integers(tensor, 1)), (vec![name], vec![11]));
        let [batch, columns] = all(all(tensor, 2)[0], 1)[..] else { panic!("it has two dimensions") };
        assert_eq!((texts(batch, 2), integers(columns, 1)), (vec!["batch"], vec![length]));
    }
}

/// A network with this activation, in `f32`, in `f64`, and rounded from `f64`.
fn check_activation(
    word: &str,
    expected: &[&str],
    is_double_possible: bool,
    [single, double, rounded]: [Result<Vec<u8>, OnnxError>; 3],
) {
    let single = single.unwrap();
    let written = operators(&single);
    assert_eq!(written[1..written.len() - 1], *expected, "{word}");
    assert!(constants(&single).iter().all(|constant| constant.1 == 1));
    match double {
        Ok(double) => assert!(is_double_possible && operators(&double) == written, "{word}"),
        Err(error) => {
            let message =
                format!("ONNX Runtime computes {word} in f32 alone: write the network in f32, by `Onnx::as_f32`");
            assert!(!is_double_possible, "{word}");
            assert_eq!(error.to_string(), message);
        }
    }
    let rounded = rounded.unwrap();
    assert_eq!(operators(&rounded), written);
    assert!(constants(&rounded).iter().all(|constant| constant.1 == 1));
}

#[test]
fn onnx_has_an_operator_for_each_activation() {
    macro_rules! check {
        ($($activation:ident: [$($operator:literal),*], $double:literal;)*) => { $({
            mlp!(struct Single: 2 => $activation(2) => identity(1), scalar = f32);
            mlp!(struct Double: 2 => $activation(2) => identity(1));
            let double = Double::random(&mut mlp_core::rng(1));
            let files = [
                Onnx::new().to_bytes(&Single::random(&mut mlp_core::rng(1))),
                Onnx::new().to_bytes(&double),
                Onnx::new().as_f32().to_bytes(&double),
            ];
            check_activation(stringify!($activation), &[$($operator),*], $double, files);
        })* };
    }
    check! {
        sigmoid: ["a1 = Sigmoid(z1)"], true;
        tanh: ["a1 = Tanh(z1)"], true;
        relu: ["a1 = Relu(z1)"], true;
        leaky_relu: ["a1 = LeakyRelu(z1) alpha 0.01"], false;
        elu: ["a1 = Elu(z1) alpha 1"], false;
        softplus: ["a1 = Softplus(z1)"], false;
        silu: ["s1 = Sigmoid(z1)", "a1 = Mul(s1, z1)"], false;
        gelu: ["a1 = Gelu(z1)"], false;
        hard_sigmoid: ["a1 = HardSigmoid(z1) alpha 0.16666667 beta 0.5"], false;
        hard_tanh: ["a1 = Clip(z1, lowest1, highest1)"], false;
        softsign: ["a1 = Softsign(z1)"], false;
        identity: [], true;
    }
    mlp!(struct Softmax: 2 => softmax(3), loss = cross_entropy);
    let model = Onnx::new().to_bytes(&Softmax::random(&mut mlp_core::rng(1))).unwrap();
    assert_eq!(operators(&model), ["z1 = Gemm(x, w1, b1)", "y_pred = Softmax(z1)"]);
}

fn metadata(model: &[u8]) -> Vec<(&str, &str)> {
    all(model, 14).into_iter().map(|entry| (texts(entry, 1)[0], texts(entry, 2)[0])).collect()
}

/// The types of inputs and outputs.
fn end_types(model: &[u8]) -> [u64; 2] {
    [11, 12].map(|end| integers(all(all(all(all(model, 7)[0], end)[0], 2)[0], 1)[0], 1)[0])
}

#[test]
fn onnx_knows_the_names_of_a_model() {
    mlp!(struct Sort: 3 => tanh(2) => softmax(2), loss = cross_entropy, scalar = f32);
    let schema = Schema::new().numbers(["time"]).category("island", ["Biscoe", "Dream"]).class("sex", ["f", "m"]);
    // Two seconds of these times are the same number in `f32`.
    let inputs = Scaling { offset: [1.7e9, 0.0, 0.0], scale: [10.0, 1.0, 1.0] };
    let model = Model::new(Sort::random(&mut mlp_core::rng(1)), &schema, inputs, None).unwrap();
    let written = Onnx::new().to_bytes_model(&model).unwrap();
    let expected = [
        "x_centred = Sub(x, input_offset)",
        "x_scaled = Div(x_centred, input_scale)",
        "x_rounded = Cast(x_scaled) to 1",
        "z1 = Gemm(x_rounded, w1, b1)",
        "a1 = Tanh(z1)",
        "z2 = Gemm(a1, w2, b2)",
        "a2 = Softmax(z2)",
        "y_pred = Cast(a2) to 11",
    ];
    assert_eq!(operators(&written), expected);
    assert_eq!(end_types(&written), [11, 11]);
    assert_eq!(constants(&written)[0], ("input_offset", 11, vec![3], &doubles(&[1.7e9, 0.0, 0.0])[..]));
    assert_eq!(constants(&written)[2].1, 1);
    let names = [
        ("architecture", "3 => tanh(2) => softmax(2)"),
        ("input.0", "time"),
        ("input.1", "island=Biscoe"),
        ("input.2", "island=Dream"),
        ("class.0", "f"),
        ("class.1", "m"),
        ("target.0", "sex"),
    ];
    assert_eq!(metadata(&written), names);

    // All in `f32` on request; names given here are preferred.
    let rounded = Onnx::new().as_f32().class_names(["female", "male"]).to_bytes_model(&model).unwrap();
    assert_eq!(operators(&rounded)[2], "z1 = Gemm(x_scaled, w1, b1)");
    assert_eq!((end_types(&rounded), constants(&rounded)[0].1), ([1, 1], 1));
    assert_eq!(metadata(&rounded)[4..6], [("class.0", "female"), ("class.1", "male")]);

    let numbers = Schema::new().numbers(["a", "b", "c"]).targets(["price"]);
    let scaling = Scaling { offset: [1.0, 2.0, 3.0], scale: [0.5, 0.25, 0.125] };
    let outputs = Scaling { offset: [10.0], scale: [20.0] };
    let model = Model::new(THREE, &numbers, scaling, Some(outputs)).unwrap();
    let path = std::env::temp_dir().join("mlp_exchange_model.onnx");
    Onnx::new().save_model(&model, &path).unwrap();
    let written = fs::read(&path).unwrap();
    fs::remove_file(path).unwrap();
    assert_eq!(metadata(&written)[4..], [("target.0", "price")]);
    let scaled = Onnx::new().to_bytes_scaled(&model.scaled().unwrap()).unwrap();
    assert_eq!((operators(&written), constants(&written)), (operators(&scaled), constants(&scaled)));
}

#[test]
fn onnx_takes_scalings_and_names() {
    let model = Scaled {
        network: THREE,
        inputs: Scaling { offset: [1.0, 2.0, 3.0], scale: [0.5, 0.25, 0.125] },
        outputs: Some(Scaling { offset: [10.0], scale: [20.0] }),
    };
    let named = Onnx::new().input_names(["a", "b, c", "ö"]).class_names(["no", "yes"]);
    let written = named.to_bytes_scaled(&model).unwrap();
    let operators = operators(&written);
    assert_eq!(operators[..2], ["x_centred = Sub(x, input_offset)", "x_scaled = Div(x_centred, input_scale)"]);
    assert_eq!(operators[2], "z1 = Gemm(x_scaled, w1, b1)");
    assert_eq!(
        operators[5..],
        ["a2 = Sigmoid(z2)", "y_scaled = Mul(a2, output_scale)", "y_pred = Add(y_scaled, output_offset)"]
    );
    let constants = constants(&written);
    assert_eq!(constants[0], ("input_offset", 11, vec![3], &doubles(&[1.0, 2.0, 3.0])[..]));
    assert_eq!(constants[1], ("input_scale", 11, vec![3], &doubles(&[0.5, 0.25, 0.125])[..]));
    assert!(constants.contains(&("output_scale", 11, vec![1], &doubles(&[20.0]))));
    assert!(constants.contains(&("output_offset", 11, vec![1], &doubles(&[10.0]))));
    let expected = [
        ("architecture", "3 => tanh(2) => sigmoid(1)"),
        ("input.0", "a"),
        ("input.1", "b, c"),
        ("input.2", "ö"),
        ("class.0", "no"),
        ("class.1", "yes"),
    ];
    assert_eq!(metadata(&written), expected);

    let message = |onnx: Onnx, model: &Scaled<Three>| onnx.to_bytes_scaled(model).unwrap_err().to_string();
    assert_eq!(message(Onnx::new().input_names(["a"]), &model), "Three needs 3 input names, not 1");
    assert_eq!(message(Onnx::new().class_names(["a"]), &model), "Three needs 2 class names, not 1");
    let zero = Scaled { inputs: Scaling { offset: [1.0, 2.0, 3.0], scale: [0.5, 1e-50, 0.0] }, ..model };
    assert_eq!(
        message(Onnx::new(), &zero),
        "the scaling of x3 has the offset 3 and the scale 0: in f64 both must be finite, and the scale above 0"
    );
    // Too small for `f32`.
    assert!(
        message(Onnx::new().as_f32(), &zero)
            .starts_with("the scaling of x2 has the offset 2 and the scale 1e-50: in f32")
    );
    let infinite = Scaled { outputs: Some(Scaling { offset: [f64::INFINITY], scale: [1.0] }), ..model };
    assert!(message(Onnx::new(), &infinite).starts_with("the scaling of y_pred has the offset inf"));
}

#[test]
fn onnx_refuses_what_it_cannot_say() {
    mlp!(struct Own: 2 => self::own::tanh(2) => 1);
    let error = Onnx::new().to_bytes(&Own::random(&mut mlp_core::rng(1))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "ONNX has no operator for self::own::tanh, an activation of your own: use one of the crate's"
    );
    let error = Onnx::new().to_bytes(&Three { w32: f64::NAN, ..THREE }).unwrap_err();
    assert_eq!(error.to_string(), "w32 is infinite or not a number, and such a network predicts nothing");
    let large = Three { b3: 1e300, ..THREE };
    assert!(Onnx::new().to_bytes(&large).is_ok());
    let error = Onnx::new().as_f32().to_bytes(&large).unwrap_err();
    assert_eq!(error.to_string(), "b3 is 1e300, too large for f32: write the network in f64");

    let path = std::env::temp_dir().join("mlp_exchange.onnx");
    Onnx::new().save(&THREE, &path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), Onnx::new().to_bytes(&THREE).unwrap());
    fs::remove_file(path).unwrap();
    let error = Onnx::new().save(&THREE, "no/such/folder/file").unwrap_err();
    assert_eq!(error.to_string(), "no/such/folder/file could not be written");
}
