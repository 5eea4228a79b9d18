//! Messages in, messages out.
//!
//! tower-lsp-server ends its loop at the first message that it cannot read. A server must not, so the
//! framing is ours: what is no message gets an error, and the next one is looked for.

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use serde::Deserialize as _;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tower::Service as _;
use tower_lsp_server::jsonrpc::{Error, ErrorCode, Id, Request, Response};

use super::order::Ordered;
use super::session::{self, Sessions};

/// The longest message that is read, in bytes. The largest sources that are analysed fit in it twice,
/// with every character escaped.
const LONGEST_MESSAGE: usize = 256 << 20;

/// The longest header line.
const LONGEST_LINE: u64 = 8 << 10;

/// How a session ended.
pub(crate) struct Ended {
    /// Whether the client said that it would go: `shutdown`, then `exit`.
    pub properly: bool,
}

/// Serves one client until it goes.
pub(crate) async fn serve<I, O>(input: I, output: O, trusted: bool, sessions: Sessions) -> Ended
where
    I: AsyncRead + Unpin + Send + 'static,
    O: AsyncWrite + Unpin + Send + 'static,
{
    let (service, socket, session) = session::start(trusted);
    sessions.add(&session);
    let mut service = Ordered::new(service, session.clone());
    let (mut ours, mut theirs) = socket.split();
    let (send, mut outbox) = tokio::sync::mpsc::channel::<Vec<u8>>(256);

    let writer = tokio::spawn(async move {
        let mut output = output;
        while let Some(body) = outbox.recv().await {
            let header = format!("Content-Length: {}\r\n\r\n", body.len());
            let written = async {
                output.write_all(header.as_bytes()).await?;
                output.write_all(&body).await?;
                // Several small answers in one system call.
                if outbox.is_empty() { output.flush().await } else { Ok(()) }
            };
            if let Err(error) = written.await {
                tracing::info!("the client no longer listens: {error}");
                return;
            }
        }
        let _ = output.flush().await;
    });
    let requests = tokio::spawn({
        let send = send.clone();
        async move {
            while let Some(request) = ours.next().await {
                if send.send(encode(&request)).await.is_err() {
                    return;
                }
            }
        }
    });

    let (arrived, mut inbox) = tokio::sync::mpsc::channel(64);
    let reader = tokio::spawn(async move {
        let mut input = BufReader::with_capacity(64 << 10, input);
        while let Some(message) = read(&mut input).await {
            if arrived.send(message).await.is_err() {
                return;
            }
        }
    });

    let mut answers: FuturesUnordered<BoxFuture<'static, Option<Response>>> = FuturesUnordered::new();
    let mut properly = false;
    loop {
        let message = tokio::select! {
            biased;
            Some(answer) = answers.next() => {
                if let Some(response) = answer && send.send(encode(&response)).await.is_err() {
                    break;
                }
                continue;
            }
            message = inbox.recv() => message,
        };
        match message {
            None => break,
            Some(Incoming::Response(response)) => {
                let _ = theirs.send(response).await;
            }
            Some(Incoming::Bad(error)) => {
                tracing::warn!("a message cannot be read: {}", error.message);
                if send.send(encode(&Response::from_error(Id::Null, error))).await.is_err() {
                    break;
                }
            }
            Some(Incoming::Request(request)) => {
                let is_exit = request.method() == "exit";
                let is_first = request.method() == "initialize";
                properly |= is_exit && session.is_shut_down();
                let answer = service.call(request).map(|answer| answer.unwrap_or_default()).boxed();
                if is_first {
                    // Nothing may be looked at before this is answered.
                    if let Some(response) = answer.await {
                        let _ = send.send(encode(&response)).await;
                    }
                } else {
                    answers.push(answer);
                }
                if is_exit {
                    break;
                }
            }
        }
    }
    session.end();
    reader.abort();
    requests.abort();
    drop(answers);
    drop(send);
    let _ = tokio::time::timeout(std::time::Duration::from_secs(1), writer).await;
    Ended { properly }
}

/// Something that arrived.
enum Incoming {
    Request(Request),
    Response(Response),
    /// Bytes that are no message, with what to answer.
    Bad(Error),
}

/// The next message. `None` once the client has closed its side.
async fn read<I: AsyncBufRead + Unpin>(input: &mut I) -> Option<Incoming> {
    let length = match read_header(input).await? {
        Ok(length) => length,
        Err(error) => return Some(Incoming::Bad(error)),
    };
    let mut body = Vec::with_capacity(length.min(1 << 20));
    let taken = input.take(length as u64).read_to_end(&mut body).await;
    if taken.ok()? < length {
        return None;
    }
    Some(decode(&body))
}

/// The length that a header promises, `None` at the end of the input. Lines before a header that are no
/// header are passed over: this is how the next message is found after a bad one.
async fn read_header<I: AsyncBufRead + Unpin>(input: &mut I) -> Option<Result<usize, Error>> {
    let mut length = None;
    let mut garbage = 0;
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
                Some(length) => return Some(length),
                None => continue,
            }
        }
        // A header may stand behind what is left of a broken message, on the same line.
        let lower = text.to_ascii_lowercase();
        if let Some(at) = lower.find("content-length:") {
            length = Some(promised_length(text[at + "content-length:".len()..].trim()));
            if let Some(Err(error)) = length {
                return Some(Err(error));
            }
        } else if length.is_none() && !lower.starts_with("content-type:") {
            garbage += read;
            if garbage == read {
                return Some(Err(error(ErrorCode::ParseError, "expected the header Content-Length".to_owned())));
            }
        }
    }
}

fn promised_length(value: &str) -> Result<usize, Error> {
    match value.parse::<u64>() {
        Ok(length) if length <= LONGEST_MESSAGE as u64 => Ok(length as usize),
        Ok(length) => Err(error(
            ErrorCode::InvalidRequest,
            format!("a message of {length} bytes is not read, the limit is {LONGEST_MESSAGE}"),
        )),
        Err(_) => Err(error(ErrorCode::ParseError, format!("Content-Length is no number: {value:.40}"))),
    }
}

/// A message from its bytes.
fn decode(body: &[u8]) -> Incoming {
    /// Tells a request from a response without reading it twice in full.
    #[derive(serde::Deserialize)]
    struct Kind {
        method: Option<serde::de::IgnoredAny>,
    }
    let parsed = serde_json::from_slice::<Kind>(body).and_then(|kind| {
        let mut json = serde_json::Deserializer::from_slice(body);
        if kind.method.is_some() {
            Request::deserialize(&mut json).map(Incoming::Request)
        } else {
            Response::deserialize(&mut json).map(Incoming::Response)
        }
    });
    parsed.unwrap_or_else(|reason| {
        let code = if reason.is_data() { ErrorCode::InvalidRequest } else { ErrorCode::ParseError };
        Incoming::Bad(error(code, format!("not a JSON-RPC message: {reason}")))
    })
}

fn encode(message: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(message).expect("messages have string keys only")
}

fn error(code: ErrorCode, message: String) -> Error {
    Error { code, message: message.into(), data: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(input: &[u8]) -> Vec<String> {
        let mut input = BufReader::new(input);
        let mut seen = Vec::new();
        while let Some(message) = read(&mut input).await {
            seen.push(match message {
                Incoming::Request(request) => request.method().to_owned(),
                Incoming::Response(response) => format!("response {}", response.id()),
                Incoming::Bad(error) => format!("bad: {}", error.message),
            });
        }
        seen
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[tokio::test]
    async fn goes_on_after_bad_messages() {
        let good = framed(r#"{"jsonrpc":"2.0","method":"good","id":1}"#);
        for bad in [framed("{\"jsonrpc\":"), framed("[]"), framed("\u{fffd}"), "nonsense\r\n\r\n".to_owned()] {
            let seen = all(format!("{bad}{good}").as_bytes()).await;
            assert!(seen[0].starts_with("bad: "), "{bad}: {seen:?}");
            assert_eq!(seen[1..], ["good"], "{bad}");
        }
    }

    #[tokio::test]
    async fn a_promise_of_four_gigabytes_is_not_believed() {
        let good = framed(r#"{"jsonrpc":"2.0","method":"good"}"#);
        let seen = all(format!("Content-Length: 4294967296\r\n\r\n{good}").as_bytes()).await;
        assert_eq!(seen, ["bad: a message of 4294967296 bytes is not read, the limit is 268435456", "good"]);
    }

    #[tokio::test]
    async fn other_headers_and_cases_are_taken() {
        let body = r#"{"jsonrpc":"2.0","result":null,"id":7}"#;
        let text = format!("content-type: x\r\nCONTENT-LENGTH:{}\r\n\r\n{body}", body.len());
        assert_eq!(all(text.as_bytes()).await, ["response 7"]);
    }

    #[tokio::test]
    async fn a_message_that_is_cut_off_ends_the_input() {
        assert!(all(b"Content-Length: 100\r\n\r\n{").await.is_empty());
    }
}
