//! From the launch to the stop that says why a program failed.
//!
//! A program is not stopped at its first exception for good: tests expect panics, and libraries catch what they throw. What is
//! seen at each stop is kept, the program goes on, and how it ends says whether one of them was the reason.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::client::Client;
use super::command::Launch;
use super::look::{Seen, look};
use super::report::{Outcome, Report, VERSION};
use super::{OnOutput, Task};
use crate::session::Options;

/// How many stops are looked at. A program that throws more has no one reason.
const STOPS: usize = 30;

/// How long a program that hangs may take to be paused.
const PAUSE: Duration = Duration::from_secs(5);

/// What came of waiting for the program.
enum Waited {
    Stopped(Value),
    Ended,
    Late,
}

/// Runs one program, and reports how it ended.
pub(super) async fn capture(
    task: &Task,
    launch: &Launch,
    options: &Options,
    on_output: &OnOutput,
) -> Result<Report, String> {
    let mut client = Client::start(options.clone(), on_output.clone());
    let captured = run(&mut client, task, launch).await;
    client.leave().await;
    captured
}

async fn run(client: &mut Client, task: &Task, launch: &Launch) -> Result<Report, String> {
    begin(client, launch).await?;
    let until = Instant::now() + task.limit;
    let mut stops: Vec<Seen> = Vec::new();
    let mut exit_code = None;
    let outcome = loop {
        match wait(client, until, &mut exit_code).await? {
            Waited::Stopped(stop) => {
                let seen = look(client, &stop, &task.folder).await;
                if let Some(code) = exit_of(client, &seen).await {
                    exit_code = Some(code);
                    client.ask("continue", &json!({ "threadId": stop["threadId"] })).await?;
                    continue;
                }
                let is_fatal = is_signal(&seen);
                // What Node or a library throws for itself is nobody's failure.
                if is_fatal || seen.user_frame().is_some() || !launch.looks_at_caught {
                    stops.push(seen);
                }
                if is_fatal {
                    break Outcome::Crashed;
                }
                if stops.len() == STOPS {
                    let none = json!({ "filters": [] });
                    client.ask("setExceptionBreakpoints", &none).await?;
                }
                client.ask("continue", &json!({ "threadId": stop["threadId"] })).await?;
            }
            Waited::Ended => {
                exit_code = exit_code.or(client.exit_code);
                let is_failure = exit_code.map_or_else(|| stops.iter().any(|seen| !seen.is_caught), |code| code != 0);
                break match (is_failure, stops.is_empty()) {
                    (false, _) => Outcome::Passed,
                    (true, true) => Outcome::Exited,
                    (true, false) => Outcome::Failed,
                };
            }
            Waited::Late => {
                stops.clear();
                stops.extend(paused(client, task).await);
                break Outcome::Hung;
            }
        }
    };
    let chosen = match outcome {
        Outcome::Passed | Outcome::Exited => None,
        Outcome::Crashed | Outcome::Hung => stops.pop(),
        Outcome::Failed => reason_of(stops, &client.printed, launch),
    };
    let sentence = sentence(outcome, chosen.as_ref(), exit_code, task, client);
    let seen = chosen.unwrap_or_default();
    Ok(Report {
        version: VERSION,
        command: launch.title.clone(),
        folder: task.folder.clone(),
        debugger: launch.debugger.clone(),
        outcome,
        sentence,
        exit_code,
        exception: seen.exception,
        frames: seen.frames,
        threads: seen.threads,
        output: client.printed.clone(),
    })
}

/// Launches the program, with stops at whatever may be the reason of a failure.
async fn begin(client: &mut Client, launch: &Launch) -> Result<(), String> {
    let introduction = json!({
        "adapterID": "montuno",
        "clientID": "montuno-run",
        "linesStartAt1": true,
        "columnsStartAt1": true,
        "pathFormat": "path",
        "supportsVariableType": true,
        "supportsVariablePaging": true,
    });
    client.ask("initialize", &introduction).await?;
    let launched = client.send("launch", &launch.arguments).await?;
    loop {
        let message = client.next(Some(launched)).await?;
        match message.event_name().as_str() {
            "initialized" => break,
            "terminated" => return Err(why_not_begun(client)),
            "" if !message.succeeded() => return Err(message.reason()),
            _ => {}
        }
    }
    if !launch.functions.is_empty() {
        let breakpoints: Vec<Value> = launch.functions.iter().map(|name| json!({ "name": name })).collect();
        client.ask("setFunctionBreakpoints", &json!({ "breakpoints": breakpoints })).await?;
    }
    client.ask("setExceptionBreakpoints", &json!({ "filters": launch.filters })).await?;
    client.ask("configurationDone", &Value::Null).await?;
    Ok(())
}

/// What the console said last is why a launch came to nothing after it was answered.
fn why_not_begun(client: &Client) -> String {
    let said = client.console.trim();
    if said.is_empty() { "the program did not start".to_owned() } else { said.to_owned() }
}

/// Waits for the next stop or the end.
async fn wait(client: &mut Client, until: Instant, exit_code: &mut Option<i64>) -> Result<Waited, String> {
    loop {
        let Ok(event) = tokio::time::timeout_at(until, client.next(None)).await else { return Ok(Waited::Late) };
        let event = event?;
        match event.event_name().as_str() {
            "stopped" => return Ok(Waited::Stopped(event.value("body"))),
            "exited" => *exit_code = event.value("body")["exitCode"].as_i64(),
            "terminated" => {
                // Some say the exit code after the end.
                let more = tokio::time::timeout(Duration::from_millis(200), client.next(None)).await;
                if let Ok(Ok(more)) = more
                    && more.event_name() == "exited"
                {
                    *exit_code = more.value("body")["exitCode"].as_i64();
                }
                return Ok(Waited::Ended);
            }
            _ => {}
        }
    }
}

/// The exit code with which a Go program ends itself, if that is where it stopped: Delve says none.
async fn exit_of(client: &mut Client, seen: &Seen) -> Option<i64> {
    seen.frames.first().filter(|frame| frame.function == "os.Exit")?;
    let asked = json!({ "expression": "code", "context": "watch", "frameId": seen.top_frame });
    let answer = client.ask("evaluate", &asked).await.ok()?;
    answer["result"].as_str()?.trim().parse().ok()
}

/// Where a program is that hangs.
async fn paused(client: &mut Client, task: &Task) -> Option<Seen> {
    let threads = client.ask("threads", &Value::Null).await.ok()?;
    let thread = threads["threads"][0]["id"].as_i64()?;
    client.ask("pause", &json!({ "threadId": thread })).await.ok()?;
    let mut code = None;
    match wait(client, Instant::now() + PAUSE, &mut code).await.ok()? {
        Waited::Stopped(stop) => Some(look(client, &stop, &task.folder).await),
        Waited::Ended | Waited::Late => None,
    }
}

/// Whether the system stopped the program.
fn is_signal(seen: &Seen) -> bool {
    let said = format!(
        "{} {} {}",
        seen.reason,
        seen.description,
        seen.exception
            .as_ref()
            .map_or_else(String::new, |exception| format!("{} {}", exception.kind, exception.message))
    );
    ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSYS", "EXC_BAD_ACCESS", "EXC_CRASH"]
        .iter()
        .any(|signal| said.contains(signal))
        || seen.reason == "signal"
}

/// Which stop was the reason of a failure.
fn reason_of(stops: Vec<Seen>, printed: &str, launch: &Launch) -> Option<Seen> {
    // Rust's and Go's test tools name what failed, and neither runs user code between the stop and the failure.
    let failed = |seen: &Seen| {
        seen.frames.iter().any(|frame| {
            let name = frame.function.split('(').next().unwrap_or_default();
            let inner = name.split_once("::").map_or(name, |(_, inner)| inner);
            frame.is_user && printed.contains(&format!("{} ... FAILED", inner.trim_end_matches("::{{closure}}")))
        })
    };
    let by_name = stops.iter().position(failed);
    let uncaught = stops.iter().position(|seen| !seen.is_caught && seen.user_frame().is_some());
    let at = match (by_name, uncaught) {
        (Some(at), _) => at,
        // Where every throw is looked at, the last one is what came through.
        _ if launch.looks_at_caught => {
            let is_assertion =
                |seen: &Seen| seen.exception.as_ref().is_some_and(|exception| exception.kind.contains("Assertion"));
            stops.iter().rposition(is_assertion).unwrap_or(stops.len().checked_sub(1)?)
        }
        (None, Some(at)) => at,
        (None, None) => 0,
    };
    stops.into_iter().nth(at)
}

/// Why the program ended, in a sentence.
fn sentence(outcome: Outcome, seen: Option<&Seen>, code: Option<i64>, task: &Task, client: &Client) -> String {
    let place = seen.and_then(|seen| {
        let frame = seen.user_frame().or(seen.frames.first())?;
        Some(format!("in `{}` at {}", frame.function, frame.place(&task.folder)))
    });
    let place = place.unwrap_or_else(|| "at a place that the debugger does not know".to_owned());
    match (outcome, seen) {
        (Outcome::Passed, _) => "It ended with success".to_owned(),
        (Outcome::Exited, _) => match code {
            Some(code) => format!("It ended with exit code {code}, and stopped nowhere before"),
            None => "It ended, and nobody knows how".to_owned(),
        },
        (Outcome::Hung, Some(_)) => format!("It did not end within {} s: it was {place}", task.limit.as_secs()),
        (Outcome::Hung, None) => format!("It did not end within {} s", task.limit.as_secs()),
        (Outcome::Crashed, Some(seen)) => format!("It crashed {place}: {}", first_line(&said(seen))),
        (Outcome::Failed, Some(seen)) => match &seen.exception {
            Some(exception) if exception.kind == "panic" => {
                format!("It panicked {place}: {}", one_line(&exception.message))
            }
            Some(exception) if exception.kind.is_empty() || exception.message.is_empty() => {
                format!("It failed {place}: {}", first_line(&said(seen)))
            }
            Some(exception) if exception.message.starts_with(&exception.kind) => {
                format!("It failed {place}: {}", one_line(&exception.message))
            }
            Some(exception) => format!("It failed {place}: {}: {}", exception.kind, one_line(&exception.message)),
            None => {
                // A test tool's own function: what it logs stands in the output.
                let said = last_log(&client.printed, seen).unwrap_or_else(|| first_line(&said(seen)));
                format!("The test failed {place}: {said}")
            }
        },
        (_, None) => "It failed".to_owned(),
    }
}

/// What a debugger says of a stop.
fn said(seen: &Seen) -> String {
    let exception = seen.exception.as_ref().map(|exception| exception.message.clone());
    let said = exception.filter(|text| !text.is_empty()).unwrap_or_else(|| seen.description.clone());
    if said.is_empty() { seen.reason.clone() } else { said }
}

/// The line that Go's `testing` prints for a failed assertion: `    file_test.go:12: message`.
fn last_log(printed: &str, seen: &Seen) -> Option<String> {
    let frame = seen.user_frame()?;
    let start = format!("{}:{}:", frame.file.as_ref()?.file_name()?, frame.line?);
    let line = printed.lines().rev().find(|line| line.trim_start().starts_with(&start))?;
    Some(line.trim().trim_start_matches(&start).trim().to_owned())
}

fn first_line(text: &str) -> String {
    text.trim().lines().next().unwrap_or_default().trim().to_owned()
}

/// A text of several lines in one, bounded.
fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(6).collect();
    lines.join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::report::{Exception, Frame};
    use super::*;

    fn seen(function: &str, kind: &str, is_caught: bool) -> Seen {
        let frame = Frame { function: function.into(), is_user: true, ..Frame::default() };
        let exception = Some(Exception { kind: kind.into(), message: "m".into() });
        Seen { reason: "exception".into(), exception, is_caught, frames: vec![frame], ..Seen::default() }
    }

    fn launch(looks_at_caught: bool) -> Launch {
        Launch { looks_at_caught, ..Launch::default() }
    }

    #[test]
    fn a_panic_that_a_test_expects_is_not_the_reason() {
        let stops = vec![seen("demo::tests::expects", "panic", false), seen("demo::tests::adds", "panic", false)];
        let printed = "test tests::expects - should panic ... ok\ntest tests::adds ... FAILED\n";
        let reason = reason_of(stops, printed, &launch(false)).unwrap();
        assert_eq!(reason.frames[0].function, "demo::tests::adds");
    }

    #[test]
    fn where_every_throw_is_looked_at_the_last_assertion_is_the_reason() {
        let stops = vec![seen("a", "Error", true), seen("b", "AssertionError", true), seen("c", "Error", true)];
        assert_eq!(reason_of(stops, "", &launch(true)).unwrap().frames[0].function, "b");
        let stops = vec![seen("a", "Error", true), seen("b", "Error", true)];
        assert_eq!(reason_of(stops, "", &launch(true)).unwrap().frames[0].function, "b");
    }

    #[test]
    fn a_signal_is_told_from_an_exception() {
        let mut stop = seen("main", "signal", false);
        assert!(!is_signal(&stop));
        stop.description = "signal SIGSEGV: invalid address".into();
        assert!(is_signal(&stop));
    }
}
