//! Documentation strings: read in the styles that people write them in, and shown as Markdown.
//!
//! Three styles are understood, also when they are mixed: Google's (`Args:`), NumPy's (underlined
//! titles) and reStructuredText's fields (`:param x:`). Whatever is none of them stays as it is, with
//! what Markdown would misread escaped.

mod inline;
mod parse;

use std::fmt::Write;

pub(crate) use parse::Docstring;
use parse::{Block, Entry};

impl Docstring {
    /// The documentation in Markdown.
    pub(crate) fn to_markdown(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            if !out.is_empty() {
                out.push_str("\n\n");
            }
            match block {
                Block::Text(lines) => {
                    let lines: Vec<_> = lines.iter().map(|line| inline::to_markdown(line)).collect();
                    out.push_str(&lines.join("\n"));
                }
                Block::Code(language, lines) => {
                    // A fence that the code itself does not hold.
                    let fence = if lines.iter().any(|line| line.contains("```")) { "````" } else { "```" };
                    let _ = write!(out, "{fence}{language}\n{}\n{fence}", lines.join("\n"));
                }
                Block::Section(title, entries) => {
                    let _ = write!(out, "**{title}**");
                    for entry in entries {
                        out.push_str("\n\n");
                        write_entry(&mut out, entry);
                    }
                }
            }
        }
        out
    }

    /// What is said of a parameter, in Markdown.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let bare = |name: &str| name.trim_start_matches('*').to_owned();
        let sections = self.blocks.iter().filter_map(|block| match block {
            Block::Section(title, entries) if parse::is_of_parameters(title) => Some(entries),
            _ => None,
        });
        let mut entries = sections.flatten();
        let wanted = bare(name);
        let entry = entries.find(|entry| entry.name.split(',').any(|name| bare(name.trim()) == wanted))?;
        let lines: Vec<_> = entry.text.iter().map(|line| inline::to_markdown(line)).collect();
        let text = lines.join("\n");
        (!text.trim().is_empty()).then_some(text)
    }
}

fn write_entry(out: &mut String, entry: &Entry) {
    let text: Vec<_> = entry.text.iter().map(|line| inline::to_markdown(line)).collect();
    let text = text.join("\n  ");
    out.push_str("- ");
    if !entry.name.is_empty() {
        let _ = write!(out, "`{}`", entry.name);
    }
    if let Some(ty) = &entry.ty {
        let separator = if entry.name.is_empty() { "" } else { " " };
        let _ = write!(out, "{separator}(`{ty}`)");
    }
    if !text.is_empty() {
        let separator = if entry.name.is_empty() && entry.ty.is_none() { "" } else { ": " };
        out.push_str(separator);
        out.push_str(&text);
    }
}

#[cfg(test)]
mod tests;
