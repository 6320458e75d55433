// Words, numbers and formulas as people read them.

let words = LESSON.languages[LESSON.language];

// A word with `{…}` filled in.
const word = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

function h(tag, properties = {}, ...children) {
    const space = { svg: "http://www.w3.org/2000/svg", math: "http://www.w3.org/1998/Math/MathML" }[properties.space];
    const node = space ? document.createElementNS(space, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (name === "space" || value === undefined || value === false) continue;
        node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
}

const svg = (tag, properties = {}, ...children) => h(tag, { ...properties, space: "svg" }, ...children);
const math = (tag, ...children) => h(tag, { space: "math" }, ...children);
// A sign between two operands, although one of them stands in another formula.
const infix = (sign, properties = {}) => h("mo", { space: "math", form: "infix", ...properties }, sign);
const by_id = (id) => document.getElementById(id);

const DIGITS = 4;

// A number as traces show it (number.rs has the rule): four significant digits, or fewer if these are the number, apart from
// what arithmetic has rounded away.
function format(value, digits = DIGITS) {
    if (value === undefined || Number.isNaN(value)) return "NaN";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
    if (value === 0) return "0";
    const certain = value.toExponential(LESSON.is_single ? 5 : 13).replace(/\.?0+e/, "e");
    const count = (text) => text.split("e")[0].replace(/\D/g, "").length;
    const exact = [value.toExponential(), certain].find((text) => count(text) <= digits);
    const scientific = exact ?? rounded(value, digits);
    const exponent = Number(scientific.split("e")[1]);
    let text = scientific.replace("e+", "e");
    if (exponent >= -4 && exponent < (exact ? 6 : digits)) {
        text = exact ? String(Number(exact)) : Number(scientific).toFixed(digits - 1 - exponent);
    }
    return text.replace(/-/g, "−");
}

// A number in powers of ten. A half is rounded to the even digit, as in Rust; JavaScript alone rounds it up.
function rounded(value, digits) {
    const [mantissa, exponent] = value.toExponential(30).split("e");
    const kept = digits + (digits > 1 ? 1 : 0) + (value < 0 ? 1 : 0);
    const is_half = /^50*$/.test(mantissa.slice(kept));
    return is_half && "02468".includes(mantissa[kept - 1]) ? `${mantissa.slice(0, kept)}e${exponent}` : value.toExponential(digits - 1);
}

// A unit of the last digit of a number as it is printed.
const last_digit = (value, digits = DIGITS) => Number(`1e${Number(value.toExponential(digits - 1).split("e")[1]) + 1 - digits}`);

// The number that a text stands for; NaN if there is none.
function parsed(text) {
    const digits = text.trim().replace(/−/g, "-").replace(",", ".");
    return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(digits) ? Number(digits) : NaN;
}

// The signs of an optimizer's names: the letter, its index, its exponent.
const SIGNS = new Map([
    ["learning_rate", ["η"]], ["beta1", ["β", "1"]], ["beta2", ["β", "2"]], ["epsilon", ["ε"]], ["momentum", ["μ"]],
    ["power1", ["β", "1", "t"]], ["power2", ["β", "2", "t"]], ["correction1", ["c", "1"]], ["correction2", ["c", "2"]],
    ["step_size", ["η", "t"]], ["root", ["r"]], ["kept", ["k"]], ["weight_decay", ["λ"]], ["alpha", ["α"]],
    ["mean", ["m"]], ["square", ["v"]], ["squares", ["v"]], ["velocity", ["v"]], ["decayed", ["g"]],
]);

const is_given = (name) => LESSON.parameters.includes(name) || LESSON.inputs.includes(name) || LESSON.targets.includes(name);

function simple_name(name) {
    const sign = is_given(name) ? null : SIGNS.get(name);
    const rest = is_given(name) ? null : /^one_less_(\w+)$/.exec(name);
    if (rest) return braces(math("mrow", math("mn", "1"), infix("−"), simple_name(rest[1])));
    if (sign) {
        const [base, low, high] = sign;
        if (high) return math("msubsup", math("mi", base), math("mn", low), math("mi", high));
        return low ? math("msub", math("mi", base), math("mn", low)) : math("mi", base);
    }
    const end = /^(y)_(pred|true)(\d*)$/.exec(name);
    if (end) {
        return math("msub", math("mi", end[1]), math("mrow", math("mtext", end[2]), ...end[3] ? [math("mn", `\u2009${end[3]}`)] : []));
    }
    const indexed = /^(\p{L}+)(\d+)(?:_(\d+))?$/u.exec(name);
    if (indexed) {
        const index = indexed[3] ? `${indexed[2]},${indexed[3]}` : indexed[2];
        return math("msub", math("mi", indexed[1]), math("mn", index));
    }
    return math("mi", name);
}

// Takes the name of a derivative, such as `dL_dw11`, apart.
function derivative_of(name) {
    const parts = is_given(name) ? null : /^d(.+?)_d(.+)$/.exec(name);
    return parts && { of: parts[1], by: parts[2] };
}

// A name as MathML: ∂L/∂w, and indices below.
function name_node(name, of) {
    if (of) return math("msub", SIGNS.has(of[0]) ? simple_name(of[0]) : math("mi", of[0]), simple_name(of[1]));
    const derivative = derivative_of(name);
    if (!derivative) return simple_name(name);
    const part = (of_what) => math("mrow", math("mo", "∂"), simple_name(of_what));
    return math("mfrac", part(derivative.of), part(derivative.by));
}

const WEAK = ["+", "-", "choice"];
const binds_weakly = (formula) =>
    Array.isArray(formula) && (WEAK.includes(formula[0]) || (formula[0] === "call" && formula[1] === "exp_m1"));

function braces(node) {
    const stretchy = node.querySelector?.("mfrac, mtable") || node.localName === "mfrac" ? "true" : "false";
    const fence = (sign, form) => h("mo", { space: "math", form, stretchy, lspace: "0", rspace: "0" }, sign);
    return math("mrow", fence("(", "prefix"), node, fence(")", "postfix"));
}

// A formula as MathML. `leaf(name, is_first)` makes the node of a name; `is_first` if no sign stands before it.
function formula_node(formula, leaf, is_first = true) {
    const node = (part, first = true) => formula_node(part, leaf, first);
    const strong = (part, first) => (binds_weakly(part) ? braces(node(part)) : node(part, first));
    const row = (parts, sign, first = true) => math("mrow", ...parts.flatMap((part, number) => [
        ...number ? [math("mo", sign)] : [],
        (sign === "+" && part[0] !== "choice" && part[0] !== "+") ? node(part, first && !number) : strong(part, first && !number),
    ]));
    if (typeof formula === "number") {
        const text = math("mn", format(formula));
        return formula < 0 && !is_first ? braces(text) : text;
    }
    if (typeof formula === "string") return leaf(formula, is_first);
    const [sign, ...parts] = formula;
    switch (sign) {
        case "+": return row(parts, "+", is_first);
        case "*": return row(parts, "·", is_first);
        case "-": return math("mrow", node(parts[0], is_first), math("mo", "−"), strong(parts[1], false));
        case "/": return math("mfrac", node(parts[0]), node(parts[1]));
        case "negative": return math("mrow", math("mo", "−"), strong(parts[0], false));
        case "list": return math("mrow", math("mo", "["), row(parts, ","), math("mo", "]"));
        case "element": return math("msub", node(parts[0]), math("mn", parts[1] + 1));
        case "choice": {
            const [compares, left, right, then, otherwise] = parts;
            const condition = math("mrow", math("mtext", " if "), node(left), math("mo", compares), node(right));
            return math("mrow", math("mo", "{"), math("mtable",
                math("mtr", math("mtd", node(then)), math("mtd", condition)),
                math("mtr", math("mtd", node(otherwise)), math("mtd", math("mtext", " else")))));
        }
        default: return call_node(parts[0], parts.slice(1), node, strong);
    }
}

function call_node(name, [first, ...others], node, strong) {
    switch (name) {
        case "exp": return math("msup", math("mi", "e"), node(first));
        case "exp_m1": return math("mrow", math("msup", math("mi", "e"), node(first)), math("mo", "−"), math("mn", "1"));
        case "ln_1p": return math("mrow", math("mi", "ln"), braces(math("mrow", math("mn", "1"), math("mo", "+"), node(first))));
        case "sqrt": return math("msqrt", node(first));
        case "absolute": return math("mrow", math("mo", "|"), node(first), math("mo", "|"));
        case "square": return math("msup", Array.isArray(first) ? braces(node(first)) : node(first, false), math("mn", "2"));
        default: {
            const sign = { sigmoid: "σ" }[name] ?? name;
            const list = others.flatMap((other) => [math("mo", ","), node(other)]);
            return math("mrow", math("mi", sign), braces(math("mrow", node(first), ...list)));
        }
    }
}

// The same as text, for screen readers and for hints.
function formula_text(formula, leaf = (name) => name) {
    const text = (part) => formula_text(part, leaf);
    const strong = (part) => (binds_weakly(part) ? `(${text(part)})` : text(part));
    if (typeof formula === "number") return format(formula);
    if (typeof formula === "string") return leaf(formula);
    const [sign, ...parts] = formula;
    switch (sign) {
        case "+": return parts.map(text).join(" + ");
        case "*": return parts.map(strong).join("·");
        case "-": return `${text(parts[0])} − ${strong(parts[1])}`;
        case "/": return `${strong(parts[0])} / ${Array.isArray(parts[1]) ? `(${text(parts[1])})` : text(parts[1])}`;
        case "negative": return `−${strong(parts[0])}`;
        case "list": return `[${parts.map(text).join(", ")}]`;
        case "element": return `${text(parts[0])}[${parts[1] + 1}]`;
        case "choice": return `${text(parts[3])} if ${text(parts[1])} ${parts[0]} ${text(parts[2])}, else ${text(parts[4])}`;
        default: return `${parts[0]}(${parts.slice(1).map(text).join(", ")})`;
    }
}

// The title of a section in the present language.
function section_title(number) {
    return words.titles[number] ?? word("update_by", { optimizer: LESSON.optimizers[model.now.optimizer].name });
}
