//! What happens in the background, as the client shows it.

use montuno_base::Language;
use montuno_ide::Event;
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::mpsc::UnboundedReceiver;
use tower_lsp_server::gen_lsp_types as lsp;

use super::session::SharedSession;

/// Follows a host's events until the session ends, and shows them. `complaints` are shown first.
pub(crate) fn follow(session: SharedSession, mut events: UnboundedReceiver<Event>, complaints: Vec<String>) {
    let session = std::sync::Arc::downgrade(&session);
    tokio::spawn(async move {
        let mut begun: FxHashMap<Language, lsp::ProgressToken> = FxHashMap::default();
        let mut told: FxHashSet<String> = FxHashSet::default();
        let mut complaints = complaints;
        while let Some(event) = events.recv().await {
            let Some(session) = session.upgrade() else { return };
            for complaint in complaints.drain(..) {
                session.client.show_message(lsp::MessageType::Warning, complaint).await;
            }
            match event {
                Event::Loading(language, what, done) if session.facts().shows_progress => {
                    let percentage = done.map(|done| (done.clamp(0.0, 1.0) * 100.0) as u32);
                    if let Some(token) = begun.get(&language) {
                        let report = lsp::WorkDoneProgressReport { message: Some(what), percentage, cancellable: None };
                        send(&session, token.clone(), "report", &report).await;
                    } else {
                        let token = lsp::ProgressToken::String(format!("montuno/{}", language.id()));
                        if session.client.create_work_done_progress(token.clone()).await.is_ok() {
                            let begin = lsp::WorkDoneProgressBegin {
                                title: format!("Montuno: {}", language.name()),
                                message: Some(what),
                                percentage,
                                cancellable: Some(false),
                            };
                            send(&session, token.clone(), "begin", &begin).await;
                            begun.insert(language, token);
                        }
                    }
                }
                Event::Loading(..) => {}
                Event::Loaded(language) => {
                    if let Some(token) = begun.remove(&language) {
                        send(&session, token, "end", &lsp::WorkDoneProgressEnd { message: None }).await;
                    }
                    session.diagnostics().schedule_all();
                    if session.facts().refreshes_tokens {
                        // What was coloured by the syntax tree has better colours now.
                        let _ = session.client.semantic_tokens_refresh().await;
                    }
                }
                Event::Problem(problem) => {
                    if told.insert(problem.id) {
                        let kind = if problem.is_serious { lsp::MessageType::Warning } else { lsp::MessageType::Info };
                        session.client.show_message(kind, problem.message).await;
                    }
                }
                Event::Fault(language, reason) => {
                    let message = format!(
                        "The {} engine broke at one question and was restarted; nothing is lost. Please report this: {reason}",
                        language.name()
                    );
                    session.client.log_message(lsp::MessageType::Error, message).await;
                }
            }
        }
    });
}

/// Sends one `$/progress`; `kind` is what tells the three forms of it apart.
async fn send(session: &SharedSession, token: lsp::ProgressToken, kind: &str, value: &impl serde::Serialize) {
    let Ok(mut value) = serde_json::to_value(value) else { return };
    value["kind"] = kind.into();
    session.client.send_notification::<lsp::ProgressNotification>(lsp::ProgressParams { token, value }).await;
}
