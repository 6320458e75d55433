// Hints for the first visit.

const HINTS = ["change", "why", "play"];
const hints = { shown: new Set(), actions: new Set() };

const next_hint = () => (hints.is_over ? undefined : HINTS.find((other) => !hints.shown.has(other)));

// The first time that something is done, the next hint. Who does something else needs the present one no longer.
function hint(action) {
    if (hints.is_over || hints.actions.has(action)) return;
    hints.actions.add(action);
    hints.shown.add(HINTS.includes(action) ? action : next_hint());
    if (!show_hint()) keep("hints", "seen");
}

function close_hint() {
    hints.is_over = true;
    show_hint();
    keep("hints", "seen");
}

// Shows the hint that comes next, and returns it, if there is one.
function show_hint() {
    const next = next_hint();
    by_id("hint").hidden = !next;
    if (next) by_id("hint-text").textContent = word(`hint_${next}`);
    return next;
}

// A browser may forbid to keep anything for a file.
function keep(name, value) {
    try {
        localStorage.setItem(`mlp-lesson ${name}`, value);
    } catch { /* Then the hints come again. */ }
}

function kept(name) {
    try {
        return localStorage.getItem(`mlp-lesson ${name}`);
    } catch {
        return null;
    }
}
