//! SARIF 2.1.0, as OASIS defines it and code hosts take it.
//!
//! What a code host needs to follow a finding from one commit to the next is its fingerprint: of the
//! rule, the file, and the text of the line without its white space, so that it survives moved and
//! re-indented lines. Findings that would share one are counted.

use std::collections::BTreeMap;

use montuno_semantic::Severity;
use serde_json::{Value, json};

use crate::rules;
use crate::run::{Finding, Outcome, Place};

/// The outcome as SARIF.
pub fn sarif(outcome: &Outcome, version: &str) -> String {
    let mut used: Vec<&str> = outcome.findings.iter().map(|finding| finding.rule.as_str()).collect();
    used.sort_unstable();
    used.dedup();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let results: Vec<Value> = outcome.findings.iter().map(|finding| result(finding, &used, &mut seen)).collect();
    let notifications: Vec<Value> = outcome.faults.iter().map(notification).collect();
    let document = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "montuno",
                "semanticVersion": version,
                "rules": used.iter().map(|name| rule(name)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "ROOT": { "description": { "text": "The root of the workspace." } } },
            "invocations": [{
                "executionSuccessful": outcome.faults.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&document).expect("it has string keys only");
    text.push('\n');
    text
}

fn rule(name: &str) -> Value {
    match rules::find(name) {
        Some(rule) => json!({
            "id": name,
            "shortDescription": { "text": rule.summary() },
            "help": { "text": rule.page, "markdown": rule.page },
        }),
        None => match rules::address(name) {
            Some(address) => json!({ "id": name, "helpUri": address }),
            None => json!({ "id": name }),
        },
    }
}

fn result(finding: &Finding, used: &[&str], seen: &mut BTreeMap<String, usize>) -> Value {
    let condensed: String = finding.source.split_whitespace().collect();
    let base = montuno_base::cache::key(&[&finding.rule, &finding.place.file, &condensed]);
    let turn = seen.entry(base.clone()).and_modify(|turn| *turn += 1).or_insert(1);
    let mut message = finding.message.clone();
    for note in &finding.notes {
        message.push('\n');
        message.push_str(note);
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": used.binary_search(&finding.rule.as_str()).expect("it is of the rules that are used"),
        "level": level(finding.severity),
        "message": { "text": message },
        "locations": [{ "physicalLocation": location(&finding.place) }],
        "partialFingerprints": { "montuno/v1": format!("{base}:{turn}") },
    });
    if !finding.related.is_empty() {
        let related = finding.related.iter().enumerate().map(|(index, related)| {
            json!({
                "id": index,
                "message": { "text": related.message },
                "physicalLocation": location(&related.place),
            })
        });
        result["relatedLocations"] = related.collect();
    }
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

fn location(place: &Place) -> Value {
    json!({
        "artifactLocation": artifact(&place.file),
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        },
    })
}

/// A file: relative to the root of the workspace, or absolute if it is outside.
fn artifact(path: &str) -> Value {
    let encoded = encode(path);
    if path.starts_with('/') {
        json!({ "uri": format!("file://{encoded}") })
    } else if path.as_bytes().get(1) == Some(&b':') {
        json!({ "uri": format!("file:///{encoded}") })
    } else {
        json!({ "uri": encoded, "uriBaseId": "ROOT" })
    }
}

fn encode(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn notification((file, reason): &(String, String)) -> Value {
    json!({
        "level": "error",
        "message": { "text": format!("not checked, the engine broke: {reason}") },
        "locations": [{ "physicalLocation": { "artifactLocation": artifact(file) } }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(line: u32, source: &str) -> Finding {
        Finding {
            place: Place { file: "a b.py".to_owned(), line, column: 1, end_line: line, end_column: 2 },
            severity: Severity::Error,
            rule: "unresolved-name".to_owned(),
            message: "m".to_owned(),
            notes: Vec::new(),
            related: Vec::new(),
            unnecessary: false,
            source: source.to_owned(),
        }
    }

    fn fingerprints(findings: &[Finding]) -> Vec<String> {
        let outcome = Outcome { findings: findings.to_vec(), ..Outcome::default() };
        let document: Value = serde_json::from_str(&sarif(&outcome, "1.0.0")).unwrap();
        let results = document["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().map(|result| result["partialFingerprints"]["montuno/v1"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn fingerprints_survive_moved_and_indented_lines() {
        let before = fingerprints(&[finding(3, "x = y"), finding(9, "x = y"), finding(10, "z")]);
        let after = fingerprints(&[finding(13, "    x = y"), finding(19, "x  =  y"), finding(20, "z")]);
        assert_eq!(before, after);
        assert_ne!(before[0], before[1]);
    }

    #[test]
    fn paths_are_uris() {
        assert_eq!(artifact("a b.py")["uri"], "a%20b.py");
        assert_eq!(artifact("/x/é.py")["uri"], "file:///x/%C3%A9.py");
        assert!(artifact("/x")["uriBaseId"].is_null());
    }
}
