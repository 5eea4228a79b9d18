//! However a text is computed, its tokens are those of a plain computation from nothing.

use std::ops::ControlFlow;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;

use super::*;
use crate::constraint::{Allowed, Unconstrained};
use crate::sampling::{Random, Sampling};
use crate::session::fake::FakeSession;
use crate::speculation::Speculation;
use crate::stop::Stop;
use crate::token::Token;
use crate::tokenizer::TokenizerError;
use crate::vocabulary::Vocabulary;

/// A tokenizer whose tokens are the words of a list.
struct Words(Vocabulary);

/// Token 0 is special. The others are made of few letters, so that many begin alike; `é` comes in halves.
const WORDS: [&[u8]; 24] = [
    b"", b"a", b"b", b"ab", b"ba", b"abc", b"c", b"ca", b"\n", b" ", b"  ", b"x", b"xa", b"xab", b"\xc3", b"\xa9",
    b"b(", b"(", b")", b"()", b";", b"a;", b"cab", b"bca",
];

fn words() -> Arc<dyn Tokenizer> {
    Arc::new(Words(Vocabulary::new(WORDS.iter().map(|&word| word.into()).collect())))
}

impl Tokenizer for Words {
    fn encode(&self, text: &str) -> Result<Vec<Token>, TokenizerError> {
        let mut rest = text.as_bytes();
        let mut tokens = Vec::new();
        while !rest.is_empty() {
            let (token, word) = (0..)
                .zip(WORDS)
                .filter(|(_, word)| !word.is_empty() && rest.starts_with(word))
                .max_by_key(|(_, word)| word.len())
                .expect("tests write what the words can");
            tokens.push(token);
            rest = &rest[word.len()..];
        }
        Ok(tokens)
    }

    fn special(&self, _name: &str) -> Option<Token> {
        None
    }

    fn vocabulary(&self) -> &Vocabulary {
        &self.0
    }
}

/// Larger than the vocabulary, as models pad theirs.
const LOGITS: usize = 32;

fn session(capacity: usize, slots: usize, memory: usize) -> FakeSession {
    FakeSession::new(LOGITS, capacity, slots).with_memory(memory)
}

/// Allows after each text what a hash of it says.
#[derive(Clone, Copy)]
struct Whim(u64);

impl Constraint for Whim {
    fn allow(&mut self, text: &[u8], vocabulary: &Vocabulary, mask: &mut TokenMask) -> Allowed {
        let hash = text.iter().fold(self.0, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        for token in 0..vocabulary.length() as Token {
            if hash >> (token % 31) & 1 == 1 {
                mask.allow(token);
            }
        }
        match hash >> 40 & 7 {
            0..=2 => Allowed::Everything,
            3 => Allowed::MaskedOrEnd,
            _ => Allowed::Masked,
        }
    }
}

/// The reference: each token from nothing, with nothing of what is tested but the choice of a token.
fn plainly(request: &Request, whim: Option<Whim>, memory: usize, capacity: usize) -> Vec<Token> {
    use crate::sampling::Sampler;
    use crate::session::{Logits, Session as _};
    let tokenizer = words();
    let vocabulary = tokenizer.vocabulary();
    let mut sampler = Sampler::new(request.sampling.clone());
    let mut context = request.prompt.clone();
    let mut bytes = Vec::new();
    let mut tokens = Vec::new();
    while tokens.len() < request.maximum_tokens && context.len() <= capacity {
        let mut logits = Logits::default();
        session(capacity, 1, memory).run(0, 0, &context, 1, &mut logits).unwrap();
        let mut allowed: Vec<Token> = (0..LOGITS as Token).collect();
        if let Some(mut whim) = whim {
            let mut mask = TokenMask::none(LOGITS);
            match whim.allow(&bytes, vocabulary, &mut mask) {
                Allowed::Everything => {}
                Allowed::Masked => allowed.retain(|&token| mask.allows(token)),
                Allowed::MaskedOrEnd => allowed.retain(|&token| mask.allows(token) || token == 0),
                Allowed::End => break,
            }
        }
        let required = request.required_start.get(bytes.len()..).unwrap_or_default();
        if !required.is_empty() {
            allowed.retain(|&token| {
                let word = vocabulary.bytes(token);
                !word.is_empty() && (word.starts_with(required) || required.starts_with(word))
            });
        }
        let mut mask = TokenMask::none(LOGITS);
        allowed.iter().for_each(|&token| mask.allow(token));
        let Some(choice) = sampler.choose(logits.row(0), Some(&mask)) else { break };
        if vocabulary.bytes(choice.token).is_empty() {
            break;
        }
        bytes.extend_from_slice(vocabulary.bytes(choice.token));
        context.push(choice.token);
        tokens.push(choice.token);
    }
    tokens
}

fn tokens(generation: &Generation) -> Vec<Token> {
    generation.tokens.iter().map(|token| token.token).collect()
}

/// A request whose prompt is often the beginning of another's.
fn requests() -> impl Strategy<Value = Vec<(Request, Option<u64>, Option<usize>)>> {
    let prompt = (0..3_u64, 1..40_usize, prop::collection::vec(1..24_u32, 0..4)).prop_map(|(kind, length, end)| {
        let mut prompt: Vec<Token> =
            (0..length as u64).map(|index| 1 + ((index * index + kind) % 23) as Token).collect();
        prompt.extend(end);
        prompt
    });
    let sampling = prop_oneof![
        Just(Sampling::Greedy),
        any::<u64>().prop_map(|seed| Sampling::Random(Random { seed, ..Random::default() })),
    ];
    let speculation = prop_oneof![
        Just(Speculation::OFF),
        (1..9_usize, 1..4_usize).prop_map(|(longest, least_match)| Speculation { longest, least_match }),
    ];
    let required =
        prop_oneof![Just(&b""[..]), Just(&b"ab"[..]), Just(&b"xab"[..]), Just(&b"  "[..]), Just(&b"\xc3\xa9b"[..])];
    let priority = prop_oneof![Just(Priority::Background), Just(Priority::Normal), Just(Priority::Interactive)];
    let one = (prompt, 0..30_usize, sampling, speculation, required, priority);
    let request = one.prop_map(|(prompt, maximum_tokens, sampling, speculation, required, priority)| Request {
        required_start: required.to_vec(),
        sampling,
        speculation,
        priority,
        ..Request::new(prompt, maximum_tokens)
    });
    prop::collection::vec((request, prop::option::of(any::<u64>()), prop::option::of(0..12_usize)), 1..8)
}

/// Cancels after so many tokens.
fn cancelling(after: Option<usize>, control: &Control) -> impl FnMut(&Piece<'_>) -> ControlFlow<()> + Send + 'static {
    let cancel = control.cancel.clone();
    let mut left = after;
    move |_: &Piece<'_>| {
        if let Some(left) = &mut left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                cancel.cancel();
            }
        }
        ControlFlow::Continue(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Prefix reuse, drafts, required starts, masks, cancellation: one after the other on the same session.
    #[test]
    fn one_after_the_other(requests in requests(), memory in 1..6_usize, chunk in 1..20_usize, slots in 1..4_usize, last_only: bool) {
        let capacity = 60;
        let mut fake = session(capacity, slots, memory);
        if last_only {
            fake = fake.with_last_row_only();
        }
        let mut generator = Generator::new(Box::new(fake), words()).with_chunk(chunk);
        for (request, whim, cancel) in requests {
            let whim = whim.map(Whim);
            let expected = plainly(&request, whim, memory, capacity);
            let mut constraint: Box<dyn Constraint> = whim.map_or_else(|| Box::new(Unconstrained) as _, |whim| Box::new(whim) as _);
            let control = Control::default();
            let mut sink = cancelling(cancel, &control);
            let generation = generator.generate(&request, &mut *constraint, &control, &mut sink).unwrap();
            let found = tokens(&generation);
            if generation.finish == Finish::Cancelled {
                prop_assert!(expected.starts_with(&found), "{found:?} of {expected:?}");
            } else {
                prop_assert_eq!(found, expected);
                let computed = generation.figures.reused + generation.figures.prefilled;
                prop_assert!(request.maximum_tokens == 0 || generation.figures.prompt == computed);
            }
        }
    }

    /// The same, all at the same time: slots that are taken away and given back, turns.
    #[test]
    fn all_at_once(requests in requests(), memory in 1..6_usize, slots in 1..3_usize) {
        let capacity = 60;
        let worker = Worker::start(Generator::new(Box::new(session(capacity, slots, memory)), words()).with_chunk(7)).unwrap();
        let (sender, receiver) = channel();
        for (index, (request, whim, cancel)) in requests.iter().cloned().enumerate() {
            let control = Control::default();
            let sender = sender.clone();
            worker.submit(Job {
                request,
                constraint: whim.map_or_else(|| Box::new(Unconstrained) as _, |whim| Box::new(Whim(whim)) as _),
                sink: Box::new(cancelling(cancel, &control)),
                control,
                done: Box::new(move |result| sender.send((index, result)).unwrap()),
            });
        }
        drop(sender);
        let mut ended = 0;
        for (index, result) in receiver {
            let (request, whim, _) = &requests[index];
            let expected = plainly(request, whim.map(Whim), memory, capacity);
            let generation = result.unwrap();
            let found = tokens(&generation);
            if generation.finish == Finish::Cancelled {
                prop_assert!(expected.starts_with(&found), "{found:?} of {expected:?}");
            } else {
                prop_assert_eq!(found, expected);
            }
            ended += 1;
        }
        prop_assert_eq!(ended, requests.len());
    }
}

fn generator(capacity: usize) -> Generator {
    Generator::new(Box::new(session(capacity, 1, 2)), words())
}

#[test]
fn a_key_costs_the_tokens_that_changed() {
    let mut generator = generator(200);
    let prompt: Vec<Token> = (0..100).map(|index| 1 + index % 7).collect();
    let mut run = |prompt: &[Token]| {
        let request = Request::new(prompt.to_vec(), 4);
        generator.generate(&request, &mut Unconstrained, &Control::default(), &mut ()).unwrap().figures
    };
    let first = run(&prompt);
    assert_eq!((first.reused, first.prefilled), (0, 100));
    let longer: Vec<Token> = prompt.iter().copied().chain([23, 22]).collect();
    let second = run(&longer);
    assert_eq!((second.reused, second.prefilled), (100, 2));
    assert_eq!(run(&longer).prefilled, 1, "the same prompt: its last token alone");
    assert_eq!(run(&prompt[..50]).prefilled, 1, "going back costs nothing");
}

#[test]
fn drafts_save_runs_where_the_text_repeats() {
    // One token decides the next, so the text runs into a circle.
    let mut generator = Generator::new(Box::new(session(400, 1, 1)), words());
    let mut ends_nowhere = |_: &[u8], mask: &mut TokenMask| (1..24).for_each(|token| mask.allow(token));
    struct Only<F>(F);
    impl<F: FnMut(&[u8], &mut TokenMask) + Send> Constraint for Only<F> {
        fn allow(&mut self, text: &[u8], _: &Vocabulary, mask: &mut TokenMask) -> Allowed {
            (self.0)(text, mask);
            Allowed::Masked
        }
    }
    let request = Request::new(vec![3], 200);
    let drafted = generator.generate(&request, &mut Only(&mut ends_nowhere), &Control::default(), &mut ()).unwrap();
    assert_eq!(drafted.figures.decoded, 200);
    assert!(drafted.figures.runs < 60, "{:?}", drafted.figures);
    assert!(drafted.figures.accepted > 140, "{:?}", drafted.figures);
}

#[test]
fn a_cancelled_request_leaves_what_it_computed() {
    let mut generator = generator(300).with_chunk(50);
    let prompt: Vec<Token> = (0..200).map(|index| 1 + index % 11).collect();
    let control = Control::default();
    let runs = Arc::new(Mutex::new(0));
    let (counted, cancel) = (runs.clone(), control.cancel.clone());
    let waits = move || {
        let mut runs = counted.lock().unwrap();
        *runs += 1;
        if *runs == 3 {
            cancel.cancel();
        }
    };
    let control = Control { before_run: Some(Arc::new(waits)), ..control };
    let request = Request::new(prompt, 4);
    let cancelled = generator.generate(&request, &mut Unconstrained, &control, &mut ()).unwrap();
    assert_eq!(cancelled.finish, Finish::Cancelled);
    assert_eq!(cancelled.figures.prefilled, 150, "the run that had begun is finished");
    let again = generator.generate(&request, &mut Unconstrained, &Control::default(), &mut ()).unwrap();
    assert_eq!(again.figures.reused, 150);
}

#[test]
fn what_cannot_be_generated_is_said() {
    let mut generator = generator(10);
    let mut run = |prompt: Vec<Token>| {
        let request = Request::new(prompt, 4);
        generator.generate(&request, &mut Unconstrained, &Control::default(), &mut ())
    };
    assert!(matches!(run(vec![]), Err(GenerateError::EmptyPrompt)));
    assert!(matches!(run(vec![1; 10]), Err(GenerateError::PromptTooLong { tokens: 10, capacity: 10 })));
    assert!(matches!(run(vec![1, 32]), Err(GenerateError::UnknownToken { token: 32, .. })));
    assert!(run(vec![1; 9]).is_ok());
}

#[test]
fn the_sink_sees_the_text_and_no_stop() {
    struct Says(Vec<Token>);
    impl Constraint for Says {
        fn allow(&mut self, text: &[u8], vocabulary: &Vocabulary, mask: &mut TokenMask) -> Allowed {
            let mut length = 0;
            for &token in &self.0 {
                if length == text.len() {
                    mask.allow(token);
                    return Allowed::Masked;
                }
                length += vocabulary.bytes(token).len();
            }
            Allowed::End
        }
    }
    let run = |said: &[Token], stop: Stop, required: &str| {
        let mut seen = String::new();
        let mut sink = |piece: &Piece<'_>| {
            seen.push_str(piece.text);
            assert_eq!(seen, piece.so_far);
            ControlFlow::Continue(())
        };
        let request = Request { stop, required_start: required.into(), ..Request::new(vec![1], 50) };
        let control = Control::default();
        let generation = generator(100).generate(&request, &mut Says(said.to_vec()), &control, &mut sink).unwrap();
        (generation.text, generation.finish, seen)
    };
    let strings =
        |strings: &[&str]| Stop { strings: strings.iter().map(|&text| text.to_owned()).collect(), ..Stop::default() };
    // a é ( ) ;
    let said = [1, 14, 15, 17, 18, 20];
    assert_eq!(run(&said, Stop::default(), ""), ("aé();".to_owned(), Finish::Constraint, "aé();".to_owned()));
    assert_eq!(run(&said, strings(&[");"]), ""), ("aé(".to_owned(), Finish::Stop, "aé(".to_owned()));
    assert_eq!(run(&said, strings(&["(;"]), ""), ("aé();".to_owned(), Finish::Constraint, "aé();".to_owned()));
    assert_eq!(run(&[3, 6], Stop::default(), "a"), ("bc".to_owned(), Finish::Constraint, "bc".to_owned()));
    let lines = Stop { lines: Some(1), ..Stop::default() };
    assert_eq!(run(&[8, 1, 8, 1], lines, ""), ("\na".to_owned(), Finish::Stop, "\na".to_owned()));
    assert_eq!(run(&[1, 6], Stop::default(), "ab").1, Finish::Constraint, "a start that nothing can write");
}
