//! A robot arm teaches itself to reach: learning on-line, one sample at a time, as on a microcontroller.
//!
//! The arm has two links in a plane, a shoulder and an elbow. A formula gives the place of the hand from the two
//! angles. To reach for a place, one needs the reverse: the angles that bring the hand there. The arm learns them by
//! babbling, as infants do: it moves its joints at random, sees where the hand ends up, and so gets an example of
//! position and angles from every movement. No example is kept or shown twice: `forward`, `backprop`, `update`, and on
//! to the next one. The loop needs no heap, and the network is 158 numbers in `f32`.
//!
//! Now and then the arm traces a circle, and the program measures how far the hand is from where it should be. Then the
//! hand takes a tool, which makes the second link 3 cm longer. Nobody tells the network. It goes on learning and
//! adapts, which a network with fixed parameters could not do. It adapts faster than it first learnt, because most of
//! what it knows is still true.
//!
//! The figure shows the arm and the circles. (A `Trainer` fills a `History` from examples that are already there. A
//! stream has no epochs, so this program draws its own figure, in the colours of the others.)
//!
//! The program promises that the hand is less than 0.3 cm off in the mean after learning, more than 1 cm with the tool,
//! and less than 0.3 cm again after a tenth of the samples; it fails otherwise.

use std::error::Error;
use std::f32::consts::PI;
use std::fmt::Write as _;
use std::fs;

use mlp_core::mlp;
use mlp_core::random::Rng;

mlp! {
    /// From the place of the hand, in lengths of the upper arm, to the angles of shoulder and elbow, in radians.
    pub struct Reach: 2 => tanh(12) => tanh(8) => identity(2), scalar = f32;
}

/// A place in the plane, from the shoulder, in cm.
type Place = [f32; 2];

/// The angle of the shoulder, from the horizontal, and of the elbow, from the stretched arm; in radians.
type Angles = [f32; 2];

const LEARNING_RATE: f32 = 0.05;

fn main() -> Result<(), Box<dyn Error>> {
    let mut rng = mlp_core::rng(0);
    let mut net = Reach::random(&mut rng);
    let mut arm = Arm { forearm: 10.0 };
    let mut figure = Figure::default();

    println!("samples   cm off the circle, in the mean");
    println!("{:7} {:8.3}", 0, arm.error(&net));
    figure.add("before learning", &arm, &net)?;
    let learnt = learn(&arm, &mut net, 300_000, &mut rng);
    figure.add("after 300 000 samples", &arm, &net)?;

    println!("The hand takes a tool of 3 cm.");
    arm.forearm += 3.0;
    let with_tool = arm.error(&net);
    println!("{:7} {with_tool:8.3}", 0);
    figure.add("with a tool", &arm, &net)?;
    let adapted = learn(&arm, &mut net, 30_000, &mut rng);
    figure.add("after 30 000 samples more", &arm, &net)?;

    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/figures/inverse_kinematics.svg");
    fs::write(path, figure.svg())?;
    println!("figure: {path}");
    if learnt < 0.3 && with_tool > 1.0 && adapted < 0.3 {
        Ok(())
    } else {
        Err("the promise is broken: less than 0.3 cm, more than 1 cm with the tool, less than 0.3 cm again".into())
    }
}

/// Learns from a stream of movements, and returns how far the hand is off afterwards, in cm.
fn learn(arm: &Arm, net: &mut Reach, samples: u32, rng: &mut impl Rng) -> f32 {
    for sample in 1..=samples {
        let angles = babble(rng);
        let x = input(arm.hand(angles));
        let pass = net.forward(x);
        let gradients = net.backprop(x, angles, &pass);
        net.update(&gradients, LEARNING_RATE);

        if [10, 100, 1000, 10_000, 100_000, samples].contains(&sample) {
            println!("{sample:7} {:8.3}", arm.error(net));
        }
    }
    arm.error(net)
}

/// Random angles within the range of the joints.
fn babble(rng: &mut impl Rng) -> Angles {
    let mut between = |low: f32, high: f32| low + (high - low) * unit(rng);
    [between(-0.25 * PI, 0.5 * PI), between(0.6, 2.6)]
}

/// Uniform in [0, 1): 23 random bits as the fraction of a number in [1, 2), minus 1.
fn unit(rng: &mut impl Rng) -> f32 {
    f32::from_bits(1.0_f32.to_bits() | (rng.next_u32() >> 9)) - 1.0
}

/// A place as the network's input.
fn input(place: Place) -> [f32; 2] {
    place.map(|cm| cm / Arm::UPPER)
}

/// Two links; the length of the second may change.
struct Arm {
    /// Its length in cm, with the tool in the hand.
    forearm: f32,
}

impl Arm {
    /// The length of the first link, in cm.
    const UPPER: f32 = 12.0;

    fn elbow(shoulder: f32) -> Place {
        [Self::UPPER * libm::cosf(shoulder), Self::UPPER * libm::sinf(shoulder)]
    }

    fn hand(&self, [shoulder, elbow]: Angles) -> Place {
        let [x, y] = Self::elbow(shoulder);
        [x + self.forearm * libm::cosf(shoulder + elbow), y + self.forearm * libm::sinf(shoulder + elbow)]
    }

    /// Where the hand ends up when it reaches for a place.
    fn reach(&self, net: &Reach, wanted: Place) -> Place {
        self.hand(net.predict(input(wanted)))
    }

    /// The mean distance of the hand from where it should be, in cm, while it traces the circle.
    fn error(&self, net: &Reach) -> f32 {
        let distance = |wanted: Place| {
            let [x, y] = self.reach(net, wanted);
            libm::hypotf(x - wanted[0], y - wanted[1])
        };
        circle().map(distance).sum::<f32>() / f32::from(PLACES)
    }
}

/// The number of places on the circle.
const PLACES: u8 = 60;

/// The circle to trace.
fn circle() -> impl Iterator<Item = Place> {
    let angle = |place| 2.0 * PI * f32::from(place) / f32::from(PLACES);
    (0..PLACES).map(angle).map(|angle| [7.0 + 4.0 * libm::cosf(angle), 12.0 + 4.0 * libm::sinf(angle)])
}

/// Pictures side by side: the wanted circle in grey, the one that the hand traces, and the arm at the first place.
#[derive(Default)]
struct Figure {
    pictures: String,
    width: u32,
}

impl Figure {
    /// The width and height of a picture.
    const SIZE: u32 = 240;

    fn add(&mut self, title: &str, arm: &Arm, net: &Reach) -> Result<(), Box<dyn Error>> {
        let first = circle().next().ok_or("a circle has places")?;
        let [shoulder, _] = net.predict(input(first));
        let links = [[0.0, 0.0], Arm::elbow(shoulder), arm.reach(net, first)];
        let size = Self::SIZE;
        // The plane from (−12, −12) to (24, 24); in SVG, y points down.
        writeln!(
            self.pictures,
            r##"<svg x="{}" y="30" width="{size}" height="{size}" viewBox="-12 -24 36 36">
<rect x="-12" y="-24" width="36" height="36" fill="none" stroke="#757575" stroke-width="0.2"/>
<polygon points="{}" fill="none" stroke="#757575" stroke-width="0.8"/>
<polyline points="{}" fill="none" stroke="#1C72E0" stroke-width="0.4"/>
<polygon points="{}" fill="none" stroke="#D55E00" stroke-width="0.3"/>
</svg>
<text x="{}" y="20" font-family="sans-serif" font-size="14" text-anchor="middle" fill="#757575">{title}</text>"##,
            self.width,
            points(circle()),
            points(links),
            points(circle().map(|wanted| arm.reach(net, wanted))),
            self.width + size / 2,
        )?;
        self.width += Self::SIZE;
        Ok(())
    }

    fn svg(&self) -> String {
        let (Self { pictures, width }, height) = (self, Self::SIZE + 30);
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">
<title>A robot arm learns to trace a circle</title>
{pictures}</svg>
"#
        )
    }
}

/// Places in SVG's notation.
fn points(places: impl IntoIterator<Item = Place>) -> String {
    places.into_iter().map(|[x, y]| format!("{x:.2},{:.2}", -y)).collect::<Vec<_>>().join(" ")
}
