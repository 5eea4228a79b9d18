//! Completion over HTTP: requests as llama.vim and Zed send them, bad ones of every kind, and a server in place of a model.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use montuno_tests::binary;
use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::fixture::{Folder, cursors};
use montuno_tests::http::{Answer, request};
use serde_json::{Value, json};

const TOKEN: &str = "0123456789abcdef0123";

/// A language server that answers over HTTP as well.
struct Server {
    client: Client,
    port: u16,
    said: String,
}

impl Server {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        Self::with_token(folder, arguments, Some(TOKEN))
    }

    fn with_token(folder: &Folder, arguments: &[&str], token: Option<&str>) -> Self {
        let mut command = binary::command(&folder.root(), folder.home());
        command.args(["lsp", "--http", "0"]).args(arguments).env("HOME", folder.home());
        if let Some(token) = token {
            command.env("MONTUNO_HTTP_TOKEN", token);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut output = BufReader::new(process.stderr.take().unwrap());
        let mut said = String::new();
        output.read_line(&mut said).unwrap();
        // Whatever else it says must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        let address = said.split("http://127.0.0.1:").nth(1).unwrap_or_else(|| panic!("no address: {said}"));
        let port = address.split(',').next().unwrap().parse().unwrap();
        Self { client: Client::of(process), port, said }
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        let token = format!("Bearer {TOKEN}");
        let headers = [("Content-Type", "application/json"), ("Authorization", token.as_str())];
        request(self.port, "POST", path, &headers, &body.to_string())
    }
}

fn folder(words: &[&str]) -> Folder {
    let folder = Folder::new(&[]);
    if !words.is_empty() {
        folder.model_saying("parrot", words);
    }
    folder
}

/// What llama.vim sends for a cursor, with its own settings.
fn llama_vim(text: &str, offset: usize) -> Value {
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
    json!({
        "input_prefix": &text[..start],
        "input_suffix": format!("{}\n{}\n", &text[offset..end], text[end..].trim_start_matches('\n').trim_end_matches('\n')),
        "input_extra": [{ "text": "def helper(): ...\n", "time": [1, 2], "filename": "helper.py" }],
        "prompt": &text[start..offset],
        "n_predict": 128,
        "n_indent": 4,
        "top_k": 40,
        "top_p": 0.99,
        "stream": false,
        "samplers": ["top_k", "top_p", "infill"],
        "cache_prompt": true,
        "t_max_prompt_ms": 500,
        "t_max_predict_ms": 1000,
        "response_fields": [
            "content", "timings/prompt_n", "timings/prompt_ms", "timings/prompt_per_token_ms", "timings/prompt_per_second",
            "timings/predicted_n", "timings/predicted_ms", "timings/predicted_per_token_ms",
            "timings/predicted_per_second", "truncated", "tokens_cached",
        ],
    })
}

/// What Zed sends for a cursor, with an OpenAI-compatible server and Qwen's format.
fn zed(before: &str, behind: &str) -> Value {
    json!({
        "model": "qwen2.5-coder",
        "prompt": format!("<|fim_prefix|>{before}<|fim_suffix|>{behind}<|fim_middle|>"),
        "max_tokens": 64,
        "stop": ["<|endoftext|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"],
    })
}

#[test]
fn llama_vim_is_answered() {
    let folder = folder(&["total", "(", "2", ")"]);
    let server = Server::start(&folder, &[]);
    let (text, marks) = cursors("def f(basket):\n    return basket.<|>\n\nprint(f(1))\n");
    let answer = server.post("/infill", &llama_vim(&text, marks[0]));
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = answer.json();
    assert_eq!(body["content"], "total(2)");
    for field in ["timings/prompt_n", "timings/prompt_ms", "timings/predicted_n", "timings/predicted_per_second"] {
        assert!(body[field].is_number(), "{field}: {body}");
    }
    assert_eq!((&body["truncated"], body.get("model")), (&json!(false), None), "only what was asked for");
    // What it sends so that the server can read ahead.
    let ahead = json!({ "input_prefix": "", "input_suffix": "", "input_extra": [], "prompt": "", "n_predict": 0,
        "samplers": [], "cache_prompt": true, "t_max_prompt_ms": 1, "t_max_predict_ms": 1, "response_fields": [""] });
    assert_eq!(server.post("/infill", &ahead).status, 200);
    // On an empty line it sends no prompt, and expects the line with its indentation.
    let (text, marks) = cursors("def f(basket):\n<|>\n\nprint(1)\n");
    assert_eq!(server.post("/infill", &llama_vim(&text, marks[0])).json()["content"], "total(2)");
}

#[test]
fn zed_is_answered() {
    let folder = folder(&["total", "(", "2", ")"]);
    let server = Server::start(&folder, &[]);
    let answer = server.post("/v1/completions", &zed("const price = basket.", "\nconsole.log(price);\n"));
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = answer.json();
    assert_eq!(
        (&body["choices"][0]["text"], &body["choices"][0]["finish_reason"]),
        (&json!("total(2)"), &json!("stop"))
    );
    assert!(body["id"].is_string() && body["created"].is_u64() && body["object"] == "text_completion", "{body}");
    let usage = &body["usage"];
    let count = |name: &str| usage[name].as_u64().unwrap();
    assert_eq!(count("total_tokens"), count("prompt_tokens") + count("completion_tokens"), "{usage}");
    // As other clients ask: with a suffix, as a stream, with a stop.
    let plain = json!({ "prompt": "const price = basket.", "suffix": "\n", "stream": true, "stop": "(" });
    let answer = server.post("/v1/completions", &plain);
    assert!(answer.head.contains("text/event-stream"), "{answer:?}");
    let first =
        answer.body.lines().find_map(|line| line.strip_prefix("data: {")).map(|line| format!("{{{line}")).unwrap();
    let first: Value = serde_json::from_str(&first).unwrap();
    assert_eq!(first["choices"][0]["text"], "total");
    assert!(answer.body.contains("data: [DONE]"), "{answer:?}");
    let token = format!("Bearer {TOKEN}");
    let models = request(server.port, "GET", "/v1/models", &[("Authorization", &token)], "").json();
    assert_eq!(models["data"][0]["object"], "model");
}

#[test]
fn where_the_document_is_open_the_database_guides() {
    let basket = "class Basket {\n  total(tax: number): number { return tax; }\n}\nconst basket = new Basket();\n";
    let (text, marks) = cursors(&format!("{basket}const price = basket.<|>\n"));
    let folder = Folder::new(&[("main.ts", &text)]);
    folder.model_saying("parrot", &["amount", "(", "2", ")"]);
    let mut server = Server::start(&folder, &[]);
    // Nobody knows better, so it is said as the model says it.
    assert_eq!(server.post("/infill", &llama_vim(&text, marks[0])).json()["content"], "amount(2)");
    server.client.initialize(&[folder.root().as_path()], full_capabilities(), json!({}));
    server.client.did_open(&folder.path("main.ts"), &text);
    let params = server.client.at(&folder.path("main.ts"), 3);
    server.client.request("textDocument/hover", params);
    let content = server.post("/infill", &llama_vim(&text, marks[0])).json()["content"].clone();
    assert!(!content.as_str().unwrap().starts_with("amount"), "there is no such member: {content}");
}

#[test]
fn bad_requests_are_refused_with_a_reason() {
    let folder = folder(&["total"]);
    let server = Server::start(&folder, &[]);
    let token = format!("Bearer {TOKEN}");
    let authorized = [("Authorization", token.as_str())];
    let post = |path: &str, body: &str| request(server.port, "POST", path, &authorized, body);
    for (path, body, said) in [
        ("/v1/completions", "", "no JSON"),
        ("/v1/completions", "{\"prompt\":", "no JSON"),
        ("/v1/completions", "[1]", "JSON object"),
        ("/v1/completions", "{}", "`prompt` is missing"),
        ("/v1/completions", "{\"prompt\":7}", "must be a text"),
        ("/v1/completions", "{\"prompt\":[1,2,3]}", "must be text"),
        ("/v1/completions", "{\"prompt\":[\"a\",\"b\"]}", "one text"),
        ("/v1/completions", "{\"prompt\":\"a\",\"n\":2}", "`n` can only be 1"),
        ("/v1/completions", "{\"prompt\":\"a\",\"max_tokens\":\"many\"}", "whole number"),
        ("/v1/completions", "{\"prompt\":\"a\",\"stop\":7}", "`stop`"),
        ("/v1/completions", "{\"prompt\":\"a\",\"echo\":true}", "`echo`"),
        ("/infill", "{\"input_prefix\":1}", "`input_prefix` must be a text"),
        ("/infill", "{\"input_extra\":[7]}", "`input_extra`"),
        ("/infill", "\u{0}\u{1}", "no JSON"),
    ] {
        let answer = post(path, body);
        assert_eq!(answer.status, 400, "{path} {body}: {answer:?}");
        let error = answer.json()["error"].clone();
        assert!(error["message"].as_str().unwrap().contains(said), "{path} {body}: {error}");
        assert_eq!(error["type"], "invalid_request_error");
    }
    assert_eq!(post("/v1/chat/completions", "{}").status, 404);
    assert_eq!(request(server.port, "GET", "/infill", &authorized, "").status, 405);
    assert_eq!(post("/infill", &"x".repeat(5 << 20)).status, 413);
    // And it goes on.
    assert_eq!(server.post("/infill", &json!({ "input_prefix": "x = " })).status, 200);
}

#[test]
fn who_has_no_token_is_not_answered() {
    let folder = folder(&["total", "(", "2", ")"]);
    let server = Server::with_token(&folder, &[], None);
    assert!(server.said.contains("http-token"), "{}", server.said);
    let ask =
        |headers: &[(&str, &str)]| request(server.port, "POST", "/infill", headers, "{\"input_prefix\":\"x = \"}");
    let refused = ask(&[]);
    assert_eq!((refused.status, refused.json()["error"]["type"].clone()), (401, json!("authentication_error")));
    assert_eq!(ask(&[("Authorization", "Bearer wrong")]).status, 401);
    let token = std::fs::read_to_string(folder.home().join("data/http-token")).unwrap();
    assert_eq!(ask(&[("Authorization", &format!("Bearer {token}"))]).json()["content"], "total(2)");
    assert_eq!(ask(&[("Authorization", &format!("Bearer {token}")), ("Host", "evil.example")]).status, 403);
    assert_eq!(request(server.port, "GET", "/health", &[], "").json()["status"], "ok");
    // It is kept for the next start.
    let again = Server::with_token(&folder, &[], None);
    assert_eq!(std::fs::read_to_string(folder.home().join("data/http-token")).unwrap(), token);
    drop(again);
    let open = Server::with_token(&folder, &["--http-without-token"], None);
    let ask = |headers: &[(&str, &str)]| request(open.port, "POST", "/infill", headers, "{\"input_prefix\":\"x = \"}");
    assert_eq!(ask(&[]).status, 200);
    assert_eq!(ask(&[("Origin", "https://evil.example")]).status, 403);
}

#[test]
fn without_a_model_it_is_said_what_to_do() {
    let folder = folder(&[]);
    let server = Server::start(&folder, &[]);
    let answer = server.post("/v1/completions", &zed("x = ", "\n"));
    assert_eq!(answer.status, 503);
    assert!(answer.json()["error"]["message"].as_str().unwrap().contains("montuno models add"), "{answer:?}");
}

#[test]
fn a_port_that_is_taken_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = folder(&[]);
    let mut command = binary::command(&folder.root(), folder.home());
    let output = command.args(["lsp", "--http", &port]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("choose another"), "{output:?}");
}

/// A server of a user's: another one of ours, whose model says something else.
#[test]
fn a_server_completes_in_place_of_a_model_and_a_model_in_place_of_the_server() {
    let far = folder(&["distant", "(", "1", ")"]);
    let remote = Server::start(&far, &[]);
    let (text, marks) = cursors("API_KEY = \"c0ffee00c0ffee00\"\nx = basket.<|>\n");
    let near = Folder::new(&[("main.py", &text)]);
    near.model_saying("parrot", &["total", "(", "2", ")"]);
    let place = format!("{}:2:{}", near.path("main.py"), marks[0] - text.find("x = ").unwrap() + 1);
    let query = |settings: &[String]| {
        let mut command = binary::command(&near.root(), near.home());
        command.env("KEY", TOKEN).args(["query", "--json"]);
        for setting in settings {
            command.args(["--set", setting]);
        }
        let output = command.args(["inline", "--explain", &place]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (serde_json::from_slice::<Value>(&output.stdout).map(|all| all[0].clone()).unwrap_or_default(), said)
    };
    let url = format!("ai.remote.url=http://127.0.0.1:{}", remote.port);
    let key = "ai.remote.key-variable=KEY".to_owned();
    for kind in ["openai", "infill"] {
        let (said, complained) = query(&[url.clone(), key.clone(), format!("ai.remote.kind={kind}")]);
        assert_eq!(said["shown"], "distant(1)", "{kind}: {said} {complained}");
        let prompt = said["prompt"].as_str().unwrap();
        assert!(!prompt.contains("c0ffee") && said["secrets"][0] == "named secret", "{said}");
    }
    // It does not know the key, or is not there: the model on this machine completes.
    for setting in [vec![url.clone()], vec!["ai.remote.url=http://127.0.0.1:9".to_owned()]] {
        let (said, complained) = query(&setting);
        assert_eq!(said["shown"], "total(2)", "{setting:?}: {said} {complained}");
    }
    for (setting, reason) in
        [("ai.remote.url=127.0.0.1", "is no address"), ("ai.remote.url=http://example.org", "without encryption")]
    {
        let (_, complained) = query(&[setting.to_owned(), key.clone()]);
        assert!(complained.contains(reason), "{setting}: {complained}");
    }
    let (_, complained) = query(&[url, "ai.remote.key-variable=NOT_SET".to_owned()]);
    assert!(complained.contains("NOT_SET, which is not set"), "{complained}");
}
