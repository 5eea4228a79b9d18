//! Instructions in words: what a model is told, and the code in what it answers.

use std::ops::Range;

use montuno_engine::constraint::Unconstrained;
use montuno_engine::control::Control;
use montuno_engine::generate::{Finish, Generator, Piece, Request};
use montuno_engine::speculation::Speculation;

use crate::gate;
use crate::language;
use crate::oracle::{Oracle, Place};
use crate::remote::Message;
use crate::secrets::{REPLACEMENT, Secrets, mask_part};

/// How much of the text around the selection is told, in bytes on each side.
const AROUND: usize = 4096;

/// How a model is told what it is asked for.
const TASK: &str = "You help with code. The user shows a part of a file and asks for something. Answer in a few words. If the \
                    selected code is to be changed, give the whole of what replaces it in one fenced code block, indented \
                    as it is, and nothing else in a fence.";

/// What a model is told, and what was kept back.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Told {
    /// The conversation.
    pub messages: Vec<Message>,
    /// The kinds of secrets that were taken out.
    pub secrets: Vec<String>,
}

/// What a model is told of an instruction about a selection.
pub fn tell(place: &Place, selection: Range<usize>, instruction: &str, secrets: &Secrets) -> Told {
    let text = &*place.text;
    let mut start = selection.start.saturating_sub(AROUND);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut end = (selection.end + AROUND).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let found = secrets.find(text);
    let mut kinds = Vec::new();
    let mut part = |range: Range<usize>| mask_part(text, range, &found, &mut kinds);
    let (before, chosen, behind) = (part(start..selection.start), part(selection.clone()), part(selection.end..end));
    let (path, language) = (&place.path, &place.language);
    let mut asked = format!("File {path} ({language}).\n\nBefore the selection:\n```\n{before}\n```\n\n");
    if !chosen.trim().is_empty() {
        asked.push_str(&format!("The selection:\n```\n{chosen}\n```\n\n"));
    }
    asked.push_str(&format!("Behind the selection:\n```\n{behind}\n```\n\n"));
    // What people write may hold a secret as well.
    asked.push_str(&secrets.mask(instruction, &mut kinds));
    kinds.sort();
    kinds.dedup();
    let messages = vec![Message { role: "system", text: TASK.to_owned() }, Message { role: "user", text: asked }];
    Told { messages, secrets: kinds }
}

/// The code in an answer: that of its first fence, if that is closed.
pub fn code_of(answer: &str) -> Option<String> {
    let mut lines = answer.split_inclusive('\n');
    let indentation = loop {
        let line = lines.next()?;
        if let Some(rest) = line.trim_start().strip_prefix("```") {
            // A fence that ends in its own line holds no code.
            if rest.contains("```") {
                return None;
            }
            break line.len() - line.trim_start().len();
        }
    };
    let mut code = String::new();
    for line in lines {
        if line.trim_start().starts_with("```") {
            return Some(code);
        }
        code.push_str(line.get(indentation..).filter(|_| line[..indentation].trim().is_empty()).unwrap_or(line));
    }
    None
}

/// The text that replaces a selection, if the code in an answer may stand there: what the database knows to be wrong may
/// not, and neither may what stood for a secret.
///
/// # Errors
/// Why not, for people.
pub fn replacement(answer: &str, selected: &str, place: &Place, oracle: &dyn Oracle) -> Result<Option<String>, String> {
    let Some(mut code) = code_of(answer) else { return Ok(None) };
    // The fence ends a line; the selection may not.
    if !selected.ends_with('\n') {
        code.truncate(code.trim_end_matches(['\n', '\r']).len());
    }
    if code.contains(REPLACEMENT) {
        return Err("it speaks of a secret that was not told: change that part yourself".to_owned());
    }
    if code == selected {
        return Ok(None);
    }
    let passed = gate::pass(oracle, language::facts(&place.language), &code);
    match passed.reason {
        Some(reason) => Err(format!("it would be wrong there: {reason}")),
        None => Ok(Some(code)),
    }
}

/// Lets a model of this process answer a conversation. Also says whether it was cut short.
///
/// # Errors
/// Why there is no answer, for people.
pub fn chat(
    generator: &mut Generator,
    messages: &[Message],
    maximum_tokens: usize,
    control: &Control,
    piece: &mut dyn FnMut(&str),
) -> Result<(String, bool), String> {
    let tokenizer = generator.tokenizer().clone();
    let encode = |text: &str| tokenizer.encode(text).map_err(|error| error.to_string());
    let mut prompt = Vec::new();
    let marks = (tokenizer.special("<|im_start|>"), tokenizer.special("<|im_end|>"));
    let mut ends: Vec<_> = tokenizer.special("<|endoftext|>").into_iter().collect();
    match marks {
        (Some(start), Some(end)) => {
            for message in messages {
                prompt.push(start);
                prompt.extend(encode(&format!("{}\n{}", message.role, message.text))?);
                prompt.push(end);
                prompt.extend(encode("\n")?);
            }
            prompt.push(start);
            prompt.extend(encode("assistant\n")?);
            ends.push(end);
        }
        // A model that knows no conversations goes on with a text.
        _ => {
            let texts: Vec<&str> = messages.iter().map(|message| message.text.as_str()).collect();
            prompt.extend(encode(&format!("{}\n\n", texts.join("\n\n")))?);
        }
    }
    let capacity = generator.shape().capacity;
    if prompt.len() + 16 > capacity {
        let tokens = prompt.len();
        return Err(format!("the selection is too long: {tokens} tokens, and the model holds {capacity}; select less"));
    }
    let mut request = Request::new(prompt, maximum_tokens.max(1));
    request.stop.tokens = ends;
    request.speculation = Speculation::default();
    let mut sink = |part: &Piece<'_>| {
        if !part.text.is_empty() {
            piece(part.text);
        }
        std::ops::ControlFlow::Continue(())
    };
    let made = generator.generate(&request, &mut Unconstrained, control, &mut sink);
    let made = made.map_err(|error| error.to_string())?;
    match made.finish {
        Finish::Cancelled => Err("it was cancelled".to_owned()),
        finish => Ok((made.text, matches!(finish, Finish::Length | Finish::ContextFull | Finish::Deadline))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Listed, place};

    #[test]
    fn the_code_of_an_answer_is_that_of_its_first_fence() {
        assert_eq!(code_of("So:\n```python\nx = 1\n```\nand\n```\ny\n```\n").as_deref(), Some("x = 1\n"));
        assert_eq!(code_of("  ```\n  x = 1\n    y\n  ```").as_deref(), Some("x = 1\n  y\n"));
        assert_eq!(code_of("no code"), None);
        assert_eq!(code_of("```\ncut off"), None);
        assert_eq!(code_of("``` ```"), None);
    }

    #[test]
    fn what_is_wrong_or_speaks_of_a_secret_replaces_nothing() {
        let oracle = Listed { wrong: vec!["wrong"], ..Listed::default() };
        let place = place("python", "x = |\n");
        let replaced = |answer: &str| replacement(answer, "1", &place, &oracle);
        assert_eq!(replaced("```\n2\n```"), Ok(Some("2".to_owned())));
        assert_eq!(replaced("```\n1\n```"), Ok(None), "it changes nothing");
        assert_eq!(replaced("It is one."), Ok(None));
        assert!(replaced("```\nwrong(1)\n```").unwrap_err().contains("`wrong` is not there"));
        assert!(replaced("```\nf(\"REDACTED\")\n```").unwrap_err().contains("secret"));
    }

    #[test]
    fn no_secret_is_told() {
        let text = "API_KEY = \"c0ffee00c0ffee00\"\nx = 1|\n";
        let place = place("python", text);
        let told = tell(&place, 0..place.offset, "why is password = \"hunter2hunter2\" there?", &Secrets::default());
        let all = format!("{:?}", told.messages);
        assert!(!all.contains("c0ffee") && !all.contains("hunter2"), "{all}");
        assert_eq!(told.secrets, ["named secret"]);
    }
}
