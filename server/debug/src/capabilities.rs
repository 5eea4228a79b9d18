//! What a debugger can do, what we do for it, and what a client is told.
//!
//! `initialize` comes before anybody knows which program is meant, so no debugger is there to be asked. It is
//! answered with what every session has, ourselves where the debugger has not, and corrected by the event
//! `capabilities` once the debugger has said what it can do.

use serde_json::{Map, Value, json};

use crate::backend::Backend;
use crate::message::Message;

/// Our exception filters: one name for what the debuggers call differently.
pub const FILTERS: [(&str, &str, &str, bool); 3] = [
    ("panic", "Panics", "Stops where a Rust program panics", true),
    ("uncaught", "Uncaught exceptions", "Stops at an exception that nobody catches", true),
    ("raised", "All exceptions", "Stops wherever an exception is thrown", false),
];

/// The answer to `initialize`.
pub fn at_first() -> Value {
    let filters: Vec<Value> = FILTERS
        .iter()
        .map(|(filter, label, description, default)| {
            json!({ "filter": filter, "label": label, "description": description, "default": default })
        })
        .collect();
    json!({
        "supportsConfigurationDoneRequest": true,
        "supportsFunctionBreakpoints": true,
        "supportsConditionalBreakpoints": true,
        "supportsHitConditionalBreakpoints": true,
        "supportsLogPoints": true,
        "supportsEvaluateForHovers": true,
        "supportsSetVariable": true,
        "supportsCompletionsRequest": true,
        "supportsExceptionInfoRequest": true,
        "supportsDelayedStackTraceLoading": true,
        "supportsBreakpointLocationsRequest": true,
        "supportsTerminateRequest": true,
        "supportTerminateDebuggee": true,
        "supportsCancelRequest": true,
        "exceptionBreakpointFilters": filters,
    })
}

/// What a client is told once the debugger has said what it can do.
pub fn merged(backend: Backend, theirs: &Value) -> Value {
    let first = at_first();
    let mut merged: Map<String, Value> = theirs.as_object().cloned().unwrap_or_default();
    // LLDB sends what a launch needs to run in a terminal beside its capabilities; keep whatever is unknown.
    for (name, value) in first.as_object().into_iter().flatten() {
        if value == true && !merged.contains_key(name) {
            merged.insert(name.clone(), Value::Bool(false));
        }
    }
    for ours in [
        "supportsConfigurationDoneRequest",
        "supportsTerminateRequest",
        "supportTerminateDebuggee",
        "supportsBreakpointLocationsRequest",
        "supportsCancelRequest",
        "supportsExceptionInfoRequest",
    ] {
        merged.insert(ours.to_owned(), Value::Bool(true));
    }
    if backend == Backend::JsDebug {
        // It says so and never answers: without the capability, clients launch again.
        merged.insert("supportsRestartRequest".to_owned(), Value::Bool(false));
    }
    merged.insert("exceptionBreakpointFilters".to_owned(), filters(backend, theirs).into());
    Value::Object(merged)
}

/// The exception filters of a session: ours that the debugger has something for, then its own that ours do not
/// cover.
fn filters(backend: Backend, theirs: &Value) -> Vec<Value> {
    let own = theirs["exceptionBreakpointFilters"].as_array().cloned().unwrap_or_default();
    let mut found = Vec::new();
    let mut covered: Vec<&str> = Vec::new();
    for ours in first_filters() {
        let name = ours["filter"].as_str().unwrap_or_default();
        let mapped = backend.filters_for(name);
        let is_there = |filter: &str| own.iter().any(|one| one["filter"] == *filter);
        let by_function = name == "panic" && backend.panic_function().is_some();
        if by_function || mapped.iter().any(|filter| is_there(filter)) {
            let mut filter = ours.clone();
            if let Some(theirs) = own.iter().find(|one| mapped.iter().any(|name| one["filter"] == *name))
                && let Some(condition) = theirs.get("supportsCondition")
            {
                filter["supportsCondition"] = condition.clone();
            }
            covered.extend(mapped);
            found.push(filter);
        }
    }
    found.extend(own.into_iter().filter(|one| !covered.iter().any(|name| one["filter"] == *name)));
    found
}

fn first_filters() -> Vec<Value> {
    at_first()["exceptionBreakpointFilters"].as_array().cloned().unwrap_or_default()
}

/// The capability without which a request is not sent to a debugger. `Some("")` is a request that every debugger
/// answers; `None` is no request of the protocol.
pub fn needed_for(command: &str) -> Option<&'static str> {
    Some(match command {
        "initialize" | "launch" | "attach" | "disconnect" | "setBreakpoints" | "threads" | "stackTrace" | "scopes"
        | "variables" | "continue" | "next" | "stepIn" | "stepOut" | "pause" | "evaluate" | "source" => "",
        "configurationDone" => "supportsConfigurationDoneRequest",
        "setFunctionBreakpoints" => "supportsFunctionBreakpoints",
        "setExceptionBreakpoints" => "exceptionBreakpointFilters",
        "dataBreakpointInfo" | "setDataBreakpoints" => "supportsDataBreakpoints",
        "setInstructionBreakpoints" => "supportsInstructionBreakpoints",
        "breakpointLocations" => "supportsBreakpointLocationsRequest",
        "stepBack" | "reverseContinue" => "supportsStepBack",
        "restartFrame" => "supportsRestartFrame",
        "goto" | "gotoTargets" => "supportsGotoTargetsRequest",
        "stepInTargets" => "supportsStepInTargetsRequest",
        "setVariable" => "supportsSetVariable",
        "setExpression" => "supportsSetExpression",
        "completions" => "supportsCompletionsRequest",
        "modules" => "supportsModulesRequest",
        "loadedSources" => "supportsLoadedSourcesRequest",
        "exceptionInfo" => "supportsExceptionInfoRequest",
        "terminate" => "supportsTerminateRequest",
        "terminateThreads" => "supportsTerminateThreadsRequest",
        "restart" => "supportsRestartRequest",
        "cancel" => "supportsCancelRequest",
        "readMemory" => "supportsReadMemoryRequest",
        "writeMemory" => "supportsWriteMemoryRequest",
        "disassemble" => "supportsDisassembleRequest",
        "locations" => "",
        _ => return None,
    })
}

/// Whether a debugger that said `theirs` answers a request.
pub fn has(backend: Backend, theirs: &Value, command: &str) -> bool {
    match needed_for(command) {
        Some("") => true,
        Some("exceptionBreakpointFilters") => {
            theirs["exceptionBreakpointFilters"].as_array().is_some_and(|filters| !filters.is_empty())
        }
        Some(capability) => theirs[capability] == true,
        None => backend.knows_custom_request(command),
    }
}

/// The answer for a request that the debugger does not have: an empty list where that is the truth, else a
/// sentence that says so.
pub fn answer_without(backend: Backend, request: &Message) -> Message {
    let arguments = request.value("arguments");
    let unverified = |list: &Value| -> Vec<Value> {
        let count = list.as_array().map_or(0, Vec::len);
        vec![json!({ "verified": false, "message": format!("{backend} has no breakpoints of this kind") }); count]
    };
    let body = match request.command().as_str() {
        "setFunctionBreakpoints" | "setDataBreakpoints" | "setInstructionBreakpoints" => {
            json!({ "breakpoints": unverified(&arguments["breakpoints"]) })
        }
        "setExceptionBreakpoints" => json!({ "breakpoints": unverified(&arguments["filters"]) }),
        "dataBreakpointInfo" => {
            json!({ "dataId": null, "description": format!("{backend} cannot watch values") })
        }
        "completions" | "stepInTargets" | "gotoTargets" => json!({ "targets": [] }),
        "modules" => json!({ "modules": [], "totalModules": 0 }),
        "loadedSources" => json!({ "sources": [] }),
        "breakpointLocations" => json!({ "breakpoints": [] }),
        "configurationDone" | "cancel" => Value::Null,
        command => {
            return Message::failure(request, &format!("{backend} does not have the request `{command}`"));
        }
    };
    Message::response(request, &body)
}

/// Whether an event is of the protocol. Others are the private business of a debugger and the editor that its
/// authors had in mind.
pub fn is_standard_event(name: &str) -> bool {
    matches!(
        name,
        "initialized"
            | "stopped"
            | "continued"
            | "exited"
            | "terminated"
            | "thread"
            | "output"
            | "breakpoint"
            | "module"
            | "loadedSource"
            | "process"
            | "capabilities"
            | "progressStart"
            | "progressUpdate"
            | "progressEnd"
            | "invalidated"
            | "memory"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_promised_and_is_not_there_is_taken_back() {
        let merged = merged(Backend::JsDebug, &json!({ "supportsSetVariable": true, "somethingNew": 3 }));
        assert_eq!(merged["supportsSetVariable"], true);
        assert_eq!(merged["supportsFunctionBreakpoints"], false);
        assert_eq!(merged["supportsTerminateRequest"], true, "we do it");
        assert_eq!(merged["somethingNew"], 3, "what is unknown is kept");
    }

    #[test]
    fn filters_have_one_name_for_each_thing() {
        let names = |backend, theirs: &Value| -> Vec<String> {
            let merged = merged(backend, theirs);
            let filters = merged["exceptionBreakpointFilters"].as_array().cloned().unwrap_or_default();
            filters.iter().map(|filter| filter["filter"].as_str().unwrap_or_default().to_owned()).collect()
        };
        let debugpy = json!({ "exceptionBreakpointFilters": [
            { "filter": "raised" }, { "filter": "uncaught" }, { "filter": "userUnhandled" }] });
        assert_eq!(names(Backend::Debugpy, &debugpy), ["uncaught", "raised", "userUnhandled"]);
        let lldb = json!({ "exceptionBreakpointFilters": [{ "filter": "cpp_throw" }, { "filter": "cpp_catch" }] });
        assert_eq!(names(Backend::LldbDap, &lldb), ["panic", "raised", "cpp_catch"]);
    }

    #[test]
    fn a_debugger_is_asked_for_nothing_it_does_not_have() {
        let theirs = json!({ "supportsModulesRequest": true });
        assert!(has(Backend::LldbDap, &theirs, "modules"));
        assert!(!has(Backend::LldbDap, &theirs, "stepInTargets"));
        assert!(!has(Backend::LldbDap, &theirs, "somethingOfAnEditor"));
        assert!(has(Backend::LldbDap, &theirs, "variables"));
    }
}
