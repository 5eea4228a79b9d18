//! How fast a model reads and writes: by our engines, and by onnxruntime-genai, interleaved in one run.
//!
//! ```sh
//! montuno runtime install
//! python3 -m venv /tmp/genai && /tmp/genai/bin/pip install onnxruntime-genai
//! MONTUNO_ONNXRUNTIME=…/libonnxruntime.so.1.32.0 MONTUNO_GENAI=/tmp/genai/bin/python \
//!     cargo bench --package montuno-tests --bench decoding
//! ```
//!
//! What is not there is left out. The models are made for it: 4 bits, in the layout that all of them share.
#![allow(clippy::print_stdout, reason = "it talks to a person")]

use std::io::{BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use camino::{Utf8Path, Utf8PathBuf};
use montuno_engine::made::{Layout, Precision, Recipe, Rows, Shape};
use montuno_engine::token::TokenMask;
use montuno_engine::vocabulary::Vocabulary;
use montuno_engine::{
    Allowed, Constraint, Control, EngineChoice, Generator, LoadOptions, Model, Request, Speculation, Token, load,
};

/// Threads of each engine.
const THREADS: usize = 2;

/// Tokens that are written each time.
const WRITTEN: usize = 48;

/// How often each is measured; the medians count.
const ROUNDS: usize = 5;

/// Tokens that are read before.
const LENGTHS: [usize; 2] = [256, 1024];

/// Never ends a text: random models would, at random.
struct NoEnd;

impl Constraint for NoEnd {
    fn allow(&mut self, _text: &[u8], vocabulary: &Vocabulary, mask: &mut TokenMask) -> Allowed {
        vocabulary.allow_start(&[], mask);
        Allowed::Masked
    }
}

/// Milliseconds of reading, and of each token written.
struct Measured {
    reading: f64,
    token: f64,
}

trait Runner {
    fn name(&self) -> String;
    fn loaded(&self) -> f64;
    fn run(&mut self, seed: usize, length: usize) -> Measured;
}

struct Ours {
    generator: Generator,
    loaded: f64,
}

impl Ours {
    fn new(folder: &Utf8Path, engine: EngineChoice, library: Option<&Utf8PathBuf>) -> Self {
        let begun = Instant::now();
        let options = LoadOptions {
            engine,
            library: library.cloned(),
            threads: THREADS,
            slots: 1,
            context_length: 1280,
            ..LoadOptions::default()
        };
        let generator = load(&Model::open(folder).expect("it is a model"), &options).expect("it can be run");
        Self { generator, loaded: begun.elapsed().as_secs_f64() * 1000.0 }
    }
}

impl Runner for Ours {
    fn name(&self) -> String {
        let facts = self.generator.facts();
        format!("ours, {} {}", facts.engine, facts.version)
    }

    fn loaded(&self) -> f64 {
        self.loaded
    }

    fn run(&mut self, seed: usize, length: usize) -> Measured {
        let prompt: Vec<Token> = (0..length).map(|at| ((seed * 31 + at * 7 + at / 5) % 250) as Token).collect();
        let request = Request { speculation: Speculation::OFF, ..Request::new(prompt, WRITTEN + 1) };
        let made = self.generator.generate(&request, &mut NoEnd, &Control::default(), &mut ()).expect("it runs");
        assert!(made.figures.reused < 8, "nothing may be known from before: {:?}", made.figures);
        let written = made.figures.decoded.saturating_sub(1).max(1) as f64;
        Measured {
            reading: made.figures.first_token.as_secs_f64() * 1000.0,
            token: made.figures.decoding.as_secs_f64() * 1000.0 / written,
        }
    }
}

/// onnxruntime-genai, in a process of its own.
struct GenAi {
    process: Child,
    output: BufReader<std::process::ChildStdout>,
    loaded: f64,
}

impl GenAi {
    fn new(python: &str, folder: &Utf8Path) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/genai.py");
        let mut command = Command::new(python);
        command.args([script, folder.as_str()]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("MONTUNO_GENAI names a Python");
        let mut output = BufReader::new(process.stdout.take().expect("it is a pipe"));
        let loaded = line(&mut output)["loaded"].as_f64().expect("a time");
        Self { process, output, loaded }
    }
}

fn line(output: &mut impl std::io::BufRead) -> serde_json::Value {
    let mut text = String::new();
    output.read_line(&mut text).expect("it answers");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text:?}"))
}

impl Runner for GenAi {
    fn name(&self) -> String {
        "onnxruntime-genai".to_owned()
    }

    fn loaded(&self) -> f64 {
        self.loaded
    }

    fn run(&mut self, seed: usize, length: usize) -> Measured {
        let input = self.process.stdin.as_mut().expect("it is a pipe");
        writeln!(input, "{seed} {length} {WRITTEN}").expect("it listens");
        let answer = line(&mut self.output);
        let time = |name: &str| answer[name].as_f64().expect("a time");
        Measured { reading: time("reading"), token: time("token") }
    }
}

impl Drop for GenAi {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// As many threads as ours have.
fn set_threads(folder: &Utf8Path) {
    let path = folder.join("genai_config.json");
    let text = std::fs::read_to_string(&path).expect("it was written");
    let mut config: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    config["model"]["decoder"]["session_options"]["intra_op_num_threads"] = THREADS.into();
    std::fs::write(path, config.to_string()).expect("it can be written");
}

fn main() {
    let library = std::env::var("MONTUNO_ONNXRUNTIME").ok().map(Utf8PathBuf::from);
    let genai = std::env::var("MONTUNO_GENAI").ok();
    println!("| parameters | engine | load, ms | read 256, ms | token @256, ms | read 1024, ms | token @1024, ms |");
    println!("| --- | --- | --: | --: | --: | --: | --: |");
    for shape in [Shape::M22, Shape::M58, Shape::M113] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = Utf8Path::from_path(folder.path()).expect("UTF-8");
        let recipe = Recipe { shape, layout: Layout::GenAi, precision: Precision::Int4, rows: Rows::Last, seed: 1 };
        recipe.write(path).expect("it can be written");
        set_threads(path);
        let mut runners: Vec<Box<dyn Runner>> = Vec::new();
        if library.is_some() {
            runners.push(Box::new(Ours::new(path, EngineChoice::OnnxRuntime, library.as_ref())));
        }
        runners.push(Box::new(Ours::new(path, EngineChoice::Rten, None)));
        if let Some(python) = &genai {
            runners.push(Box::new(GenAi::new(python, path)));
        }
        let mut seed = 0;
        let mut all: Vec<[Vec<Measured>; 2]> = runners.iter().map(|_| [Vec::new(), Vec::new()]).collect();
        for _ in 0..ROUNDS {
            for (place, length) in LENGTHS.into_iter().enumerate() {
                for (runner, measured) in runners.iter_mut().zip(&mut all) {
                    seed += 1;
                    measured[place].push(runner.run(seed, length));
                }
            }
        }
        for (runner, measured) in runners.iter().zip(&all) {
            let of = |place: usize, what: fn(&Measured) -> f64| median(measured[place].iter().map(what).collect());
            println!(
                "| {} M | {} | {:.0} | {:.1} | {:.2} | {:.1} | {:.2} |",
                shape.parameters() / 1_000_000,
                runner.name(),
                runner.loaded(),
                of(0, |it| it.reading),
                of(0, |it| it.token),
                of(1, |it| it.reading),
                of(1, |it| it.token),
            );
        }
    }
}
