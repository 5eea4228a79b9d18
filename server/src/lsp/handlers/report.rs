//! What the server says of itself, for people: what `montuno/health` has in lines.

use std::fmt::Write as _;

use montuno_protocol::status::{Health, Warning};

/// The lines of a report. No text of a document is in it, so that it can be given to others.
pub(super) fn of(health: &Health) -> String {
    let mut said = String::new();
    let _ = writeln!(said, "montuno {} on {} {}", health.version, std::env::consts::OS, std::env::consts::ARCH);
    let _ = writeln!(said, "status      {}", health.status.summary);
    for root in &health.roots {
        let _ = writeln!(said, "workspace   {root}");
    }
    if let Some(memory) = health.status.memory {
        let _ = writeln!(said, "memory      {} MB", memory / 1_000_000);
    }
    if let Some(model) = &health.status.model {
        let by: Vec<_> = [&model.engine, &model.provider].into_iter().flatten().map(String::as_str).collect();
        let name = if model.name.is_empty() { "none was asked yet" } else { &model.name };
        let _ = writeln!(said, "model       {name} ({:?}) {}", model.state, by.join(", "));
    }
    warnings(&mut said, &health.status.warnings);
    for engine in &health.engines {
        let _ = writeln!(said, "\n{}", engine.name);
        for (label, value) in &engine.facts {
            let _ = writeln!(said, "  {label:<18} {value}");
        }
        warnings(&mut said, &engine.warnings);
    }
    let _ = writeln!(said, "\nsettings that are not the default");
    for setting in health.settings.iter().filter(|setting| setting.origin != "default") {
        let _ = writeln!(said, "  {} = {} ({})", setting.name, setting.value, setting.origin);
    }
    said.trim_end().to_owned()
}

fn warnings(said: &mut String, warnings: &[Warning]) {
    for warning in warnings {
        let _ = writeln!(said, "  {} {}", if warning.serious { "!" } else { "-" }, warning.message);
    }
}
