//! Starting a debugger, and talking to it over its pipes or over TCP.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use camino::Utf8PathBuf;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, BufReader};
use tokio::net::TcpStream;
use tokio::process::Child;
use tokio::sync::mpsc;

use super::Backend;
use super::discovery::Found;
use super::process::{Mark, kill};

/// How long a debugger may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);

/// How many lines of what a debugger complains about are kept.
const KEPT_LINES: usize = 30;

/// The longest line of it, in bytes.
const LONGEST_LINE: u64 = 16 << 10;

/// What reads messages.
pub type Reader = Box<dyn AsyncRead + Send + Unpin>;

/// What writes messages.
pub type Writer = Box<dyn AsyncWrite + Send + Unpin>;

/// The last lines that a debugger wrote beside the protocol.
#[derive(Clone, Debug, Default)]
pub struct Complaints(Arc<std::sync::Mutex<VecDeque<String>>>);

impl Complaints {
    fn add(&self, line: String) {
        let mut lines = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if lines.len() == KEPT_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// The lines, the oldest first.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).iter().cloned().collect()
    }
}

/// A debugger that can be talked to.
pub struct Connection {
    /// Its messages.
    pub reader: Reader,
    /// Where messages to it go.
    pub writer: Writer,
    /// Its process, if it was started here.
    pub child: Option<Child>,
    /// Its port, if it is a server that takes more than one session.
    pub port: Option<u16>,
    /// What it says beside the protocol.
    pub complaints: Complaints,
    /// What the program prints over the debugger's own output, where that is not the protocol's.
    pub printed: Option<mpsc::Receiver<(&'static str, String)>>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Connection").field("port", &self.port).finish_non_exhaustive()
    }
}

impl Connection {
    /// A connection over streams that are there already.
    pub fn over(reader: Reader, writer: Writer) -> Self {
        Self { reader, writer, child: None, port: None, complaints: Complaints::default(), printed: None }
    }
}

/// Starts a debugger in a folder.
///
/// # Errors
/// A sentence that says which program, what happened, and what it wrote last.
pub async fn start(found: &Found, folder: Option<&Utf8PathBuf>, mark: &Mark) -> Result<Connection, String> {
    let program = match found.backend {
        Backend::Delve => found.program.clone().with("--listen=127.0.0.1:0"),
        // Port 0: it takes a free one and says which.
        Backend::JsDebug => found.program.clone().with("0").with("127.0.0.1"),
        _ => found.program.clone(),
    };
    let mut child = program.spawn(folder.map(Utf8PathBuf::as_path), Some(mark))?;
    let complaints = Complaints::default();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), stdout, stderr) else {
        return Err(format!("{} has no pipes", program.path));
    };
    if matches!(found.backend, Backend::Delve | Backend::JsDebug) {
        let (send, printed) = mpsc::channel(32);
        let mut stdout = BufReader::new(stdout);
        let mut stderr = BufReader::new(stderr);
        let listening = tokio::time::timeout(PATIENCE, port_of(&mut stdout)).await;
        let Ok(Some(port)) = listening else {
            if let Some(process) = child.id() {
                kill(process);
            }
            let mut text = Vec::new();
            let mut rest = (&mut stderr).take(LONGEST_LINE);
            let _ = tokio::time::timeout(Duration::from_millis(500), rest.read_to_end(&mut text)).await;
            let text = String::from_utf8_lossy(&text);
            let said = text.trim();
            let said = if said.is_empty() { "it said nothing".to_owned() } else { format!("it said: {said}") };
            return Err(format!("{} ({}) does not listen; {said}", found.backend, program.path));
        };
        let is_program = found.backend == Backend::Delve;
        tokio::spawn(lines("stdout", stdout, complaints.clone(), is_program.then(|| send.clone())));
        tokio::spawn(lines("stderr", stderr, complaints.clone(), is_program.then_some(send)));
        let stream = connect("127.0.0.1", port).await?;
        let (reader, writer) = stream.into_split();
        // Nobody writes to it, and a closed input would be read as the end by some.
        std::mem::forget(stdin);
        return Ok(Connection {
            reader: Box::new(reader),
            writer: Box::new(writer),
            child: Some(child),
            port: (found.backend == Backend::JsDebug).then_some(port),
            complaints,
            printed: is_program.then_some(printed),
        });
    }
    tokio::spawn(lines("stderr", BufReader::new(stderr), complaints.clone(), None));
    Ok(Connection {
        reader: Box::new(stdout),
        writer: Box::new(stdin),
        child: Some(child),
        port: None,
        complaints,
        printed: None,
    })
}

/// Talks to a debugger that listens already.
///
/// # Errors
/// A sentence that says where nobody listens.
pub async fn connect(host: &str, port: u16) -> Result<TcpStream, String> {
    let attempt = async {
        loop {
            match TcpStream::connect((host, port)).await {
                Ok(stream) => return Ok(stream),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(error) => return Err(error),
            }
        }
    };
    let patience = Duration::from_secs(5);
    match tokio::time::timeout(patience, attempt).await {
        Ok(Ok(stream)) => {
            let _ = stream.set_nodelay(true);
            Ok(stream)
        }
        Ok(Err(error)) => Err(format!("no debugger can be reached at {host} port {port}: {error}")),
        Err(_) => Err(format!("no debugger listens at {host} port {port}: is it started, and is the port right?")),
    }
}

/// The port that a server says it listens on.
async fn port_of<R: AsyncRead + Unpin>(output: &mut BufReader<R>) -> Option<u16> {
    loop {
        let mut line = Vec::new();
        if (&mut *output).take(LONGEST_LINE).read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&line);
        if text.contains("listening at")
            && let Some(port) = text.trim().rsplit(':').next().and_then(|port| port.parse().ok())
        {
            return Some(port);
        }
    }
}

/// Reads lines until the end, keeps the last ones, and gives them on if somebody wants them.
async fn lines<R: AsyncRead + Unpin>(
    category: &'static str,
    mut input: BufReader<R>,
    complaints: Complaints,
    send: Option<mpsc::Sender<(&'static str, String)>>,
) {
    loop {
        let mut line = Vec::new();
        match (&mut input).take(LONGEST_LINE).read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&line).into_owned();
        complaints.add(text.trim_end().to_owned());
        if let Some(send) = &send {
            let _ = send.send((category, text)).await;
        }
    }
}
