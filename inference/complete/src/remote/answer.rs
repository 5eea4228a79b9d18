//! What a server answers: pieces of text, as events or as one document.

use std::io::BufRead;

use serde_json::Value;

/// A piece of an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Text.
    Text(String),
    /// The end, by the model.
    End,
    /// The end, for want of room.
    Limit,
}

/// The longest answer that is read, in bytes.
const LONGEST: u64 = 4 << 20;

/// Reads an answer, and gives each piece of it to `take` until that says no. Ends with [`Piece::End`] or
/// [`Piece::Limit`].
///
/// # Errors
/// What is wrong with it, for people.
pub(super) fn read(input: impl std::io::Read, take: &mut dyn FnMut(Piece) -> bool) -> Result<(), String> {
    let mut input = std::io::BufReader::new(input.take(LONGEST));
    let mut has_events = false;
    let mut document = String::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input.read_until(b'\n', &mut line).map_err(|error| format!("its answer broke off: {error}"))?;
        if read == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if let Some(data) = text.strip_prefix("data:") {
            has_events = true;
            let data = data.trim();
            if data == "[DONE]" {
                take(Piece::End);
                return Ok(());
            }
            for piece in pieces(data)? {
                let is_last = !matches!(piece, Piece::Text(_));
                if !take(piece) || is_last {
                    return Ok(());
                }
            }
        } else if !has_events {
            let is_field = ["event:", "id:", "retry:", ":"].iter().any(|name| text.starts_with(name));
            if !is_field {
                document.push_str(text);
                document.push('\n');
            }
        }
    }
    if has_events {
        // A stream that ends without saying so has ended all the same.
        take(Piece::End);
        return Ok(());
    }
    for piece in pieces(&document)? {
        let is_last = !matches!(piece, Piece::Text(_));
        if !take(piece) || is_last {
            return Ok(());
        }
    }
    take(Piece::End);
    Ok(())
}

/// The pieces in a document or an event: OpenAI's completions and chats, llama.cpp's infills.
fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let nonsense = || format!("it answered something that is no completion: {}", beginning(text));
    let value: Value = serde_json::from_str(text).map_err(|_| nonsense())?;
    if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
        let message = error["message"].as_str().or(error.as_str()).map_or_else(|| error.to_string(), str::to_owned);
        return Err(format!("it says: {}", beginning(&message)));
    }
    let mut found = Vec::new();
    if let Some(content) = value.get("content") {
        found.push(Piece::Text(content.as_str().ok_or_else(nonsense)?.to_owned()));
        if value["stop"] == true {
            let is_limit = value["stopped_limit"] == true || value["stop_type"] == "limit";
            found.push(if is_limit { Piece::Limit } else { Piece::End });
        }
        return Ok(found);
    }
    let choices = value["choices"].as_array().ok_or_else(nonsense)?;
    // An event may hold the figures alone.
    let Some(choice) = choices.first() else { return Ok(found) };
    let content = [&choice["text"], &choice["delta"]["content"], &choice["message"]["content"]];
    match content.into_iter().find(|content| !content.is_null()) {
        Some(content) => found.push(Piece::Text(content.as_str().ok_or_else(nonsense)?.to_owned())),
        None if choice.get("delta").is_some() || choice.get("finish_reason").is_some() => {}
        None => return Err(nonsense()),
    }
    match choice["finish_reason"].as_str() {
        Some("length") => found.push(Piece::Limit),
        Some(_) => found.push(Piece::End),
        None => {}
    }
    Ok(found)
}

/// The beginning of a text, on one line.
pub(super) fn beginning(text: &str) -> String {
    let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = flat.chars().take(160).collect();
    if short.len() < flat.len() {
        short.push('…');
    }
    if short.is_empty() { "nothing".to_owned() } else { short }
}
