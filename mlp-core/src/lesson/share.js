// The situation as bytes: in the address, or in a file if it is too long for one.

const LONGEST_ADDRESS = 8000;
const VERSION = 3;
const INTEGERS = 14;
// More epochs than anyone trains on a page.
const MOST_EPOCHS = 1e9;

// A number that tells networks, optimizers and examples apart.
function fingerprint() {
    const text = JSON.stringify([LESSON.architecture, LESSON.loss, LESSON.parameters, LESSON.is_single, LESSON.optimizers.map(({ name, settings }) => [name, settings]),
        LESSON.examples]);
    return hashed(Array.from(text, (letter) => letter.codePointAt(0)));
}

// The FNV-1a hash of these numbers.
const hashed = (numbers) => numbers.reduce((hash, number) => Math.imul(hash ^ number, 16777619) >>> 0, 2166136261);

// Version, fingerprint, a hash of all that follows, integers, then the bits of the numbers.
function situation_bytes() {
    const { p, s, optimizer, rate, batch, epoch, position, is_shuffled, seed, start, examples, has_own_examples, is_edited } = model.now;
    const [high, low] = [seed >> 32n, seed & 0xffffffffn].map(Number);
    const integers = [VERSION, fingerprint(), 0, optimizer, batch, epoch, position, Number(is_shuffled) + 2 * Number(is_edited), high, low, start, steps.cursor ?? -1,
        model.chosen ?? -1, has_own_examples ? examples.length : 0];
    const numbers = [rate, ...p, ...s, ...has_own_examples ? examples.flat(2) : []];
    const bytes = new DataView(new ArrayBuffer(4 * integers.length + 8 * numbers.length));
    integers.forEach((integer, place) => bytes.setInt32(4 * place, integer));
    numbers.forEach((number, place) => bytes.setFloat64(4 * integers.length + 8 * place, number));
    const array = new Uint8Array(bytes.buffer);
    bytes.setUint32(8, hashed(array.slice(12)));
    return array;
}

function restore_bytes(array) {
    const bytes = new DataView(array.buffer, array.byteOffset, array.byteLength);
    const head = 4 * INTEGERS;
    if (array.length < head || bytes.getInt32(0) !== VERSION || bytes.getUint32(4) !== fingerprint()) return false;
    if (bytes.getUint32(8) !== hashed(array.slice(12))) return false;
    const integers = Array.from({ length: INTEGERS }, (_, place) => bytes.getInt32(4 * place));
    const [, , , optimizer, batch, epoch, position, flags, high, low, start, cursor, chosen, own] = integers;
    if (!LESSON.optimizers[optimizer]) return false;
    const state = first_state(optimizer).length;
    const width = LESSON.inputs.length + LESSON.targets.length;
    const length = 1 + count + state + own * width;
    if (own < 0 || own > LESSON.most_examples || array.length !== head + 8 * length) return false;
    const numbers = Array.from({ length }, (_, place) => bytes.getFloat64(head + 8 * place));
    if (!numbers.every(Number.isFinite) || !(numbers[0] > 0)) return false;
    const [p, s] = [numbers.slice(1, 1 + count), numbers.slice(1 + count, 1 + count + state)];
    const rest = numbers.slice(1 + count + state);
    const examples = Array.from({ length: own }, (_, number) => {
        const row = rest.slice(number * width, (number + 1) * width);
        return [row.slice(0, LESSON.inputs.length), row.slice(LESSON.inputs.length)];
    });
    const is_rounded = (number) => round(number) === number;
    if (![numbers[0], ...p, ...examples.flat(2)].every(is_rounded) || !examples.every(can_be_learnt)) return false;
    const all = own ? examples : copied_examples(LESSON.examples);
    if (batch < 1 || epoch < 0 || epoch > MOST_EPOCHS || position < 0 || position >= all.length || start < -1 || start >= LESSON.start_count) return false;
    remember();
    Object.assign(model.now, {
        p: Float64Array.from(p), s: Float64Array.from(s), optimizer, rate: numbers[0], batch, epoch, position,
        is_shuffled: (flags & 1) === 1, is_edited: (flags & 2) === 2, seed: BigInt.asUintN(32, BigInt(high)) << 32n | BigInt.asUintN(32, BigInt(low)),
        start, examples: all, has_own_examples: own > 0,
    });
    model.chosen = chosen >= 0 && chosen < all.length ? chosen : null;
    steps.cursor = cursor >= 0 ? cursor : null;
    begin_history();
    return true;
}

const to_text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function from_text(text) {
    try {
        const digits = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
        return Uint8Array.from(digits, (digit) => digit.charCodeAt(0));
    } catch {
        return new Uint8Array();
    }
}

function save_file(name, type, content) {
    const link = h("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function share() {
    const text = to_text(situation_bytes());
    if (text.length > LONGEST_ADDRESS) {
        save_file(`${LESSON.name}.lesson`, "text/plain", text);
        show_message("shared_file");
        return;
    }
    history.replaceState(null, "", `#${text}`);
    show_message("shared");
}

function restore_text(text) {
    pause();
    const is_restored = restore_bytes(from_text(text.trim()));
    if (is_restored) forget_messages();
    show_message(is_restored ? "opened" : "not_ours");
    if (is_restored) rebuild();
}

// Each row's loss is the mean loss with the parameters of this very row.
function save_csv() {
    const head = ["epoch", "loss", ...LESSON.parameters];
    const rows = model.history.map(({ epoch, loss, p }) => [epoch, loss, ...p].join(","));
    save_file(`${LESSON.name}.csv`, "text/csv", `${[head.join(","), ...rows].join("\n")}\n`);
}
