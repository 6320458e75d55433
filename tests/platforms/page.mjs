// Runs a module of `src/page.rs` and prints what it writes: node page.mjs MODULE
import { readFileSync, writeSync } from "node:fs";

const decoder = new TextDecoder();
let lines = "";
const write = (text, length) => {
  lines += decoder.decode(new Uint8Array(exports.memory.buffer, text, length));
};
const { exports } = (await WebAssembly.instantiate(readFileSync(process.argv[2]), { page: { write } })).instance;
exports.run();
for (let rest = Buffer.from(lines); rest.length > 0; ) rest = rest.subarray(writeSync(1, rest));
