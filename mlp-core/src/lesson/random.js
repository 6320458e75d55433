// Random starts and the order of the examples in a shuffled epoch, by the crate's generator (`random.rs` and
// `random/permutation.rs` say why it is so): whole numbers of 64 bits, which JavaScript has as BigInt.

const LARGEST_SEED = 2n ** 64n - 1n;
const u64 = (number) => BigInt.asUintN(64, number);

// xoshiro256++: a function that gives the next 64 bits. SplitMix64 fills its state from the seed.
function generator(seed) {
    let mixed = seed;
    const s = Array.from({ length: 4 }, () => {
        mixed = u64(mixed + 0x9e3779b97f4a7c15n);
        let bits = u64((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
        bits = u64((bits ^ (bits >> 27n)) * 0x94d049bb133111ebn);
        return bits ^ (bits >> 31n);
    });
    const rotated = (bits, by) => u64(bits << by) | (bits >> (64n - by));
    return () => {
        const next = u64(rotated(u64(s[0] + s[3]), 23n) + s[0]);
        const shifted = u64(s[1] << 17n);
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = rotated(s[3], 45n);
        return next;
    };
}

// The parameters of a random start: standard normal numbers by Marsaglia's polar method.
function random_start(number) {
    const next = generator(BigInt(number));
    const unit = () => Number(next() >> 11n) / 2 ** 53;
    return LESSON.parameters.map(() => {
        for (;;) {
            // A point of the unit disc, without its centre.
            const [u, v] = [2 * unit() - 1, 2 * unit() - 1];
            const s = u * u + v * v;
            if (s > 0 && s < 1) return round(u * Math.sqrt(-2 * FUNCTIONS.logarithm(s) / s));
        }
    });
}

// The numbers of the examples in the order of this epoch.
function shuffled_order(seed, epoch, length) {
    const next = generator(u64(seed + BigInt(epoch) * 0x9e3779b97f4a7c15n));
    const bits = 32 - Math.clz32(length - 1);
    const mask = (1n << BigInt(bits)) - 1n;
    const half = BigInt(Math.max(1, Math.ceil(bits / 2)));
    const rounds = Array.from({ length: 8 }, () => [next() | 1n, next()]);
    return Array.from({ length }, (_, position) => {
        let number = BigInt(position);
        do {
            for (const [factor, summand] of rounds) {
                number = (number * factor + summand) & mask;
                number ^= number >> half;
            }
        } while (number >= length);
        return Number(number);
    });
}

// The last order, because every drawing and every step asks for one.
const last_order = { key: "", order: [] };

// The numbers of the examples in the order in which an epoch visits them; without a seed, as they stand.
function order_of_epoch(seed, epoch, length) {
    const key = `${seed} ${epoch} ${length}`;
    if (last_order.key !== key) {
        const order = seed === null ? Array.from({ length }, (_, number) => number) : shuffled_order(seed, epoch, length);
        Object.assign(last_order, { key, order });
    }
    return last_order.order;
}
