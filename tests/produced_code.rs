//! The batch kernels are vector code. The test reads what the compiler generates in a plain release build, because
//! results would not show a failure to vectorise.

#![cfg(target_arch = "x86_64")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The functions that are compiled for AVX2 and FMA, or AVX-512 too, by name, with their instructions.
fn featured_functions() -> BTreeMap<String, Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // A directory of its own: other builds have other flags, and would wait for this one.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("produced_code");
    let output = Command::new(env!("CARGO"))
        .args(["rustc", "--package", "mlp-core", "--lib", "--release", "--target-dir"])
        .arg(&target)
        .args(["--", "--emit", "asm", "-C", "symbol-mangling-version=v0", "-C", "codegen-units=1"])
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = fs::read_dir(target.join("release/deps")).unwrap().map(|entry| entry.unwrap().path());
    let is_assembly = |path: &Path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with("mlp_core-") && path.extension().is_some_and(|extension| extension == "s")
    };
    let newest = files.filter(|path| is_assembly(path)).max_by_key(|path| path.metadata().unwrap().modified().unwrap());
    let mut functions = BTreeMap::new();
    let mut name = None;
    for line in fs::read_to_string(newest.unwrap()).unwrap().lines() {
        if let Some(label) = line.strip_suffix(':') {
            if label.starts_with("_R") {
                name = label.contains("8featured").then(|| label.to_owned());
            }
        } else if let (Some(name), Some(instruction)) = (&name, line.strip_prefix('\t')) {
            functions.entry(name.clone()).or_insert_with(Vec::new).push(instruction.replace('\t', " "));
        }
    }
    functions
}

/// How many instructions begin with one of these words and have `register` among their operands.
fn count(instructions: &[String], words: &[&str], register: &str) -> usize {
    let counts = |instruction: &&String| {
        words.iter().any(|word| instruction.starts_with(word)) && instruction.contains(register)
    };
    instructions.iter().filter(counts).count()
}

#[test]
fn kernels_are_vector_code() {
    let functions = featured_functions();
    // Sums kept in registers: two vectors for each of 4 + 3 + 2 + 1 rows, or neurons and sources.
    let tasks = [("7Product", 20), ("9Gradients", 30), ("8Activate", 10)];
    for features in ["4Avx2", "6Avx512"] {
        for (scalar, suffix) in [("dKj4_", "pd"), ("fKj8_", "ps")] {
            for (task, sums) in tasks {
                let task = format!("{task}{scalar}");
                let find = |multiply_add: &str| {
                    let is_it = |name: &&String| [features, multiply_add, &task].iter().all(|part| name.contains(part));
                    let name =
                        functions.keys().find(is_it).unwrap_or_else(|| panic!("no {features} {multiply_add} {task}"));
                    (name, count_products(&functions[name], suffix))
                };
                let (name, [_, fused]) = find("5Fused");
                assert!(fused >= sums, "{name}: {fused} fused multiply-adds of vectors");
                let (name, [products, fused]) = find("8Separate");
                assert!(products >= sums, "{name}: {products} products of vectors");
                assert_eq!(fused, 0, "{name} is to be reproducible");
            }
        }
    }
    check_tiles(&functions);
    for (name, instructions) in functions.iter().filter(|(name, _)| name.contains("7Product")) {
        let words = ["vmulss", "vmulsd", "vfmadd132s", "vfmadd213s", "vfmadd231s"];
        assert_eq!(count(instructions, &words, "%xmm"), 0, "{name}: products of single numbers");
    }
}

/// Between the fused multiply-adds of a tile of JᵀJ, no vectors are turned around. (Without fusing, AVX-512 still does.)
fn check_tiles(functions: &BTreeMap<String, Vec<String>>) {
    let is_tile = |name: &str| name.contains("14ColumnProducts") && name.contains("5Fused");
    let tiles: Vec<_> = functions.iter().filter(|(name, _)| is_tile(name)).collect();
    assert_eq!(tiles.len(), 4);
    for (name, instructions) in tiles {
        let is_product = |instruction: &String| instruction.starts_with("vfmadd");
        let first = instructions.iter().position(is_product).unwrap();
        let last = instructions.iter().rposition(is_product).unwrap();
        let turns = ["vunpck", "vperm", "vshuf", "vinsert"];
        let turns = count(&instructions[first..=last], &turns, "mm");
        assert_eq!(turns, 0, "{name}");
    }
}

/// Counts products, plain and fused with a sum, in vectors of AVX2's width; a vector twice as wide counts twice.
fn count_products(instructions: &[String], suffix: &str) -> [usize; 2] {
    ["vmul", "vfmadd"].map(|word| {
        let words = ["", "132", "213", "231"].map(|order| format!("{word}{order}{suffix}"));
        let words = words.each_ref().map(String::as_str);
        count(instructions, &words, "%ymm") + 2 * count(instructions, &words, "%zmm")
    })
}
