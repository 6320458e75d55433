#!/usr/bin/env bash
# The promise "the same bits on every platform", on platforms that this machine is not.
#
#   bash tests/platforms/run.sh TARGET…       targets: see `all` below
#   bash tests/platforms/run.sh all           all of them
#   bash tests/platforms/run.sh firmware      what examples/firmware takes: sizes, stack, instructions
#
# Builds the trainings for each target with the sources of the standard library, runs them under QEMU or node, and compares
# with this machine. Everything comes from Debian: its newer Rust (rustup has no standard library for these targets
# without a download), linkers and QEMU. As root the script installs what is missing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
all=(aarch64 thumb wasm s390x riscv64 riscv32 armv7 i686)

targets=("$@")
[[ ${targets[*]} != all ]] || targets=("${all[@]}" thumb-heap)
if ((${#targets[@]} == 0)); then
    sed -n '4,6s/^# *//p' "$0" >&2
    exit 2
fi

step() {
    printf '\n=== platforms: %s (%s s)\n' "$*" "$SECONDS"
}

packages=(rustc-web cargo-web rust-web-src lld-22)
for target in "${targets[@]}"; do
    case $target in
        firmware | thumb | thumb-heap) packages+=(qemu-system-arm) ;;
        wasm) command -v node > /dev/null || packages+=(nodejs) ;;
        aarch64) packages+=(qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross) ;;
        s390x) packages+=(qemu-user gcc-s390x-linux-gnu libc6-dev-s390x-cross) ;;
        riscv64) packages+=(qemu-user gcc-riscv64-linux-gnu libc6-dev-riscv64-cross) ;;
        riscv32) packages+=(qemu-user) ;;
        armv7) packages+=(qemu-user gcc-arm-linux-gnueabihf libc6-dev-armhf-cross) ;;
        # The processor runs it: QEMU's i386 hangs.
        i686) packages+=(gcc-i686-linux-gnu libc6-dev-i386-cross libc6-i386 lib32gcc-s1) ;;
        *) echo "unknown target $target: ${all[*]}, all or firmware" >&2; exit 2 ;;
    esac
done
missing=()
for package in "${packages[@]}"; do
    [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2> /dev/null) == ii* ]] || missing+=("$package")
done
if ((${#missing[@]})); then
    if [[ $(id -u) != 0 ]]; then
        echo "install these packages first: ${missing[*]}" >&2
        exit 1
    fi
    step "installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" > /dev/null
fi

# Debian's cargo, before rustup's. It is a release, and `-Zbuild-std` is not stable.
export PATH=/usr/bin:$PATH RUSTC_BOOTSTRAP=1 CARGO_TERM_COLOR=never CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/target}
for target in aarch64-unknown-linux-gnu s390x-unknown-linux-gnu riscv64gc-unknown-linux-gnu i686-unknown-linux-gnu \
    armv7-unknown-linux-gnueabihf; do
    variable=${target^^}
    linker=${target/-unknown/}
    linker=${linker/riscv64gc/riscv64}
    export "CARGO_TARGET_${variable//-/_}_LINKER=${linker/armv7/arm}-gcc"
done
# Debian's Rust has no linker of its own for targets without an operating system.
for target in thumbv6m-none-eabi thumbv7em-none-eabihf riscv32imac-unknown-none-elf; do
    variable=${target^^}
    export "CARGO_TARGET_${variable//-/_}_LINKER=ld.lld-22"
    export "CARGO_TARGET_${variable//-/_}_RUSTFLAGS=-Clinker-flavor=ld.lld"
done
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=-Clinker-flavor=wasm-ld

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
compared=()
build() {
    cargo rustc --quiet --locked --release --manifest-path "$here/Cargo.toml" "$@"
}
record() { # NAME COMMAND…: runs a program, and keeps its lines
    local name=$1 file=$results/${1// /-}
    shift
    timeout 600 "$@" < /dev/null > "$file" || echo "$name: exit status $?" >&2
    compared+=("$name" "$file")
}

linux() { # NAME TARGET RUNNER…
    local name=$1 target=$2
    shift 2
    build --features std --bin hosted -Zbuild-std --target "$target"
    record "$name" "$@" "$CARGO_TARGET_DIR/$target/release/hosted"
}

refused() { # TARGET WORDS: a target that must not compile, with these words in the message
    local messages
    messages=$(cargo check --quiet --locked --manifest-path "$here/Cargo.toml" --lib -Zbuild-std=core --target "$1" 2>&1) &&
        { echo "$1 is not refused" >&2; exit 1; }
    [[ $messages == *"$2"* ]] || { echo "$messages" >&2; exit 1; }
    echo "$1: refused, because of its $2"
}

board() { # NAME TARGET MACHINE STACK_TOP FEATURES
    local name=$1 target=$2 machine=$3
    build --features "$5" --bin cortex_m -Zbuild-std=core,alloc --target "$target" -- \
        -Clink-arg=-Tlink.x -Clink-arg=--defsym=stack_top="$4"
    # Semihosting writes on standard error.
    record "$name" bash -c 'exec qemu-system-arm -machine "$1" -nographic -monitor none -serial none \
        -semihosting-config enable=on,target=native -kernel "$2" 2>&1' - "$machine" \
        "$CARGO_TARGET_DIR/$target/release/cortex_m"
}

firmware() {
    cd "$here/../../examples/firmware"
    cargo build --quiet --locked --release -Zbuild-std=core
    local program programs=$CARGO_TARGET_DIR/thumbv7em-none-eabihf/release
    cargo run --quiet --locked --release -Zbuild-std=core --bin xor 2>&1
    text() {
        size "$programs/$1" | awk 'NR == 2 { print $1 }'
    }
    echo
    for program in predict adapt train; do
        echo "$program: $(($(text "$program") - $(text nothing))) bytes of text"
    done
    cargo run --quiet --locked --release -Zbuild-std=core --bin measure 2>&1
    cargo run --quiet --locked --release -Zbuild-std=core --bin large 2>&1
    cd - > /dev/null
}

step "this machine"
if [[ ${targets[*]} != firmware ]]; then
    build --features std --bin hosted
    build --features std --bin compare
    "$CARGO_TARGET_DIR/release/hosted" > "$results/here"
fi

for target in "${targets[@]}"; do
    step "$target"
    case $target in
        firmware) firmware ;;
        thumb)
            board "Cortex-M0" thumbv6m-none-eabi microbit 0x20004000 few
            board "Cortex-M4F" thumbv7em-none-eabihf mps2-an386 0x20400000 ""
            firmware ;;
        thumb-heap) board "Cortex-M4F with a heap" thumbv7em-none-eabihf mps2-an386 0x20400000 alloc ;;
        wasm)
            build --features alloc --lib --crate-type cdylib -Zbuild-std=core,alloc --target wasm32-unknown-unknown
            record "wasm32" node "$here/page.mjs" "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/mlp_platforms.wasm" ;;
        aarch64)
            linux "aarch64" aarch64-unknown-linux-gnu qemu-aarch64 -L /usr/aarch64-linux-gnu
            CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu" \
                cargo test --quiet --locked --release --manifest-path "$here/Cargo.toml" --features std \
                --test pinned_bits -Zbuild-std --target aarch64-unknown-linux-gnu ;;
        s390x) linux "s390x" s390x-unknown-linux-gnu qemu-s390x -L /usr/s390x-linux-gnu ;;
        riscv64) linux "riscv64gc" riscv64gc-unknown-linux-gnu qemu-riscv64 -L /usr/riscv64-linux-gnu ;;
        riscv32)
            build --features alloc --bin riscv32 -Zbuild-std=core,alloc --target riscv32imac-unknown-none-elf
            record "riscv32imac" qemu-riscv32 "$CARGO_TARGET_DIR/riscv32imac-unknown-none-elf/release/riscv32" ;;
        armv7) linux "armv7" armv7-unknown-linux-gnueabihf qemu-arm -L /usr/arm-linux-gnueabihf ;;
        i686)
            linux "i686" i686-unknown-linux-gnu env
            refused i586-unknown-linux-gnu "x87 unit" ;;
    esac
done
if ((${#compared[@]})); then
    step "compared with $(uname -m)"
    "$CARGO_TARGET_DIR/release/compare" "$results/here" "${compared[@]}"
fi
step done
