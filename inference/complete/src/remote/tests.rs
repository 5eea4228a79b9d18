//! Servers of the tests' own, on this machine: slow ones, broken ones, and ones that talk nonsense.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use montuno_engine::constraint::Unconstrained;
use montuno_engine::template::ContextFile;

use super::*;
use crate::guide::Guide;
use crate::testing::{Listed, place};

/// What a server does with a connection once it has the request.
type Act = Arc<dyn Fn(&mut TcpStream) + Send + Sync>;

/// A server that answers every request in the same way, and keeps what it was asked.
struct Fake {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    fn start(act: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let (kept, act): (_, Act) = (asked.clone(), Arc::new(act));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, act) = (kept.clone(), act.clone());
                std::thread::spawn(move || {
                    let mut stream = stream;
                    kept.lock().unwrap().push(request(&mut stream));
                    act(&mut stream);
                });
            }
        });
        Self { url, asked }
    }

    /// One that answers with this status and body.
    fn answering(status: &'static str, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::start(move |stream| {
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all((head + &body).as_bytes());
        })
    }

    fn server(&self) -> Server {
        Server {
            url: self.url.clone(),
            speech: Speech::OpenAi,
            model: Some("m".to_owned()),
            template: None,
            key: None,
            timeout: Duration::from_secs(20),
        }
    }

    fn body(&self) -> Value {
        let asked = self.asked.lock().unwrap();
        let (_, body) = asked.last().unwrap().split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }
}

/// A whole request, by its length.
fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return text,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

fn parts() -> WriteRequest {
    let context = vec![ContextFile { path: "b.py".to_owned(), text: "def total(): ...".to_owned() }];
    let parts = FimParts {
        context,
        path: "a.py".to_owned(),
        comment: "#".to_owned(),
        before: "x = ".to_owned(),
        behind: "\ny = 2\n".to_owned(),
        ..FimParts::default()
    };
    WriteRequest { parts, typed: "to".to_owned(), maximum_tokens: 16 }
}

fn write(server: Server) -> Result<Written, String> {
    RemoteWriter::new(server)?.write(&parts(), &mut Unconstrained, &Control::default(), &mut |_| {})
}

fn event(text: &str) -> String {
    format!("data: {}\n\n", json!({ "choices": [{ "text": text }] }))
}

#[test]
fn both_ways_of_answering_are_understood() {
    let whole = json!({ "choices": [{ "text": "tal()", "finish_reason": "length" }] }).to_string();
    let written = write(Fake::answering("200 OK", whole).server()).unwrap();
    assert_eq!((written.text.as_str(), written.end), ("tal()", End::Limit));
    let events = format!(": hello\n\n{}{}data: [DONE]\n\n", event("tal"), event("()"));
    let fake = Fake::answering("200 OK", events);
    let written = write(fake.server()).unwrap();
    assert_eq!((written.text.as_str(), written.end), ("tal()", End::Whole));
    let body = fake.body();
    assert_eq!(body["prompt"], "# b.py\ndef total(): ...\n# a.py\nx = to");
    assert_eq!((&body["suffix"], &body["model"], &body["max_tokens"]), (&json!("\ny = 2\n"), &json!("m"), &json!(16)));
}

#[test]
fn a_template_makes_one_prompt_of_it_and_ends_are_cut() {
    let fake = Fake::answering("200 OK", event("tal()<|endoftext|>and more"));
    let written = write(Server { template: FimTemplate::named("qwen2.5-coder"), ..fake.server() }).unwrap();
    assert_eq!(written.text, "tal()");
    let body = fake.body();
    let prompt = body["prompt"].as_str().unwrap();
    assert!(prompt.ends_with("<|fim_prefix|>x = to<|fim_suffix|>\ny = 2\n<|fim_middle|>"), "{prompt}");
    assert_eq!(body.get("suffix"), None);
}

#[test]
fn the_server_of_llama_cpp_is_asked_in_its_way() {
    let last = json!({ "content": "()", "stop": true, "stop_type": "eos" });
    let fake = Fake::answering("200 OK", format!("data: {}\n\ndata: {last}\n\n", json!({ "content": "tal" })));
    let written = write(Server { speech: Speech::Infill, key: Some("k".to_owned()), ..fake.server() }).unwrap();
    assert_eq!(written.text, "tal()");
    let body = fake.body();
    assert_eq!((&body["input_prefix"], &body["n_predict"]), (&json!("x = to"), &json!(16)));
    assert_eq!(body["input_extra"][0]["filename"], "b.py");
    let asked = fake.asked.lock().unwrap();
    assert!(asked[0].starts_with("POST /infill ") && asked[0].to_lowercase().contains("authorization: bearer k"));
}

#[test]
fn nonsense_is_an_error_that_says_so() {
    for (status, body, said) in [
        ("200 OK", "<html><body>Welcome</body></html>", "no completion: <html>"),
        ("200 OK", "{\"choices\":[{\"text\":7}]}", "no completion"),
        ("200 OK", "{\"choices\":{}}", "no completion"),
        ("200 OK", "", "no completion: nothing"),
        ("200 OK", "{\"error\":{\"message\":\"overloaded\"}}", "it says: overloaded"),
        ("200 OK", "data: {\"error\":\"broken\"}\n\n", "it says: broken"),
        ("500 Internal Server Error", "oops", "it answered 500 oops"),
        ("401 Unauthorized", "", "key-variable"),
        ("404 Not Found", "no such model", "does it know the model"),
        ("302 Found", "", "not followed"),
    ] {
        let error = write(Fake::answering(status, body).server()).unwrap_err();
        assert!(error.contains(said), "{status} {body}: {error}");
    }
}

#[test]
fn one_that_is_down_slow_or_breaks_off_is_an_error() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let fake = Fake::answering("200 OK", "");
    assert!(write(Server { url, ..fake.server() }).unwrap_err().contains("cannot be asked"));
    let slow = Fake::start(|_| std::thread::sleep(Duration::from_secs(30)));
    let error = write(Server { timeout: Duration::from_millis(80), ..slow.server() }).unwrap_err();
    assert!(error.contains("too long"), "{error}");
    let cut = Fake::start(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"choices\":");
    });
    let error = write(cut.server()).unwrap_err();
    assert!(error.contains("broke off"), "{error}");
}

#[test]
fn one_that_never_ends_is_read_to_a_limit_and_one_who_gives_up_waits_no_longer() {
    let endless = Fake::start(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while stream.write_all(event("abcdefgh").as_bytes()).is_ok() {}
    });
    let written = write(endless.server()).unwrap();
    assert_eq!((written.text.len(), written.end), (16 * BYTES_OF_TOKEN, End::Limit));
    let slow = Fake::start(|_| std::thread::sleep(Duration::from_secs(30)));
    let control = Control::default();
    control.cancel.cancel();
    let mut writer = RemoteWriter::new(slow.server()).unwrap();
    let written = writer.write(&parts(), &mut Unconstrained, &control, &mut |_| {}).unwrap();
    assert_eq!(written.end, End::Cancelled);
}

#[test]
fn what_it_writes_is_held_to_the_names_that_there_are() {
    let fake = Fake::answering("200 OK", format!("{}{}", event("append(item.no"), event("where(1))")));
    let oracle = Arc::new(Listed {
        members: vec!["append", "extend"],
        language: "python",
        line: "items.".to_owned(),
        ..Listed::default()
    });
    let place = place("python", "items.|\n");
    let facts = crate::language::facts("python");
    let mut guide = Guide::new(&place, oracle, facts, crate::extent::Extent::Line, true);
    let request = WriteRequest { typed: String::new(), ..parts() };
    let mut writer = RemoteWriter::new(fake.server()).unwrap();
    let written = writer.write(&request, &mut guide, &Control::default(), &mut |_| {}).unwrap();
    assert_eq!(written.text, "append(item.", "`nowhere` is no member");
}

#[test]
fn addresses_are_looked_at_before_anything_is_sent() {
    let fake = Fake::answering("200 OK", "");
    let server = |url: &str, key: Option<&str>| {
        Server { url: url.to_owned(), key: key.map(str::to_owned), ..fake.server() }.check()
    };
    for good in ["http://127.0.0.1:8012", "http://localhost/v1", "https://example.org"] {
        assert_eq!(server(good, Some("k")), Ok(()), "{good}");
    }
    for (bad, said) in [("example.org", "no address"), ("http://", "no address"), ("ftp://x", "no address")] {
        assert!(server(bad, None).unwrap_err().contains(said), "{bad}");
    }
    assert!(server("https://me:secret@example.org", None).unwrap_err().contains("password"));
    assert!(server("http://example.org", Some("k")).unwrap_err().contains("without encryption"));
    assert_eq!(server("http://example.org", None), Ok(()));
    for (url, path) in
        [("http://h/v1", "/v1/completions"), ("http://h/v1/completions/", "/v1/completions"), ("http://h", "/infill")]
    {
        let server = Server { url: url.to_owned(), ..fake.server() };
        assert_eq!(server.endpoint(path), format!("http://h{path}"), "{url}");
    }
}
