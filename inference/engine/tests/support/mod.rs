//! Models of our own, loaded by an engine, and compared with a plain computation.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]

use camino::Utf8Path;
use montuno_engine::made::{Layout, Precision, Recipe, Rows, Shape, reference};
use montuno_engine::{
    Control, EngineChoice, Figures, Generator, LoadOptions, Model, Request, Speculation, Token, Unconstrained, load,
};

/// One thread of an engine.
pub fn options(engine: EngineChoice) -> LoadOptions {
    LoadOptions { engine, threads: 1, slots: 2, ..LoadOptions::default() }
}

/// A model in a folder that goes with it.
pub struct Made {
    pub recipe: Recipe,
    folder: tempfile::TempDir,
}

impl Made {
    pub fn new(recipe: Recipe) -> Self {
        let folder = tempfile::tempdir().unwrap();
        recipe.write(Utf8Path::from_path(folder.path()).unwrap()).unwrap();
        Self { recipe, folder }
    }

    pub fn path(&self) -> &Utf8Path {
        Utf8Path::from_path(self.folder.path()).unwrap()
    }

    pub fn load(&self, engine: EngineChoice) -> Generator {
        load(&Model::open(self.path()).unwrap(), &options(engine)).unwrap()
    }

    pub fn error(&self, engine: EngineChoice) -> String {
        match Model::open(self.path()) {
            Ok(model) => load(&model, &options(engine)).unwrap_err().to_string(),
            Err(error) => error.to_string(),
        }
    }
}

/// How far each token is from the likeliest, in logits of a plain computation from nothing.
pub fn distances(recipe: &Recipe, prompt: &[Token], found: &[Token]) -> Vec<f32> {
    let context = [prompt, found].concat();
    let rows = reference::logits(recipe.shape, &recipe.weights(), &context);
    let rows = &rows[prompt.len() - 1..];
    let highest = |row: &[f32]| row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    found.iter().zip(rows).map(|(&token, row)| highest(row) - row[token as usize]).collect()
}

pub fn generate(
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
pub fn prompt(length: usize) -> Vec<Token> {
    (0..length).map(|index| ((index * 7 + index / 5) % 250) as Token).collect()
}

/// Every layout, precision and choice of rows.
pub fn every_layout(engine: EngineChoice) {
    for layout in [Layout::Optimum, Layout::GenAi] {
        for precision in [Precision::Float32, Precision::Int4] {
            for (rows, has_bias) in [(Rows::Asked, false), (Rows::All, true), (Rows::Last, false)] {
                let shape = Shape { has_bias, ..Shape::TINY };
                let made = Made::new(Recipe { rows, shape, ..Recipe::tiny(layout, precision) });
                let mut generator = made.load(engine);
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

/// Exports of the shape that Qwen2.5-Coder has, in every layout and precision.
pub fn qwen(engine: EngineChoice) {
    for layout in [Layout::Optimum, Layout::GenAi] {
        for precision in [Precision::Float32, Precision::Int4] {
            let shape = Shape::SMALL_QWEN;
            let made = Made::new(Recipe { shape, rows: Rows::All, ..Recipe::tiny(layout, precision) });
            let model = Model::open(made.path()).unwrap();
            assert_eq!((model.config.architecture.as_str(), model.config.key_value_heads), ("qwen2", 2));
            assert_eq!(model.template.as_ref().unwrap().name, "qwen2.5-coder");
            let mut generator = made.load(engine);
            let tolerance = if precision == Precision::Int4 { 0.35 } else { 2e-3 };
            let mut all = 0;
            for length in [2, 17, 40] {
                let (found, _) = generate(&mut generator, &prompt(length), 8, Speculation::default());
                let worst = distances(&made.recipe, &prompt(length), &found).into_iter().fold(0.0, f32::max);
                assert!(worst < tolerance, "{layout:?} {precision:?} {length}: {worst}");
                all += found.len();
            }
            assert!(all > 8, "{layout:?} {precision:?}: {all}");
        }
    }
}

/// A text that begins like the last one.
pub fn reuse(engine: EngineChoice, layout: Layout) {
    let made = Made::new(Recipe::tiny(layout, Precision::Float32));
    let mut generator = made.load(engine);
    let (_, first) = generate(&mut generator, &prompt(200), 4, Speculation::OFF);
    assert_eq!((first.reused, first.prefilled), (0, 200));
    let (found, second) = generate(&mut generator, &prompt(204), 4, Speculation::OFF);
    assert_eq!((second.reused, second.prefilled), (200, 4));
    assert_eq!(found, generate(&mut made.load(engine), &prompt(204), 4, Speculation::OFF).0);
    let (found, third) = generate(&mut generator, &prompt(101), 4, Speculation::OFF);
    assert_eq!((third.reused, third.prefilled), (100, 1), "going back costs nothing");
    assert_eq!(found, generate(&mut made.load(engine), &prompt(101), 4, Speculation::OFF).0);
}

/// Graphs, configurations and tokenizers that are wrong. `refusal` is how the engine begins to say that it cannot read a graph.
pub fn bad_models(engine: EngineChoice, refusal: &str) {
    let recipe = Recipe::tiny(Layout::GenAi, Precision::Float32);
    let spoiled = |spoil: &dyn Fn(&Utf8Path)| {
        let made = Made::new(recipe.clone());
        spoil(made.path());
        made.error(engine)
    };
    let graph = |bytes: &[u8]| spoiled(&|folder| std::fs::write(folder.join("model.onnx"), bytes).unwrap());
    for (name, message) in [("text", graph(b"not a graph")), ("empty", graph(b""))] {
        assert!(message.contains(refusal) && message.contains("model.onnx"), "{name}: {message}");
    }
    let cut = spoiled(&|folder| {
        let bytes = std::fs::read(folder.join("model.onnx")).unwrap();
        std::fs::write(folder.join("model.onnx"), &bytes[..bytes.len() / 2]).unwrap();
    });
    assert!(cut.contains(refusal), "{cut}");
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
