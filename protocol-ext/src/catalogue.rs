//! Every message, with an example that tests send to the real binary.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::completion::{CompletionExplanation, ExplainCompletionParams};
use crate::context::{Context, ContextParams};
use crate::debugging::{DebugConfiguration, DebugConfigurationParams, Runnables, RunnablesParams};
use crate::instruct::{InstructAnswer, InstructParams};
use crate::models::{Models, ModelsParams};
use crate::next_edit::{NextEditParams, NextEdits};
use crate::status::{Health, Status};
use crate::syntax_tree::{SyntaxTree, SyntaxTreeParams};

/// Who sends a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// The client asks, the server answers.
    Request,
    /// The server tells the client.
    FromServer,
}

/// How a type is made known to a generator.
type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A message.
pub struct Message {
    /// Its method.
    pub method: &'static str,
    /// Who sends it.
    pub direction: Direction,
    /// What it says, in a sentence.
    pub summary: &'static str,
    /// Its parameters.
    pub params: Option<SchemaOf>,
    /// Its result.
    pub result: Option<SchemaOf>,
    /// Parameters that a client may send. `DOCUMENT` stands for the URI of a document that is open.
    pub example: fn() -> Value,
}

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// The parameters of a message that has none.
fn nothing() -> Value {
    json!({})
}

/// Every message, in the order of their methods.
pub const MESSAGES: &[Message] = &[
    Message {
        method: "montuno/context",
        direction: Direction::Request,
        summary: "Ranked, typed context of a place, for AI tools of any kind.",
        params: Some(of::<ContextParams>),
        result: Some(of::<Context>),
        example: || json!({ "textDocument": { "uri": "DOCUMENT" }, "position": { "line": 0, "character": 0 }, "budget": 2000 }),
    },
    Message {
        method: "montuno/debugConfiguration",
        direction: Direction::Request,
        summary: "The launch for `montuno dap` that debugs what is at a place.",
        params: Some(of::<DebugConfigurationParams>),
        result: Some(of::<DebugConfiguration>),
        example: || json!({ "textDocument": { "uri": "DOCUMENT" }, "position": { "line": 0, "character": 0 } }),
    },
    Message {
        method: "montuno/explainCompletion",
        direction: Direction::Request,
        summary: "How the inline completion of a place comes about.",
        params: Some(of::<ExplainCompletionParams>),
        result: Some(of::<CompletionExplanation>),
        example: || json!({ "textDocument": { "uri": "DOCUMENT" }, "position": { "line": 0, "character": 0 } }),
    },
    Message {
        method: "montuno/health",
        direction: Direction::Request,
        summary: "Everything that the status says, with versions and where settings come from.",
        params: None,
        result: Some(of::<Health>),
        example: nothing,
    },
    Message {
        method: "montuno/instruct",
        direction: Direction::Request,
        summary: "An instruction in words about a selection: text, and an edit that was checked.",
        params: Some(of::<InstructParams>),
        result: Some(of::<InstructAnswer>),
        example: || {
            json!({
                "textDocument": { "uri": "DOCUMENT" },
                "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 1, "character": 0 } },
                "instruction": "Explain this.",
            })
        },
    },
    Message {
        method: "montuno/models",
        direction: Direction::Request,
        summary: "The models on this machine; which one completes can be changed.",
        params: Some(of::<ModelsParams>),
        result: Some(of::<Models>),
        example: nothing,
    },
    Message {
        method: "montuno/nextEdit",
        direction: Direction::Request,
        summary: "The edits that follow from what was edited lately.",
        params: Some(of::<NextEditParams>),
        result: Some(of::<NextEdits>),
        example: || json!({ "textDocument": { "uri": "DOCUMENT" }, "position": { "line": 0, "character": 0 } }),
    },
    Message {
        method: "montuno/runnables",
        direction: Direction::Request,
        summary: "Tests, benchmarks and main functions of a document, each with the launch that debugs it.",
        params: Some(of::<RunnablesParams>),
        result: Some(of::<Runnables>),
        example: || json!({ "textDocument": { "uri": "DOCUMENT" } }),
    },
    Message {
        method: "montuno/status",
        direction: Direction::FromServer,
        summary: "What the server does at the moment, for a status line.",
        params: Some(of::<Status>),
        result: None,
        example: nothing,
    },
    Message {
        method: "montuno/syntaxTree",
        direction: Direction::Request,
        summary: "The syntax tree of a document, for contributors.",
        params: Some(of::<SyntaxTreeParams>),
        result: Some(of::<SyntaxTree>),
        example: || json!({ "textDocument": { "uri": "DOCUMENT" } }),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_methods() {
        assert!(MESSAGES.is_sorted_by_key(|message| message.method));
    }

    #[test]
    fn examples_are_what_the_types_say() {
        for message in MESSAGES {
            let example = (message.example)();
            let read = match message.method {
                "montuno/context" => serde_json::from_value::<ContextParams>(example).map(drop),
                "montuno/debugConfiguration" => serde_json::from_value::<DebugConfigurationParams>(example).map(drop),
                "montuno/explainCompletion" => serde_json::from_value::<ExplainCompletionParams>(example).map(drop),
                "montuno/nextEdit" => serde_json::from_value::<NextEditParams>(example).map(drop),
                "montuno/instruct" => serde_json::from_value::<InstructParams>(example).map(drop),
                "montuno/models" => serde_json::from_value::<ModelsParams>(example).map(drop),
                "montuno/runnables" => serde_json::from_value::<RunnablesParams>(example).map(drop),
                "montuno/syntaxTree" => serde_json::from_value::<SyntaxTreeParams>(example).map(drop),
                _ => Ok(()),
            };
            assert!(read.is_ok(), "{}: {read:?}", message.method);
        }
    }
}
