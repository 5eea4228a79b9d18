//! Models of our own through the engine in Rust, against a plain computation.
#![cfg(all(feature = "rten", feature = "made-models"))]

use camino::Utf8Path;
use montuno_engine::made::{Layout, Precision, Recipe, Rows, Shape, reference};
use montuno_engine::{
    Cancel, Control, EngineChoice, Figures, Generator, LoadError, LoadOptions, Model, ModelError, Request, Speculation,
    Token, Unconstrained, load,
};

const RTEN: LoadOptions = LoadOptions {
    engine: EngineChoice::Rten,
    provider: montuno_engine::Provider::Auto,
    library: None,
    threads: 1,
    slots: 2,
    context_length: 0,
};

/// A model in a folder that goes with it.
struct Made {
    recipe: Recipe,
    folder: tempfile::TempDir,
}

impl Made {
    fn new(recipe: Recipe) -> Self {
        let folder = tempfile::tempdir().unwrap();
        recipe.write(Utf8Path::from_path(folder.path()).unwrap()).unwrap();
        Self { recipe, folder }
    }

    fn path(&self) -> &Utf8Path {
        Utf8Path::from_path(self.folder.path()).unwrap()
    }

    fn load(&self) -> Generator {
        load(&Model::open(self.path()).unwrap(), &RTEN).unwrap()
    }

    fn error(&self) -> String {
        match Model::open(self.path()) {
            Ok(model) => load(&model, &RTEN).unwrap_err().to_string(),
            Err(error) => error.to_string(),
        }
    }
}

/// How far each token is from the likeliest, in logits of a plain computation from nothing.
fn distances(recipe: &Recipe, prompt: &[Token], found: &[Token]) -> Vec<f32> {
    let context = [prompt, found].concat();
    let rows = reference::logits(recipe.shape, &recipe.weights(), &context);
    let rows = &rows[prompt.len() - 1..];
    let highest = |row: &[f32]| row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    found.iter().zip(rows).map(|(&token, row)| highest(row) - row[token as usize]).collect()
}

fn generate(
    generator: &mut Generator,
    prompt: &[Token],
    count: usize,
    speculation: Speculation,
) -> (Vec<Token>, Figures) {
    let request = Request { speculation, ..Request::new(prompt.to_vec(), count) };
    let answer = generator.generate(&request, &mut Unconstrained, &Control::default(), &mut ()).unwrap();
    (answer.tokens.iter().map(|token| token.token).collect(), answer.figures)
}

/// A prompt that begins like the others of its kind.
fn prompt(length: usize) -> Vec<Token> {
    (0..length).map(|index| ((index * 7 + index / 5) % 250) as Token).collect()
}

#[test]
fn every_layout_says_what_a_plain_computation_says() {
    for layout in [Layout::Optimum, Layout::GenAi] {
        for precision in [Precision::Float32, Precision::Int4] {
            for (rows, has_bias) in [(Rows::Asked, false), (Rows::All, true), (Rows::Last, false)] {
                let shape = Shape { has_bias, ..Shape::TINY };
                let made = Made::new(Recipe { rows, shape, ..Recipe::tiny(layout, precision) });
                let mut generator = made.load();
                // Weights of 4 bits are multiplied by inputs of 8, and logits are about as large as 1.
                let tolerance = if precision == Precision::Int4 { 0.2 } else { 1e-3 };
                let mut all = 0;
                for length in [1, 12, 20, 9] {
                    let (found, _) = generate(&mut generator, &prompt(length), 8, Speculation::default());
                    let worst = distances(&made.recipe, &prompt(length), &found).into_iter().fold(0.0, f32::max);
                    assert!(worst < tolerance, "{layout:?} {precision:?} {rows:?} {length}: {worst}");
                    all += found.len();
                }
                assert!(all > 12, "a special token ends a text, but not all of them: {all}");
            }
        }
    }
}

#[test]
fn what_was_computed_is_used_again() {
    let made = Made::new(Recipe::tiny(Layout::GenAi, Precision::Float32));
    let mut generator = made.load();
    let (_, first) = generate(&mut generator, &prompt(200), 4, Speculation::OFF);
    assert_eq!((first.reused, first.prefilled), (0, 200));
    let (found, second) = generate(&mut generator, &prompt(204), 4, Speculation::OFF);
    assert_eq!((second.reused, second.prefilled), (200, 4));
    assert_eq!(found, generate(&mut made.load(), &prompt(204), 4, Speculation::OFF).0);
}

#[test]
fn a_cancelled_text_ends_at_once() {
    let made = Made::new(Recipe::tiny(Layout::GenAi, Precision::Float32));
    let cancel = Cancel::default();
    cancel.cancel();
    let control = Control { cancel, ..Control::default() };
    let answer = made.load().generate(&Request::new(prompt(50), 9), &mut Unconstrained, &control, &mut ()).unwrap();
    assert_eq!(answer.figures.prefilled, 0);
}

#[test]
fn a_model_must_pass_its_own_test() {
    let made = Made::new(Recipe::tiny(Layout::GenAi, Precision::Int4));
    Recipe::add_self_test(made.path(), "def f(self):\n", &RTEN).unwrap();
    made.load();
    // Another model in its place: the same sizes, other weights.
    let other = Made::new(Recipe { seed: 2, ..made.recipe.clone() });
    std::fs::copy(other.path().join("model.onnx"), made.path().join("model.onnx")).unwrap();
    let message = made.error();
    assert!(message.contains("fails its own test") && message.contains("def f(self)"), "{message}");
    let error = Model::open(made.path()).unwrap().verify(&mut |_| {}).unwrap_err();
    assert!(matches!(error, ModelError::Checksum { .. }), "{error}");
}

#[test]
fn bad_models_are_refused_with_a_reason() {
    let recipe = Recipe::tiny(Layout::GenAi, Precision::Float32);
    let spoiled = |spoil: &dyn Fn(&Utf8Path)| {
        let made = Made::new(recipe.clone());
        spoil(made.path());
        made.error()
    };
    let graph = |bytes: &[u8]| spoiled(&|folder| std::fs::write(folder.join("model.onnx"), bytes).unwrap());
    for (name, message) in [("text", graph(b"not a graph")), ("empty", graph(b""))] {
        assert!(message.contains("rten cannot use") && message.contains("model.onnx"), "{name}: {message}");
    }
    let cut = spoiled(&|folder| {
        let bytes = std::fs::read(folder.join("model.onnx")).unwrap();
        std::fs::write(folder.join("model.onnx"), &bytes[..bytes.len() / 2]).unwrap();
    });
    assert!(cut.contains("rten cannot use"), "{cut}");
    let missing = spoiled(&|folder| std::fs::remove_file(folder.join("tokenizer.json")).unwrap());
    assert!(missing.contains("has no tokenizer.json"), "{missing}");
    // The configuration of another model beside the graph.
    let wrong = |name: &str, from: &str, to: &str| {
        spoiled(&|folder| {
            std::fs::remove_file(folder.join("genai_config.json")).unwrap();
            let text = std::fs::read_to_string(folder.join(name)).unwrap();
            assert!(text.contains(from), "{text}");
            std::fs::write(folder.join(name), text.replace(from, to)).unwrap();
        })
    };
    let layers = wrong("config.json", "\"num_hidden_layers\":2", "\"num_hidden_layers\":3");
    assert!(layers.contains("past_key_values.2.key"), "{layers}");
    let heads = wrong("config.json", "\"num_key_value_heads\":2", "\"num_key_value_heads\":4");
    assert!(heads.contains("cannot be run"), "{heads}");
    let vocabulary = wrong("config.json", "\"vocab_size\":384", "\"vocab_size\":400");
    assert!(vocabulary.contains("cannot be run") && vocabulary.contains("400"), "{vocabulary}");
    let tokenizer = wrong("config.json", "\"vocab_size\":384", "\"vocab_size\":300");
    assert!(tokenizer.contains("do not belong together"), "{tokenizer}");
    assert!(Model::open(Utf8Path::new("/nowhere")).unwrap_err().to_string().contains("/nowhere is not a folder"));
}

#[test]
fn a_model_larger_than_memory_is_not_loaded() {
    let made = Made::new(Recipe::tiny(Layout::GenAi, Precision::Float32));
    // A sparse file: it takes no room on the disk.
    let data = std::fs::File::create(made.path().join("model.onnx.data")).unwrap();
    data.set_len(1 << 43).unwrap();
    let error = load(&Model::open(made.path()).unwrap(), &RTEN).unwrap_err();
    assert!(matches!(error, LoadError::Memory { .. }) || !cfg!(target_os = "linux"), "{error}");
}
