// Messages about the actions of the user, in the present language.

// By what each is about, a field or the place itself: where it stands, and the word with its values.
const messages = new Map();

// Says something; nothing if there is no reason. A field keeps what was typed, its mark and its words until it is right.
function say_about(about, place, reason) {
    messages.delete(about);
    if (reason) messages.set(about, { place, reason });
    if (about !== place) about.setAttribute("aria-invalid", String(Boolean(reason)));
    write_messages();
}

// Writes all messages anew. Those of fields that are no longer on the page go with them.
function write_messages() {
    const texts = new Map();
    for (const [about, { place, reason }] of messages) {
        if (!about.isConnected) messages.delete(about);
        else texts.set(place, word(...reason));
    }
    for (const place of document.querySelectorAll("[role=alert]")) {
        const text = texts.get(place) ?? "";
        if (place.textContent !== text) place.textContent = text;
    }
}

// In another situation nothing is wrong any more.
function forget_messages() {
    for (const about of messages.keys()) about.removeAttribute("aria-invalid");
    messages.clear();
    write_messages();
}

// Shows the message of the last action; without a name there is none.
function show_message(name, values) {
    const place = by_id("message");
    say_about(place, place, name && [name, values]);
}

// The same beside the examples.
function show_examples_message(reason) {
    const place = by_id("examples-message");
    say_about(place, place, reason);
}

// Shows a text in a field, unless somebody has typed something wrong there. Long numbers are smaller.
function put_in_field(field, text) {
    if (field.getAttribute("aria-invalid") === "true") return;
    field.style.setProperty("--length", text.length);
    if (field.value !== text) field.value = text;
}
