//! What an editor shows of a network in a user's crate: rust-analyzer, asked as an editor asks it.
//!
//! Needs rust-analyzer, and cargo and rustc of the same version beside it, so it is run by `.ci/run` and on demand:
//! `RUST_ANALYZER=/usr/bin/rust-analyzer cargo test -p mlp-tests --test project editor:: -- --ignored`. Without the
//! variable it takes the one that the shell finds.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use serde_json::{Value, json};

/// How long the whole test may take; most of it is the compilation of mlp-core.
const PATIENCE: Duration = Duration::from_secs(600);

const PROGRAM: &str = "\
mlp_core::mlp!(pub struct Net: 2 => tanh(2) => 1);

fn main() {
    let net = Net::from_parameters([0.5; 9]);
    let pass = net.forward([0.0, 1.0]);
    let gradients = net.backprop([0.0, 1.0], [1.0], &pass);
    let _shown = (net.w11, pass.z3, gradients.dL_dw11);
}
";

#[test]
#[ignore = "needs rust-analyzer"]
fn equations_completion_expansion_and_mistakes() {
    let mut editor = Editor::open();

    for (word, documentation) in [
        ("w11,", "Weight from `x1` to `z1`."),
        ("z3,", "Pre-activation of neuron 3: `z3 = w31·a1 + w41·a2 + b3`."),
        ("dL_dw11)", "`dL_dw11 = dL_dz1·x1`."),
        ("forward(", "Computes the prediction and keeps every value on the way."),
    ] {
        let hover = editor.ask_at("textDocument/hover", PROGRAM, word);
        let text = hover["contents"]["value"].as_str().unwrap_or_default();
        assert!(text.ends_with(documentation), "hovering {word} shows {hover}");
    }

    let expansion = editor.ask_at("rust-analyzer/expandMacro", PROGRAM, "mlp!");
    let text = expansion["expansion"].as_str().unwrap_or_default();
    for part in ["pub struct NetForward", "let z3 = w31*a1+w41*a2+b3;", "let dL_dw11 = dL_dz1*dz1_dw11;"] {
        assert!(without_spaces(text).contains(&without_spaces(part)), "{part} is not in {text}");
    }

    let unfinished = PROGRAM.replace("pass.z3", "pass.");
    editor.write(&unfinished);
    let completion = editor.ask_at("textDocument/completion", &unfinished, ", gradients.dL_dw11");
    let items = completion.get("items").unwrap_or(&completion).as_array().cloned().unwrap_or_default();
    let fields: Vec<_> = items.iter().filter(|item| item["detail"] == "f64").map(|item| &item["label"]).collect();
    assert_eq!(fields, ["z1", "a1", "z2", "a2", "z3", "y_pred"], "{completion}");

    let mistaken = PROGRAM.replace("tanh", "tahn");
    editor.write(&mistaken);
    editor.save(&mistaken);
    let mistake = editor.mistake();
    assert_eq!(mistake["range"]["start"], position(&mistaken, "tahn"), "{mistake}");
    assert_eq!(mistake["range"]["end"], position(&mistaken, "(2)"), "{mistake}");
    let message = mistake["message"].as_str().unwrap_or_default();
    assert!(message.contains("did you mean `tanh`?"), "{mistake}");
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The first place of the words, as the protocol counts.
fn position(program: &str, words: &str) -> Value {
    let (before, _) = program.split_once(words).expect("the words are in the program");
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    json!({ "line": before.matches('\n').count(), "character": before.len() - line_start })
}

/// An editor with the program of a user's crate open, as far as rust-analyzer sees it.
struct Editor {
    analyzer: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    deadline: Instant,
    file: PathBuf,
    /// How many messages were sent: the number of a request, and the version of the text.
    sent: u64,
}

impl Editor {
    /// Opens the program and waits until rust-analyzer has read the crate and built the macro.
    fn open() -> Self {
        let krate = write_crate();
        let chosen = env::var_os("RUST_ANALYZER").unwrap_or_else(|| "rust-analyzer".into());
        let mut analyzer = with_its_toolchain(Command::new(&chosen), Path::new(&chosen))
            .current_dir(&krate)
            .env("CARGO_TARGET_DIR", krate.join("target"))
            .env("CARGO_NET_OFFLINE", "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "{} does not start ({error}). Install it (`rustup component add rust-analyzer`, or on Debian 12 the \
                     packages rust-web-analyzer, rustc-web and cargo-web), or name another by RUST_ANALYZER.",
                    chosen.display()
                )
            });
        let input = analyzer.stdin.take().expect("it is piped");
        let messages = read_messages(analyzer.stdout.take().expect("it is piped"));
        let file = krate.join("src/main.rs");
        let mut editor = Self { analyzer, input, messages, deadline: Instant::now() + PATIENCE, file, sent: 0 };
        let root = Self::uri(&krate);
        editor.ask(
            "initialize",
            &json!({
                "rootUri": root,
                "capabilities": {
                    "experimental": { "serverStatusNotification": true },
                    "textDocument": { "hover": { "contentFormat": ["markdown"] }, "publishDiagnostics": {} },
                    "general": { "positionEncodings": ["utf-8"] },
                },
                // The sources of the standard library would have to be installed; nothing that is asked needs them.
                "initializationOptions": {
                    "cachePriming": { "enable": false },
                    "cargo": { "sysroot": null },
                    "procMacro": { "server": macro_server(Path::new(&chosen)) },
                },
            }),
        );
        editor.notify("initialized", &json!({}));
        let document = json!({ "uri": editor.document(), "languageId": "rust", "version": 0, "text": PROGRAM });
        editor.notify("textDocument/didOpen", &json!({ "textDocument": document }));
        let is_status = |message: &Value| message["method"] == "experimental/serverStatus";
        let ready = editor.wait(|message| is_status(message) && message["params"]["quiescent"] == true);
        assert_eq!(ready["params"]["health"], "ok", "{ready}");
        editor
    }

    fn uri(path: &Path) -> String {
        format!("file://{}", path.display())
    }

    fn document(&self) -> String {
        Self::uri(&self.file)
    }

    /// The answer to a request at the first place of these words in the program.
    fn ask_at(&mut self, method: &str, program: &str, words: &str) -> Value {
        let at = json!({ "textDocument": { "uri": self.document() }, "position": position(program, words) });
        self.ask(method, &at)
    }

    /// The answer to a request. It is repeated where rust-analyzer has meanwhile read something new.
    fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        loop {
            self.sent += 1;
            let id = self.sent;
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
            let mut answer = self.wait(|message| message["id"] == id && message.get("method").is_none());
            match answer["error"]["code"].as_i64() {
                None => return answer["result"].take(),
                Some(-32801 | -32802) => thread::sleep(Duration::from_millis(100)),
                Some(_) => panic!("{method}: {answer}"),
            }
        }
    }

    fn notify(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
    }

    /// Replaces the text, without saving it.
    fn write(&mut self, program: &str) {
        self.sent += 1;
        let document = json!({ "uri": self.document(), "version": self.sent });
        self.notify(
            "textDocument/didChange",
            &json!({ "textDocument": document, "contentChanges": [{ "text": program }] }),
        );
    }

    fn save(&mut self, program: &str) {
        fs::write(&self.file, program).expect("the target directory is writable");
        let document = json!({ "uri": self.document() });
        self.notify("textDocument/didSave", &json!({ "textDocument": document }));
    }

    /// The first mistake that the compiler finds.
    fn mistake(&mut self) -> Value {
        let of = |message: &Value| {
            let published = message["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
            published.into_iter().find(|one| one["source"] == "rustc" && one["severity"] == 1)
        };
        let message = self.wait(|message| of(message).is_some());
        of(&message).expect("it was waited for")
    }

    /// The first message from now on that is wanted.
    fn wait(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left).expect("rust-analyzer ended, or took too long");
            if is_wanted(&message) {
                return message;
            }
            if message.get("method").is_some() && message.get("id").is_some() {
                self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": null }));
            }
        }
    }

    fn send(&mut self, message: &Value) {
        let message = message.to_string();
        let sent = write!(self.input, "Content-Length: {}\r\n\r\n{message}", message.len());
        sent.and_then(|()| self.input.flush()).expect("rust-analyzer reads");
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.analyzer.kill();
        let _ = self.analyzer.wait();
    }
}

/// A user's crate that depends on mlp-core.
fn write_crate() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a member of the workspace");
    let krate = Path::new(env!("CARGO_TARGET_TMPDIR")).join("editor");
    let core = root.join("mlp-core").display().to_string();
    let manifest = format!(
        "[package]\nname = \"editor\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [dependencies]\nmlp-core = {{ path = {core:?} }}\n[workspace]\n"
    );
    fs::create_dir_all(krate.join("src")).expect("the target directory is writable");
    fs::write(krate.join("Cargo.toml"), manifest).expect("the target directory is writable");
    fs::write(krate.join("src/main.rs"), PROGRAM).expect("the target directory is writable");
    fs::copy(root.join("Cargo.lock"), krate.join("Cargo.lock")).expect("the workspace has a lock file");
    krate
}

/// The command with cargo and rustc from beside rust-analyzer, and nothing of the cargo that runs this test.
fn with_its_toolchain(mut command: Command, analyzer: &Path) -> Command {
    let beside = analyzer.parent().map(Path::to_owned).filter(|folder| !folder.as_os_str().is_empty());
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(beside.into_iter().chain(env::split_paths(&path))).expect("they come from PATH");
    command.env("PATH", path);
    for variable in ["CARGO", "RUSTC", "RUSTFLAGS", "LD_LIBRARY_PATH"] {
        command.env_remove(variable);
    }
    command
}

/// The program that runs macros for rust-analyzer. It belongs to rustc.
fn macro_server(analyzer: &Path) -> PathBuf {
    let rustc = with_its_toolchain(Command::new("rustc"), analyzer).args(["--print", "sysroot"]).output();
    let sysroot = rustc.expect("rustc runs").stdout;
    Path::new(String::from_utf8_lossy(&sysroot).trim()).join("libexec/rust-analyzer-proc-macro-srv")
}

/// The messages that rust-analyzer writes, read as they come.
fn read_messages(output: ChildStdout) -> Receiver<Value> {
    let (sender, messages) = channel();
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        while let Some(message) = read_message(&mut output) {
            if sender.send(message).is_err() {
                break;
            }
        }
    });
    messages
}

/// One message; none at the end.
fn read_message(output: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        output.read_line(&mut line).ok()?;
        match line.trim().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().ok(),
            Some(_) => (),
            None => break,
        }
    }
    let mut content = vec![0; length?];
    output.read_exact(&mut content).ok()?;
    serde_json::from_slice(&content).ok()
}
