#!/usr/bin/env bash
# Trains and sweeps with 1, 2, 4 and 8 processes over Open MPI on this machine, and compares the bits. Kills one of the
# processes, and resumes with another number of them. As root it installs the Debian packages that are missing.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
for package in libopenmpi-dev openmpi-bin libclang-dev; do
    [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2> /dev/null) == ii* ]] || missing+=("$package")
done
if ((${#missing[@]})); then
    if [[ $(id -u) != 0 ]]; then
        echo "install these packages first: ${missing[*]}" >&2
        exit 1
    fi
    echo "installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" > /dev/null
fi

export CARGO_TERM_COLOR=never
target=${CARGO_TARGET_DIR:-$PWD/target}
cargo build --locked --quiet --release
programs=$target/release
file=$PWD/../data/digits.csv
folder=$(mktemp -d)
mpirun=
trap '[[ -z $mpirun ]] || kill "$mpirun" 2> /dev/null || true; rm -rf "$folder"' EXIT

# More processes than cores, as root, on this machine alone.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
mpi=(mpirun --oversubscribe --mca btl self,vader --mca mpi_yield_when_idle 1)
run() { # PROCESSES PROGRAM ARGUMENTS…
    local processes=$1 program=$2
    shift 2
    "${mpi[@]}" -n "$processes" "$programs/$program" "$@"
}

for program in train sweep; do
    arguments=("$file")
    [[ $program == sweep ]] || arguments+=(20)
    for processes in 1 2 4 8; do
        run "$processes" "$program" "${arguments[@]}" > "$folder/$program.$processes"
        cmp "$folder/$program.1" "$folder/$program.$processes"
    done
    echo "the same with 1, 2, 4 and 8 processes:"
    cat "$folder/$program.1"
done

echo
echo "a file that is missing in one process:"
if "${mpi[@]}" --output-filename "$folder/missing" -n 1 "$programs/train" "$file" 1 \
    : -n 2 "$programs/train" "$file.not" 1 > "$folder/output" 2>&1; then
    echo "it has not failed" >&2
    exit 1
fi
# Every process says so.
for rank in 0 1 2; do
    grep "rank [12]: .*digits.csv.not" "$folder/missing/1/rank.$rank/stderr"
done

echo
echo "a process that is killed:"
"${mpi[@]}" -n 4 "$programs/train" "$file" 1000000 "$folder/checkpoint.json" > "$folder/killed" 2>&1 &
mpirun=$!
until [[ -s $folder/checkpoint.json ]]; do
    kill -0 "$mpirun" || { cat "$folder/killed" >&2; exit 1; }
    sleep 0.1
done
mapfile -t processes < <(pgrep --parent "$mpirun")
start=$SECONDS
kill -KILL "${processes[2]}"
if wait "$mpirun"; then
    echo "it has not failed" >&2
    exit 1
fi
mpirun=
# A zombie has ended too.
is_running() { # PROCESS
    [[ $(ps -o stat= -p "$1") == [^Z]* ]]
}
for process in "${processes[@]}"; do
    while is_running "$process"; do
        ((SECONDS - start < 10)) || { echo "process $process still runs" >&2; exit 1; }
        sleep 0.1
    done
done
seconds=$((SECONDS - start))
grep -m 1 "noticed that process rank" "$folder/killed"
echo "all others have ended, in less than $((seconds + 1)) s"

run 3 train "$file" 10 "$folder/checkpoint.json" > "$folder/resumed"
cat "$folder/resumed"
epochs=$(sed -nE 's/^epochs [0-9]+ to ([0-9]+):.*/\1/p' "$folder/resumed")
run 2 train "$file" "$epochs" > "$folder/whole"
cmp <(sed 's/^epochs [0-9]* to/epochs 0 to/' "$folder/resumed") "$folder/whole"
echo "as if nobody had been killed"
