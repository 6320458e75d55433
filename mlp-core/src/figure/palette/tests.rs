//! The colours are what the palette says of them.

use super::*;

type Vector = [f64; 3];

/// Machado, Oliveira and Fernandes 2009, severity 1: linear RGB as seen with normal sight, protanopia, deuteranopia and
/// tritanopia.
const SIGHTS: [[Vector; 3]; 4] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
    [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
];

/// sRGB to the CIE's XYZ.
const XYZ: [Vector; 3] = [
    [0.412_456_4, 0.357_576_1, 0.180_437_5],
    [0.212_672_9, 0.715_152_2, 0.072_175_0],
    [0.019_333_9, 0.119_192_0, 0.950_304_1],
];

fn times(matrix: &[Vector; 3], vector: Vector) -> Vector {
    matrix.map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
}

fn linear(RGBColor(red, green, blue): RGBColor) -> Vector {
    [red, green, blue].map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
}

/// The contrast with white and with black.
fn contrasts(colour: RGBColor) -> [f64; 2] {
    let [red, green, blue] = linear(colour);
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    [1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05]
}

fn lab(linear: Vector) -> Vector {
    let [x, y, z] = times(&XYZ, linear);
    let [x, y, z] = [x / 0.950_47, y, z / 1.088_83]
        .map(|t| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// CIEDE2000 (Sharma, Wu and Dalal 2005).
fn difference([l1, a1, b1]: Vector, [l2, a2, b2]: Vector) -> f64 {
    let pow7 = |c: f64| (c.powi(7) / (c.powi(7) + 25.0_f64.powi(7))).sqrt();
    let g = 0.5 * (1.0 - pow7(f64::midpoint(a1.hypot(b1), a2.hypot(b2))));
    let (a1, a2) = (a1 * (1.0 + g), a2 * (1.0 + g));
    let (c1, c2) = (a1.hypot(b1), a2.hypot(b2));
    let hue = |a: f64, b: f64| if a == 0.0 && b == 0.0 { 0.0 } else { b.atan2(a).to_degrees().rem_euclid(360.0) };
    let (h1, h2) = (hue(a1, b1), hue(a2, b2));
    let turn = if c1 * c2 == 0.0 { 0.0 } else { (h2 - h1 + 180.0).rem_euclid(360.0) - 180.0 };
    let hue_difference = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin();
    let (l, c) = (f64::midpoint(l1, l2), f64::midpoint(c1, c2));
    let h = if c1 * c2 == 0.0 { h1 + h2 } else { (h1 + turn / 2.0).rem_euclid(360.0) };
    let cosine = |factor: f64, shift: f64| (factor * h + shift).to_radians().cos();
    let t =
        1.0 - 0.17 * cosine(1.0, -30.0) + 0.24 * cosine(2.0, 0.0) + 0.32 * cosine(3.0, 6.0) - 0.20 * cosine(4.0, -63.0);
    let rotation = -(60.0 * (-((h - 275.0) / 25.0).powi(2)).exp()).to_radians().sin() * 2.0 * pow7(c);
    let lightness = (l2 - l1) / (1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt());
    let chroma = (c2 - c1) / (1.0 + 0.045 * c);
    let hue = hue_difference / (1.0 + 0.015 * c * t);
    (lightness.powi(2) + chroma.powi(2) + hue.powi(2) + rotation * chroma * hue).sqrt()
}

#[test]
fn the_difference_is_that_of_its_authors() {
    let pairs = [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0011], 7.2195),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082),
    ];
    for (a, b, expected) in pairs {
        assert!((difference(a, b) - expected).abs() < 5e-5, "{a:?} {b:?}: {}", difference(a, b));
    }
}

#[test]
fn lines_have_three_to_one_and_texts_more_on_white_and_on_black() {
    for colour in COLOURS {
        assert!(contrasts(colour).iter().all(|contrast| *contrast >= 3.0), "{colour:?}: {:?}", contrasts(colour));
    }
    assert!(contrasts(GREY).iter().all(|contrast| *contrast >= 4.5), "{:?}", contrasts(GREY));
}

#[test]
fn any_two_colours_differ_for_everybody() {
    for (index, &first) in COLOURS.iter().enumerate() {
        for &second in &COLOURS[..index] {
            for sight in &SIGHTS {
                let seen =
                    [first, second].map(|colour| lab(times(sight, linear(colour)).map(|part| part.clamp(0.0, 1.0))));
                let difference = difference(seen[0], seen[1]);
                assert!(difference >= 12.0, "{first:?} {second:?}: {difference}");
            }
        }
    }
}

#[test]
fn forty_curves_have_forty_strokes() {
    let strokes: Vec<_> = (0..40).map(curve_stroke).collect();
    for (index, stroke) in strokes.iter().enumerate() {
        assert!(!strokes[..index].contains(stroke), "{index}: {stroke:?}");
    }
    assert!(strokes[..8].iter().all(|stroke| stroke.dash.is_empty()));
    assert_eq!(curve_stroke(40), curve_stroke(0));
}

#[test]
fn eight_classes_have_eight_shapes() {
    let shapes: Vec<_> = (0..8).map(|class| shape(class, (0, 0), 100)).collect();
    assert!(shapes[0].is_none() && shapes[1..].iter().all(Option::is_some));
    assert!((1..8).all(|class| !shapes[..class].contains(&shapes[class])));
}
