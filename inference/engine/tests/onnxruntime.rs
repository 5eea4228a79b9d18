//! Models of our own through ONNX Runtime, against a plain computation.
//!
//! They need its library: `cargo xtask packages` fetches it and runs them with `MONTUNO_ONNXRUNTIME` set to its path.
#![cfg(all(feature = "onnxruntime", feature = "made-models"))]

mod support;

use camino::Utf8PathBuf;
use montuno_engine::made::{Layout, Precision, Recipe, Shape};
use montuno_engine::{EngineChoice, LoadOptions, Model, Provider, Speculation, load};
use support::{Made, generate, options, prompt};

/// Names the library as a user would. All tests of this process use the same: a process can load one.
fn library() -> EngineChoice {
    let path = std::env::var("MONTUNO_ONNXRUNTIME").expect("MONTUNO_ONNXRUNTIME names the library");
    let made = Made::new(Recipe::tiny(Layout::GenAi, Precision::Float32));
    let options = LoadOptions { library: Some(Utf8PathBuf::from(path)), ..options(EngineChoice::OnnxRuntime) };
    load(&Model::open(made.path()).unwrap(), &options).unwrap();
    EngineChoice::OnnxRuntime
}

#[test]
#[ignore = "needs ONNX Runtime, which `cargo xtask packages` installs; it runs this test"]
fn every_layout_says_what_a_plain_computation_says() {
    support::every_layout(library());
}

#[test]
#[ignore = "needs ONNX Runtime, which `cargo xtask packages` installs; it runs this test"]
fn a_model_of_the_shape_of_qwen_says_what_a_plain_computation_says() {
    support::qwen(library());
}

#[test]
#[ignore = "needs ONNX Runtime, which `cargo xtask packages` installs; it runs this test"]
fn what_was_computed_is_used_again() {
    support::reuse(library(), Layout::GenAi);
    support::reuse(library(), Layout::Optimum);
}

#[test]
#[ignore = "needs ONNX Runtime, which `cargo xtask packages` installs; it runs this test"]
fn bad_models_are_refused_with_a_reason() {
    support::bad_models(library(), "ONNX Runtime cannot use");
}

#[test]
#[ignore = "needs ONNX Runtime, which `cargo xtask packages` installs; it runs this test"]
fn what_is_really_used_is_said() {
    let made = Made::new(Recipe::tiny(Layout::GenAi, Precision::Float32));
    let facts = made.load(library()).facts().clone();
    assert_eq!((facts.engine.as_str(), facts.provider.as_str()), ("ONNX Runtime", "CPU"));
    assert!(facts.version.starts_with("1."), "{facts:?}");
    // There is no such provider in the library that tests fetch: it must not become the processor in silence.
    let cuda = LoadOptions { provider: Provider::Cuda, ..options(EngineChoice::OnnxRuntime) };
    let model = Model::open(made.path()).unwrap();
    let message = load(&model, &cuda).unwrap_err().to_string();
    assert!(message.contains("CUDA cannot be used"), "{message}");
    let fallback = load(&model, &LoadOptions { engine: EngineChoice::Auto, ..cuda }).unwrap();
    assert_eq!((fallback.facts().engine.as_str(), fallback.facts().provider.as_str()), ("ONNX Runtime", "CPU"));
    assert!(fallback.facts().fallback.as_ref().unwrap().contains("CUDA cannot be used"), "{:?}", fallback.facts());
    let other = LoadOptions { library: Some("/elsewhere.so".into()), ..options(EngineChoice::OnnxRuntime) };
    assert!(load(&model, &other).unwrap_err().to_string().contains("a process can load one"));
}

#[test]
#[ignore = "needs ONNX Runtime, which `cargo xtask packages` installs; it runs this test"]
fn both_engines_say_the_same() {
    let shape = Shape { layers: 4, hidden: 128, heads: 8, ..Shape::TINY };
    for layout in [Layout::GenAi, Layout::Optimum] {
        let made = Made::new(Recipe { shape, ..Recipe::tiny(layout, Precision::Float32) });
        let (mut one, mut other) = (made.load(library()), made.load(EngineChoice::Rten));
        for length in [3, 60, 64, 30, 300] {
            let say = |generator| generate(generator, &prompt(length), 24, Speculation::default()).0;
            assert_eq!(say(&mut one), say(&mut other), "{layout:?} {length}");
        }
    }
}
