//! Models of our own through the engine in Rust, against a plain computation.
#![cfg(all(feature = "rten", feature = "made-models"))]

mod support;

use montuno_engine::made::{Layout, Precision, Recipe};
use montuno_engine::{Cancel, Control, EngineChoice, LoadError, Model, ModelError, Request, Unconstrained, load};
use support::{Made, options, prompt};

#[test]
fn every_layout_says_what_a_plain_computation_says() {
    support::every_layout(EngineChoice::Rten);
}

#[test]
fn a_model_of_the_shape_of_qwen_says_what_a_plain_computation_says() {
    support::qwen(EngineChoice::Rten);
}

#[test]
fn what_was_computed_is_used_again() {
    support::reuse(EngineChoice::Rten, Layout::GenAi);
    support::reuse(EngineChoice::Rten, Layout::Optimum);
}

#[test]
fn bad_models_are_refused_with_a_reason() {
    support::bad_models(EngineChoice::Rten, "rten cannot use");
}

#[test]
fn a_cancelled_text_ends_at_once() {
    let made = Made::new(Recipe::tiny(Layout::GenAi, Precision::Float32));
    let cancel = Cancel::default();
    cancel.cancel();
    let control = Control { cancel, ..Control::default() };
    let answer = made
        .load(EngineChoice::Rten)
        .generate(&Request::new(prompt(50), 9), &mut Unconstrained, &control, &mut ())
        .unwrap();
    assert_eq!(answer.figures.prefilled, 0);
}

#[test]
fn a_model_must_pass_its_own_test() {
    let made = Made::new(Recipe::tiny(Layout::GenAi, Precision::Int4));
    Recipe::add_self_test(made.path(), "def f(self):\n", &options(EngineChoice::Rten)).unwrap();
    made.load(EngineChoice::Rten);
    // Another model in its place: the same sizes, other weights.
    let other = Made::new(Recipe { seed: 2, ..made.recipe.clone() });
    std::fs::copy(other.path().join("model.onnx"), made.path().join("model.onnx")).unwrap();
    let message = made.error(EngineChoice::Rten);
    assert!(message.contains("fails its own test") && message.contains("def f(self)"), "{message}");
    let error = Model::open(made.path()).unwrap().verify(&mut |_| {}).unwrap_err();
    assert!(matches!(error, ModelError::Checksum { .. }), "{error}");
}

#[test]
fn a_model_larger_than_memory_is_not_loaded() {
    let made = Made::new(Recipe::tiny(Layout::GenAi, Precision::Float32));
    // A sparse file: it takes no room on the disk.
    let data = std::fs::File::create(made.path().join("model.onnx.data")).unwrap();
    data.set_len(1 << 43).unwrap();
    let error = load(&Model::open(made.path()).unwrap(), &options(EngineChoice::Rten)).unwrap_err();
    assert!(matches!(error, LoadError::Memory { .. }) || !cfg!(target_os = "linux"), "{error}");
}

#[test]
fn a_model_says_what_it_was_made_to_say() {
    let folder = tempfile::tempdir().unwrap();
    let path = camino::Utf8Path::from_path(folder.path()).unwrap();
    let words = ["compute", "(", "total", ",", " 1", ")", "\n"];
    Recipe::write_saying(path, &words).unwrap();
    let model = Model::open(path).unwrap();
    let template = model.template.clone().unwrap();
    let mut generator = load(&model, &options(EngineChoice::Rten)).unwrap();
    for before in ["", "x = ", "def f():\n    return "] {
        let parts = montuno_engine::FimParts { before: before.to_owned(), ..Default::default() };
        let prompt = template.prompt(&*model.tokenizer, &parts, template.order()).unwrap();
        let made =
            generator.generate(&Request::new(prompt, 40), &mut Unconstrained, &Control::default(), &mut ()).unwrap();
        assert_eq!(made.text, words.concat(), "behind {before:?}");
        assert!(made.tokens.iter().all(|token| token.confidence > 0.9), "{:?}", made.tokens);
    }
}
