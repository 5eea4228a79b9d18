//! Messages in a stream of bytes: a header that says how long the body is, an empty line, the body.
//!
//! A stream is not given up at the first thing in it that is no message: what a program prints in between, a
//! header without a length, a body that is no JSON. What is wrong is said, and the next message looked for.

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::message::Message;

/// The longest message that is read, in bytes. A debugger that is asked for a whole memory needs its
/// space; four gigabytes nobody meant.
const LONGEST_MESSAGE: u64 = 256 << 20;

/// The longest header line, in bytes.
const LONGEST_LINE: u64 = 8 << 10;

/// What came.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// Something that is none, and why.
    Bad(String),
}

/// The next that comes. `None` at the end of the stream, also in the middle of a message.
pub async fn read<I: AsyncBufRead + Unpin>(input: &mut I) -> Option<Incoming> {
    let length = match read_header(input).await? {
        Ok(length) => length,
        Err(reason) => return Some(Incoming::Bad(reason)),
    };
    // What is promised is not believed before it comes.
    let mut body = Vec::with_capacity(length.min(64 << 10) as usize);
    let taken = input.take(length).read_to_end(&mut body).await.ok()?;
    if (taken as u64) < length {
        return None;
    }
    Some(match Message::parse(&body) {
        Ok(message) => Incoming::Message(message),
        Err(reason) => Incoming::Bad(reason.to_string()),
    })
}

/// Writes a message. The stream is not flushed.
///
/// # Errors
/// If nobody reads the stream any more.
pub async fn write<O: AsyncWrite + Unpin>(output: &mut O, message: &Message) -> std::io::Result<()> {
    let body = message.to_bytes();
    output.write_all(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes()).await?;
    output.write_all(&body).await
}

/// The length that the next header promises.
async fn read_header<I: AsyncBufRead + Unpin>(input: &mut I) -> Option<Result<u64, String>> {
    const NAME: &str = "content-length:";
    let mut length = None;
    let mut complained = false;
    loop {
        let mut line = Vec::new();
        let read = (&mut *input).take(LONGEST_LINE).read_until(b'\n', &mut line).await.ok()?;
        if read == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if text.is_empty() {
            match length {
                Some(length) => return Some(Ok(length)),
                None => continue,
            }
        }
        // A header may stand behind what somebody printed, on the same line.
        if let Some(at) = text.to_ascii_lowercase().find(NAME) {
            let promised = text.get(at + NAME.len()..).unwrap_or_default().trim();
            match promised.parse::<u64>() {
                Ok(promised) if promised <= LONGEST_MESSAGE => length = Some(promised),
                Ok(promised) => {
                    let limit = LONGEST_MESSAGE;
                    return Some(Err(format!("a message of {promised} bytes is not read, the limit is {limit}")));
                }
                Err(_) => return Some(Err(format!("Content-Length is no number: {promised:.40}"))),
            }
        } else if length.is_none() && !text.contains(':') && !complained {
            complained = true;
            tracing::debug!("passed over what is no header: {text:.200}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(mut input: &[u8]) -> Vec<String> {
        let mut seen = Vec::new();
        while let Some(incoming) = read(&mut input).await {
            seen.push(match incoming {
                Incoming::Message(message) => message.event_name(),
                Incoming::Bad(reason) => reason,
            });
        }
        seen
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    const GOOD: &str = r#"{"seq":1,"type":"event","event":"good"}"#;

    #[tokio::test]
    async fn goes_on_after_what_is_no_message() {
        for bad in [framed("{"), framed("[]"), framed("\u{fffd}"), "Content-Length: many\r\n\r\n".to_owned()] {
            let seen = all(format!("{bad}{}", framed(GOOD)).as_bytes()).await;
            assert_eq!((seen.len(), seen[1].as_str()), (2, "good"), "{bad}: {seen:?}");
        }
    }

    #[tokio::test]
    async fn passes_over_what_a_program_prints() {
        let text = format!("warning: no symbols\n{}more{}", framed(GOOD), framed(GOOD));
        assert_eq!(all(text.as_bytes()).await, ["good", "good"]);
    }

    #[tokio::test]
    async fn does_not_believe_in_four_gigabytes() {
        let seen = all(format!("Content-Length: 4294967296\r\n\r\n{}", framed(GOOD)).as_bytes()).await;
        assert_eq!(seen, ["a message of 4294967296 bytes is not read, the limit is 268435456", "good"]);
    }

    #[tokio::test]
    async fn takes_other_headers_and_cases() {
        let text = format!("content-type: x\r\nCONTENT-LENGTH:{}\r\n\r\n{GOOD}", GOOD.len());
        assert_eq!(all(text.as_bytes()).await, ["good"]);
    }

    #[tokio::test]
    async fn a_message_that_is_cut_off_is_the_end() {
        assert!(all(b"Content-Length: 100\r\n\r\n{").await.is_empty());
        assert!(all(b"Content-Length: 100\r\n").await.is_empty());
    }
}
