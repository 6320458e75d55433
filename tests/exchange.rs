//! Networks leave as bytes and come back as they were, or not at all.

use std::fs;

use mlp_core::exchange::{BytesError, Safetensors, SafetensorsError};
use mlp_core::{Network, mlp};

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
    assert_eq!(
        message::<Single>(&converted, &large),
        "w31 is infinite or not a number, and such a network predicts nothing"
    );
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
