//! Completion by a model, through the whole binary: the models say what they were made to say.

use camino::Utf8PathBuf;
use montuno_tests::binary;
use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::fixture::{self, Folder, cursors};
use serde_json::{Value, json};

const BASKET: &str = "\
class Basket {
  items: string[] = [];
  total(tax: number): number { return this.items.length * tax; }
  clear(): void {}
}
const basket = new Basket();
";

/// A folder with a file that has a cursor, and a machine with a model that says these words.
fn folder(rest: &str, words: &[&str]) -> (Folder, Utf8PathBuf, String, usize) {
    let (text, marks) = cursors(&format!("{BASKET}{rest}"));
    let folder = Folder::new(&[("main.ts", &text)]);
    if !words.is_empty() {
        folder.model_saying("parrot", words);
    }
    let path = folder.path("main.ts");
    (folder, path, text, marks[0])
}

/// What Neovim 0.12 says of itself.
fn neovim() -> Value {
    let mut capabilities = full_capabilities();
    capabilities["textDocument"]["inlineCompletion"] = json!({ "dynamicRegistration": true });
    capabilities
}

fn open(folder: &Folder, path: &Utf8PathBuf, text: &str, capabilities: Value, settings: Value) -> Client {
    let mut client = Client::with(folder, &[folder.root().as_path()], capabilities, json!({ "settings": settings }));
    client.did_open(path, text);
    client
}

/// As Neovim 0.12 asks: with the document's URI and the position alone.
fn ask(client: &mut Client, path: &Utf8PathBuf, offset: usize) -> Value {
    let mut params = client.at(path, offset);
    params["context"] = json!({ "triggerKind": 2 });
    client.request("textDocument/inlineCompletion", params)
}

fn text_of(answer: &Value) -> &str {
    assert_eq!(answer["items"].as_array().map(Vec::len), Some(1), "{answer}");
    answer["items"][0]["insertText"].as_str().expect("a plain text")
}

/// What `montuno query inline --explain --json` says of the cursor.
fn explained(rest: &str, words: &[&str], settings: &[&str]) -> Value {
    let (folder, path, text, offset) = folder(rest, words);
    let position = fixture::position(&text, offset);
    let place = |name: &str| position[name].as_u64().unwrap() + 1;
    let mut command = binary::command(&folder.root(), folder.home());
    command.args(["query", "--json"]).args(settings);
    command.args(["inline", "--explain", &format!("{path}:{}:{}", place("line"), place("character"))]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    all[0].clone()
}

#[test]
fn a_name_that_there_is_is_shown() {
    let said = explained("const price = basket.<|>\n", &["total", "(", "2", ")"], &[]);
    assert_eq!(said["shown"], "total(2)", "{said}");
    assert_eq!(said["guided"][0]["offset"], 0);
    let names = said["guided"][0]["names"].as_array().unwrap();
    assert!(["items", "total", "clear"].iter().all(|name| names.contains(&json!(name))), "{names:?}");
}

#[test]
fn a_name_that_there_is_not_is_never_written() {
    let said = explained("const price = basket.<|>\n", &["amount", "(", "2", ")"], &[]);
    let shown = said["generated"].as_str().unwrap();
    assert!(!shown.starts_with("amount"), "{said}");
    let unguided = explained("const price = basket.<|>\n", &["amount", "(", "2", ")"], &["--set", "ai.guidance=false"]);
    assert_eq!(unguided["generated"], "amount(2)");
    assert!(unguided["cut"]["reason"].as_str().unwrap().contains("amount"), "{unguided}");
    assert_eq!(unguided["shown"], Value::Null, "the gate sees to it then");
}

#[test]
fn a_member_behind_a_later_dot_is_held_to_as_well() {
    let words = ["basket", ".", "amount", "(", "2", ")"];
    let said = explained("const price = <|>\n", &words, &[]);
    assert!(said["generated"].as_str().unwrap().starts_with("basket."), "{said}");
    assert!(!said["generated"].as_str().unwrap().contains("amount"), "{said}");
    assert_eq!(said["guided"][0]["offset"], 7, "{said}");
}

#[test]
fn what_is_wrong_is_cut_where_it_begins() {
    let words = ["basket", ".", "items", ";", " )", "}"];
    let without = ["--set", "ai.guidance=false"];
    let said = explained("const price = <|>\n", &["basket", ".", "amount", "(", "2", ")"], &without);
    assert_eq!(said["generated"], "basket.amount(2)");
    assert_eq!(said["shown"], "basket", "{said}");
    assert!(said["cut"]["reason"].as_str().unwrap().contains("amount"), "{said}");
    let unchecked = ["--set", "ai.guidance=false", "--set", "ai.check=false"];
    let said = explained("const price = <|>\n", &["basket", ".", "amount", "(", "2", ")"], &unchecked);
    assert_eq!(said["shown"], "basket.amount(2)");
    // What cannot be parsed is wrong as well.
    let said = explained("const price = <|>\n", &words, &without);
    assert_eq!(said["shown"], "basket.items;", "{said}");
}

#[test]
fn a_prompt_tells_of_other_files_and_of_no_secret() {
    let (text, marks) = cursors(
        "import { Price } from './price';\nconst apiKey = \"c0ffee00c0ffee00\";\nfunction f(price: Price) { return <|>; }\n",
    );
    let price = "export interface Price { amount: number; currency: string }\n";
    let folder = Folder::new(&[("main.ts", &text), ("price.ts", price)]);
    folder.model_saying("parrot", &["price", ";"]);
    let path = folder.path("main.ts");
    let mut client = open(&folder, &path, &text, neovim(), Value::Null);
    let params = client.at(&path, marks[0]);
    let said = client.request("montuno/explainCompletion", params);
    let prompt = said["prompt"].as_str().unwrap();
    assert!(prompt.contains("interface Price"), "{prompt}");
    assert!(!prompt.contains("c0ffee") && said["secrets"][0] == "named secret", "{said}");
    let mut params = client.at(&path, marks[0]);
    params["budget"] = json!(500);
    let context = client.request("montuno/context", params);
    let definition = context["items"].as_array().unwrap().iter().find(|item| item["name"] == "Price").unwrap();
    assert!(definition["uri"].as_str().unwrap().ends_with("price.ts"), "{definition}");
}

#[test]
fn an_editor_is_answered_and_typing_along_needs_no_model() {
    let (folder, path, text, offset) = folder("const price = basket.<|>\n", &["total", "(", "2", ")"]);
    let mut client = open(&folder, &path, &text, neovim(), Value::Null);
    let answer = ask(&mut client, &path, offset);
    assert_eq!(text_of(&answer), "total(2)");
    let position = fixture::position(&text, offset);
    assert_eq!(answer["items"][0]["range"], json!({ "start": position, "end": position }));
    client.edit(&path, offset..offset, "tot");
    assert_eq!(text_of(&ask(&mut client, &path, offset + 3)), "al(2)");
    client.edit(&path, offset + 3..offset + 3, "x");
    let answer = ask(&mut client, &path, offset + 4);
    assert_eq!(answer, json!({ "items": [] }), "no member begins so, and never null");
    assert!(client.shut_down().success());
}

#[test]
fn a_chosen_item_of_the_list_is_gone_on_from() {
    let (folder, path, text, offset) = folder("const price = basket.to<|>\n", &["total", "(", "2", ")"]);
    let mut client = open(&folder, &path, &text, neovim(), Value::Null);
    let range = json!({ "start": fixture::position(&text, offset - 2), "end": fixture::position(&text, offset) });
    let mut params = client.at(&path, offset);
    params["context"] = json!({ "triggerKind": 2, "selectedCompletionInfo": { "range": range, "text": "total" } });
    let answer = client.request("textDocument/inlineCompletion", params);
    assert_eq!(text_of(&answer), "total(2)");
    assert_eq!(answer["items"][0]["range"], range);
}

#[test]
fn a_client_that_shows_no_ghost_text_has_an_item_in_its_list() {
    let (folder, path, text, offset) = folder("const price = basket.<|>\n", &["total", "(", "2", ")"]);
    let mut client = open(&folder, &path, &text, full_capabilities(), Value::Null);
    // The list does not wait for a model that is only being loaded; it is there at one of the next keys.
    let by_model = std::iter::repeat_with(|| {
        let params = client.at(&path, offset);
        let list = client.request("textDocument/completion", params);
        let items = list["items"].as_array().unwrap();
        assert!(items.iter().any(|item| item["label"] == "clear"), "{list}");
        items.iter().find(|item| item["detail"] == "by the model").cloned()
    });
    let by_model = by_model.take(200).flatten().next().expect("the model answers");
    assert_eq!(by_model["label"], "total(2)");
    assert_eq!(by_model["textEdit"]["newText"], "total(2)");
}

#[test]
fn without_a_model_the_user_is_told_once_and_the_rest_goes_on() {
    let (folder, path, text, offset) = folder("const price = basket.<|>\n", &[]);
    let mut client = open(&folder, &path, &text, neovim(), Value::Null);
    for _ in 0..3 {
        assert_eq!(ask(&mut client, &path, offset), json!({ "items": [] }));
    }
    let params = client.at(&path, offset);
    let list = client.request("textDocument/completion", params);
    assert!(list["items"].as_array().unwrap().iter().any(|item| item["label"] == "total"));
    let told = |message: &&Value| {
        message["method"] == "window/showMessage" && message.to_string().contains("montuno models add")
    };
    assert_eq!(client.unread.iter().filter(told).count(), 1, "{:?}", client.unread);
}

#[test]
fn what_is_switched_off_is_neither_advertised_nor_said() {
    let (folder, path, text, offset) = folder("const price = basket.<|>\n", &["total", "(", "2", ")"]);
    let mut capabilities = neovim();
    capabilities["textDocument"]["inlineCompletion"] = json!({});
    let mut client = open(&folder, &path, &text, capabilities.clone(), json!({ "ai": { "enabled": false } }));
    assert_eq!(client.capabilities.get("inlineCompletionProvider"), None);
    assert_eq!(ask(&mut client, &path, offset), json!({ "items": [] }));
    let mut client = open(&folder, &path, &text, capabilities, Value::Null);
    assert_eq!(client.capabilities["inlineCompletionProvider"], true);
    assert_eq!(text_of(&ask(&mut client, &path, offset)), "total(2)");
}

#[test]
fn a_repository_chooses_no_model_and_keeps_nothing_secret_for_the_user() {
    let (folder, ..) = folder("<|>", &[]);
    folder.write("montuno.toml", "[ai]\nmodel = '/evil'\nsecrets = []\nkeep-acceptance = true\nlines = 3\n");
    let output = binary::command(&folder.root(), folder.home()).args(["config", "show"]).output().unwrap();
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("ai.model = null") && said.contains("ai.lines = 3"), "{said}");
    for name in ["ai.model", "ai.secrets", "ai.keep-acceptance"] {
        assert!(complained.contains(name), "{complained}");
    }
}

#[test]
fn what_was_taken_is_kept_listed_and_deleted() {
    let (folder, path, text, offset) = folder("const price = basket.<|>\n", &["total", "(", "2", ")"]);
    let mut client = open(&folder, &path, &text, neovim(), Value::Null);
    assert_eq!(text_of(&ask(&mut client, &path, offset)), "total(2)");
    client.edit(&path, offset..offset, "total(2)");
    client.shut_down();
    let acceptance = |arguments: &[&str]| {
        let output = binary::command(&folder.root(), folder.home()).arg("acceptance").args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let kept: Value = serde_json::from_str(&acceptance(&["--json"])).unwrap();
    assert_eq!(kept.as_array().map(Vec::len), Some(1), "{kept}");
    assert_eq!((&kept[0]["accepted"], &kept[0]["language"]), (&json!(8), &json!("typescript")));
    assert!(!kept.to_string().contains("total"), "no code");
    acceptance(&["--delete"]);
    assert_eq!(acceptance(&["--json"]).trim(), "[]");
}

#[test]
fn every_message_of_ours_is_answered() {
    let (folder, path, text, _) = folder("const price = basket.<|>\n", &["total", "(", "2", ")"]);
    let mut capabilities = neovim();
    capabilities["experimental"] = json!({ "montuno": { "version": 1, "something": "new" } });
    let settings = json!({ "ai": { "instruct": { "model": "parrot" } } });
    let mut client = open(&folder, &path, &text, capabilities, settings);
    let said = client.capabilities["experimental"]["montuno"].clone();
    assert_eq!(said["version"], 1);
    let uri = fixture::uri(&path);
    for message in montuno_protocol::catalogue::MESSAGES {
        if !said["methods"].as_array().unwrap().contains(&json!(message.method)) {
            continue;
        }
        if message.direction == montuno_protocol::catalogue::Direction::FromServer {
            continue;
        }
        let example = (message.example)().to_string().replace("DOCUMENT", &uri);
        let answer = client.answer_to(message.method, serde_json::from_str(&example).unwrap());
        assert!(answer.get("error").is_none(), "{}: {answer}", message.method);
        assert!(answer["result"].is_object(), "{}: {answer}", message.method);
    }
    let models = client.request("montuno/models", json!({}));
    assert_eq!(models["models"][0]["name"], "parrot");
    assert_eq!(models["models"][0]["inUse"], true);
    let health = client.request("montuno/health", json!({}));
    assert!(health["settings"].as_array().unwrap().iter().any(|it| it["name"] == "ai.enabled"), "{health}");
    // The model was loaded meanwhile, and the status says so.
    client.wait_for("a status that says that the model is ready", |message| {
        message["method"] == "montuno/status" && message["params"]["model"]["state"] == "ready"
    });
}

#[test]
fn a_client_that_does_not_know_us_is_sent_nothing_of_ours() {
    let (folder, path, text, offset) = folder("const price = basket.<|>\n", &["total", "(", "2", ")"]);
    let mut client = open(&folder, &path, &text, neovim(), Value::Null);
    assert_eq!(client.capabilities.get("experimental"), None);
    ask(&mut client, &path, offset);
    client.request("montuno/health", json!({}));
    let ours = |message: &&Value| message["method"].as_str().is_some_and(|method| method.starts_with("montuno/"));
    assert_eq!(client.unread.iter().filter(ours).count(), 0, "{:?}", client.unread);
}

#[test]
fn a_flood_of_questions_is_answered_in_full_and_others_do_not_wait() {
    let (folder, path, text, offset) = folder("const price = basket.<|>\n", &["total", "(", "2", ")"]);
    let mut client = open(&folder, &path, &text, neovim(), Value::Null);
    let mut asked = Vec::new();
    for turn in 0..20 {
        client.edit(&path, offset..offset, if turn % 2 == 0 { "t" } else { "c" });
        let mut params = client.at(&path, offset + 1);
        params["context"] = json!({ "triggerKind": 2 });
        asked.push(client.ask("textDocument/inlineCompletion", params));
    }
    let params = json!({ "textDocument": { "uri": fixture::uri(&path) } });
    client.request("textDocument/documentSymbol", params);
    for id in asked {
        let answer = client.wait_for("an answer", |message| message["id"] == id && message.get("method").is_none());
        assert!(answer["result"]["items"].is_array(), "{answer}");
    }
}
