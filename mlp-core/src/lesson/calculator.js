// Whether a reader who puts the printed numbers into the printed formula gets the printed result, to its last digit. If so, a
// line says `=`, otherwise `≈`: the rule of traces (trace/calculator.rs).

// What a calculator has, and the signs that only formulas for people have. The others are functions of this network.
const CALCULATOR = {
    exp: Math.exp, exp_m1: Math.expm1, ln: Math.log, ln_1p: Math.log1p, sqrt: Math.sqrt, absolute: Math.abs, max: Math.max,
    square: (x) => x * x,
    φ: (z) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI),
    Φ: (z) => FUNCTIONS.functions.normal_probability?.(z) ?? NaN,
};

const SMALLEST_NORMAL = 2 ** -1022;

const COMPARISONS = {
    "<": (a, b) => a < b, "≤": (a, b) => a <= b, ">": (a, b) => a > b, "≥": (a, b) => a >= b, "=": (a, b) => a === b,
};

// The value of a formula, where `read` gives that of a name.
function calculated(formula, read) {
    const value = (part) => calculated(part, read);
    if (typeof formula === "number") return formula;
    if (typeof formula === "string") return read(formula);
    const [sign, ...parts] = formula;
    switch (sign) {
        case "+": return parts.map(value).reduce((sum, term) => sum + term);
        case "*": return parts.map(value).reduce((product, factor) => product * factor);
        case "-": return value(parts[0]) - value(parts[1]);
        case "/": return value(parts[0]) / value(parts[1]);
        case "negative": return -value(parts[0]);
        case "list": return parts.map(value);
        case "element": return value(parts[0])[parts[1]];
        case "choice": {
            const [compares, left, right, then, otherwise] = parts;
            return value(COMPARISONS[compares](value(left), value(right)) ? then : otherwise);
        }
        default: {
            const [name, ...operands] = parts;
            return (CALCULATOR[name] ?? FUNCTIONS.functions[name])(...operands.map(value));
        }
    }
}

function is_confirmed(formula, read, value) {
    // An infinite number is printed as a sign, which no calculator takes.
    const printed = (number) => (Number.isFinite(number) ? parsed(format(number)) : number);
    const names = names_in(formula);
    const of_changed = (changes) =>
        calculated(formula, (name) => printed(read(name)) * changes[Math.max(0, names.indexOf(name)) % 2]);
    const [result, shown] = [of_changed([1, 1]), printed(value)];
    if (!Number.isFinite(shown) || !Number.isFinite(result)) return Object.is(result, shown);
    const error = Math.abs(result - shown);
    if (value === 0) return error === 0;
    // Below the normal numbers digits are lost.
    if ([value, ...names.map(read)].some((number) => number !== 0 && Math.abs(number) < SMALLEST_NORMAL)) return false;
    // Where terms cancel, the last bit of a number decides: another calculator finds another difference.
    const in_the_last_bit = Math.abs(of_changed([1 + Number.EPSILON, 1 - Number.EPSILON]) - result);
    // A half of the last digit is rounded either way.
    return Math.max(error, in_the_last_bit) <= last_digit(value) / 2 * (1 + 1e-9);
}
