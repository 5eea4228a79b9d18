//! Next edits: forty edits as people make them, in four languages, and what follows from each. The share of those that
//! were followed rightly is printed; none may undo what was written.

#![allow(clippy::print_stdout, reason = "the share is for people")]

use std::collections::BTreeMap;

use montuno_tests::client::{Client, full_capabilities};
use montuno_tests::fixture::{self, Folder};
use serde_json::{Value, json};

/// What is edited, and the line that stands somewhere after the first edit that is offered was made.
struct Script {
    name: &'static str,
    /// File, what is replaced there, and by what.
    edits: &'static [(&'static str, &'static str, &'static str)],
    /// The file, and the line.
    follows: (&'static str, &'static str),
}

const fn script(
    name: &'static str,
    edits: &'static [(&'static str, &'static str, &'static str)],
    file: &'static str,
    line: &'static str,
) -> Script {
    Script { name, edits, follows: (file, line) }
}

const PYTHON: &[(&str, &str)] = &[
    ("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\n"),
    ("shop/__init__.py", ""),
    (
        "shop/money.py",
        "class Money:\n    def __init__(self, amount, currency):\n        self.amount = amount\n        self.currency = currency\n\n\ndef total_of(items):\n    return sum(price * count for _, price, count in items)\n\n\ndef rounded(amount, digits):\n    return round(amount, digits)\n\n\nTAX = 0.2\n",
    ),
    (
        "shop/basket.py",
        "from shop.money import Money, total_of\n\n\nclass Basket:\n    def __init__(self, owner):\n        self.owner = owner\n        self.items = []\n\n    def add(self, name, price, count=1):\n        self.items.append((name, price, count))\n\n    def total(self):\n        return total_of(self.items)\n\n    def describe(self, prefix, width):\n        return (prefix + self.owner).ljust(width)\n\n\ndef empty_basket(name: str) -> Basket:\n    return Basket(name)\n",
    ),
    ("shop/numbers.py", "ZERO = 0\n"),
    (
        "shop/app.py",
        "from shop.basket import Basket, empty_basket\nfrom shop.money import rounded\nfrom shop.money import TAX\n\n\ndef main():\n    basket = empty_basket(\"Ann\")\n    basket.add(\"apple\", 2)\n    print(basket.describe(\"> \", 20))\n    print(rounded(basket.total() * TAX, 2))\n    limit = 10\n    if basket.total() > limit:\n        print(\"too much\")\n",
    ),
];

const PYTHON_SCRIPTS: &[Script] = &[
    script(
        "a function",
        &[("shop/money.py", "total_of", "sum_of")],
        "shop/basket.py",
        "from shop.money import Money, sum_of",
    ),
    script("a method", &[("shop/basket.py", "def add", "def put")], "shop/app.py", "basket.put(\"apple\", 2)"),
    script("a class", &[("shop/basket.py", "class Basket", "class Cart")], "shop/basket.py", "return Cart(name)"),
    script(
        "an attribute",
        &[("shop/basket.py", "self.owner = owner", "self.holder = owner")],
        "shop/basket.py",
        "return (prefix + self.holder).ljust(width)",
    ),
    script("a variable", &[("shop/app.py", "limit = 10", "most = 10")], "shop/app.py", "if basket.total() > most:"),
    script(
        "a parameter",
        &[("shop/basket.py", "empty_basket(name", "empty_basket(owner")],
        "shop/basket.py",
        "return Basket(owner)",
    ),
    script("a constant", &[("shop/money.py", "TAX = 0.2", "VAT = 0.2")], "shop/app.py", "from shop.money import VAT"),
    script(
        "a parameter went",
        &[("shop/basket.py", "prefix, width", "prefix")],
        "shop/app.py",
        "print(basket.describe(\"> \"))",
    ),
    script(
        "parameters moved",
        &[("shop/money.py", "amount, digits)", "digits, amount)")],
        "shop/app.py",
        "print(rounded(2, basket.total() * TAX))",
    ),
    script(
        "a function moved",
        &[
            ("shop/money.py", "def rounded(amount, digits):\n    return round(amount, digits)\n\n\n", ""),
            (
                "shop/numbers.py",
                "ZERO = 0\n",
                "ZERO = 0\n\n\ndef rounded(amount, digits):\n    return round(amount, digits)\n",
            ),
        ],
        "shop/app.py",
        "from shop.numbers import rounded",
    ),
];

const TYPESCRIPT: &[(&str, &str)] = &[
    ("tsconfig.json", "{ \"compilerOptions\": { \"strict\": true } }\n"),
    (
        "money.ts",
        "export interface Price { amount: number; currency: string }\n\nexport function totalOf(prices: Price[]): number {\n  return prices.length;\n}\n\nexport function rounded(amount: number, digits: number): number {\n  return amount * digits;\n}\n\nexport const tax = 0.2;\n",
    ),
    (
        "basket.ts",
        "import { Price, totalOf } from './money';\n\nexport class Basket {\n  items: Price[] = [];\n  constructor(private owner: string) {}\n  add(price: Price, count: number): void { this.items.push(price); }\n  total(): number { return totalOf(this.items); }\n  describe(prefix: string, width: number): string { return prefix.padEnd(width); }\n}\n\nexport function emptyBasket(name: string): Basket {\n  return new Basket(name);\n}\n",
    ),
    ("numbers.ts", "export const zero = 0;\n"),
    (
        "app.ts",
        "import { emptyBasket } from './basket';\nimport { rounded } from './money';\nimport { tax } from './money';\n\nconst basket = emptyBasket('Ann');\nbasket.add({ amount: 2, currency: 'EUR' }, 1);\nconst shown = basket.describe('> ', 20);\nconst all = rounded(basket.total() * tax, 2);\nconst limit = 10;\nconst much = all > limit ? shown : '';\n",
    ),
];

const TYPESCRIPT_SCRIPTS: &[Script] = &[
    script("a function", &[("money.ts", "totalOf", "sumOf")], "basket.ts", "import { Price, sumOf } from './money';"),
    script(
        "a method",
        &[("basket.ts", "add(price", "put(price")],
        "app.ts",
        "basket.put({ amount: 2, currency: 'EUR' }, 1);",
    ),
    script(
        "a class",
        &[("basket.ts", "class Basket", "class Cart")],
        "basket.ts",
        "export function emptyBasket(name: string): Cart {",
    ),
    script(
        "a property",
        &[("basket.ts", "items: Price", "prices: Price")],
        "basket.ts",
        "add(price: Price, count: number): void { this.prices.push(price); }",
    ),
    script("a variable", &[("app.ts", "const limit", "const most")], "app.ts", "const much = all > most ? shown : '';"),
    script(
        "a parameter",
        &[("basket.ts", "emptyBasket(name", "emptyBasket(owner")],
        "basket.ts",
        "return new Basket(owner);",
    ),
    script("a constant", &[("money.ts", "const tax", "const vat")], "app.ts", "import { vat } from './money';"),
    script(
        "a parameter went",
        &[("basket.ts", "prefix: string, width: number", "prefix: string")],
        "app.ts",
        "const shown = basket.describe('> ');",
    ),
    script(
        "parameters moved",
        &[("money.ts", "amount: number, digits: number", "digits: number, amount: number")],
        "app.ts",
        "const all = rounded(2, basket.total() * tax);",
    ),
    script(
        "a function moved",
        &[
            (
                "money.ts",
                "export function rounded(amount: number, digits: number): number {\n  return amount * digits;\n}\n\n",
                "",
            ),
            (
                "numbers.ts",
                "zero = 0;\n",
                "zero = 0;\n\nexport function rounded(amount: number, digits: number): number {\n  return amount * digits;\n}\n",
            ),
        ],
        "app.ts",
        "import { rounded } from './numbers';",
    ),
];

const GO: &[(&str, &str)] = &[
    ("go.mod", "module shop\n\ngo 1.22\n"),
    (
        "money.go",
        "package main\n\ntype Price struct {\n\tAmount   int\n\tCurrency string\n}\n\nfunc totalOf(prices []Price) int {\n\treturn len(prices)\n}\n\nfunc rounded(amount int, digits int) int {\n\treturn amount * digits\n}\n\nconst tax = 2\n",
    ),
    (
        "basket.go",
        "package main\n\ntype Basket struct {\n\towner string\n\titems []Price\n}\n\nfunc (b *Basket) add(price Price, count int) {\n\tb.items = append(b.items, price)\n}\n\nfunc (b *Basket) total() int {\n\treturn totalOf(b.items)\n}\n\nfunc (b *Basket) describe(prefix string, width int) string {\n\treturn prefix + b.owner\n}\n\nfunc emptyBasket(name string) *Basket {\n\treturn &Basket{owner: name}\n}\n",
    ),
    (
        "main.go",
        "package main\n\nfunc main() {\n\tbasket := emptyBasket(\"Ann\")\n\tbasket.add(Price{Amount: 2}, 1)\n\tprintln(basket.describe(\"> \", 20))\n\tprintln(rounded(basket.total()*tax, 2))\n\tlimit := 10\n\tif basket.total() > limit {\n\t\tprintln(\"too much\")\n\t}\n}\n",
    ),
];

const GO_SCRIPTS: &[Script] = &[
    script("a function", &[("money.go", "totalOf", "sumOf")], "basket.go", "return sumOf(b.items)"),
    script("a method", &[("basket.go", ") add(", ") put(")], "main.go", "basket.put(Price{Amount: 2}, 1)"),
    script(
        "a type",
        &[("basket.go", "type Basket", "type Cart")],
        "basket.go",
        "func (b *Cart) add(price Price, count int) {",
    ),
    script("a field", &[("money.go", "Amount   int", "Sum   int")], "main.go", "basket.add(Price{Sum: 2}, 1)"),
    script(
        "a field of its own file",
        &[("basket.go", "owner string", "holder string")],
        "basket.go",
        "return prefix + b.holder",
    ),
    script("a variable", &[("main.go", "limit := 10", "most := 10")], "main.go", "if basket.total() > most {"),
    script(
        "a parameter",
        &[("basket.go", "emptyBasket(name", "emptyBasket(owner")],
        "basket.go",
        "return &Basket{owner: owner}",
    ),
    script(
        "a constant",
        &[("money.go", "const tax", "const vat")],
        "main.go",
        "println(rounded(basket.total()*vat, 2))",
    ),
    script(
        "a parameter went",
        &[("basket.go", "prefix string, width int", "prefix string")],
        "main.go",
        "println(basket.describe(\"> \"))",
    ),
    script(
        "parameters moved",
        &[("money.go", "amount int, digits int", "digits int, amount int")],
        "main.go",
        "println(rounded(2, basket.total()*tax))",
    ),
];

const RUST: &[(&str, &str)] = &[
    ("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n"),
    (
        "src/money.rs",
        "pub struct Price {\n    pub amount: u32,\n}\n\npub fn total_of(prices: &[Price]) -> u32 {\n    let first = &prices[0];\n    first.amount\n}\n\npub fn rounded(amount: u32, digits: u32) -> u32 {\n    amount * digits\n}\n\npub const TAX: u32 = 2;\n",
    ),
    (
        "src/basket.rs",
        "use crate::money::total_of;\nuse crate::money::Price;\n\npub struct Basket {\n    owner: u32,\n    items: [Price; 1],\n}\n\nimpl Basket {\n    pub fn add(&mut self, price: u32, count: u32) {\n        self.items[0].amount = price * count;\n    }\n\n    pub fn total(&self) -> u32 {\n        total_of(&self.items)\n    }\n\n    pub fn describe(&self, prefix: u32, width: u32) -> u32 {\n        prefix + self.owner + width\n    }\n}\n\npub fn empty_basket(name: u32) -> Basket {\n    Basket { owner: name, items: [Price { amount: 0 }] }\n}\n",
    ),
    ("src/numbers.rs", "pub const ZERO: u32 = 0;\n"),
    (
        "src/main.rs",
        "mod basket;\nmod money;\nmod numbers;\n\nuse basket::empty_basket;\nuse crate::money::rounded;\nuse crate::money::TAX;\n\nfn main() {\n    let mut basket = empty_basket(1);\n    basket.add(2, 3);\n    let shown = basket.describe(4, 20);\n    let all = rounded(basket.total() * TAX, 2);\n    let limit = 10;\n    assert!(all > limit || shown > 0);\n}\n",
    ),
];

const RUST_SCRIPTS: &[Script] = &[
    script("a function", &[("src/money.rs", "fn total_of", "fn sum_of")], "src/basket.rs", "use crate::money::sum_of;"),
    script("a method", &[("src/basket.rs", "fn add", "fn put")], "src/main.rs", "basket.put(2, 3);"),
    script("a type", &[("src/basket.rs", "struct Basket", "struct Cart")], "src/basket.rs", "impl Cart {"),
    script(
        "a field",
        &[("src/basket.rs", "owner: u32,", "holder: u32,")],
        "src/basket.rs",
        "prefix + self.holder + width",
    ),
    script(
        "a variable",
        &[("src/main.rs", "let limit", "let most")],
        "src/main.rs",
        "assert!(all > most || shown > 0);",
    ),
    script(
        "a parameter",
        &[("src/basket.rs", "empty_basket(name", "empty_basket(holder")],
        "src/basket.rs",
        "Basket { owner: holder, items: [Price { amount: 0 }] }",
    ),
    script("a constant", &[("src/money.rs", "const TAX", "const VAT")], "src/main.rs", "use crate::money::VAT;"),
    script(
        "a parameter went",
        &[("src/basket.rs", "prefix: u32, width: u32", "prefix: u32")],
        "src/main.rs",
        "let shown = basket.describe(4);",
    ),
    script(
        "parameters moved",
        &[("src/money.rs", "amount: u32, digits: u32", "digits: u32, amount: u32")],
        "src/main.rs",
        "let all = rounded(2, basket.total() * TAX);",
    ),
    script(
        "a function moved",
        &[
            ("src/money.rs", "pub fn rounded(amount: u32, digits: u32) -> u32 {\n    amount * digits\n}\n\n", ""),
            (
                "src/numbers.rs",
                "ZERO: u32 = 0;\n",
                "ZERO: u32 = 0;\n\npub fn rounded(amount: u32, digits: u32) -> u32 {\n    amount * digits\n}\n",
            ),
        ],
        "src/main.rs",
        "use crate::numbers::rounded;",
    ),
];

/// A workspace that is open in an editor.
struct Opened {
    folder: Folder,
    client: Client,
    files: BTreeMap<&'static str, &'static str>,
}

fn open(files: &'static [(&'static str, &'static str)]) -> Opened {
    let folder = Folder::new(files);
    let mut client = Client::with(&folder, &[folder.root().as_path()], full_capabilities(), json!({}));
    for (file, text) in files {
        let path = folder.path(file);
        client.did_open(&path, text);
        // What follows is asked of a project that is loaded.
        let params = client.at(&path, 0);
        client.answer_to("textDocument/hover", params);
    }
    Opened { folder, client, files: files.iter().copied().collect() }
}

impl Opened {
    fn edit(&mut self, file: &str, old: &str, new: &str) -> usize {
        let path = self.folder.path(file);
        let at = self.client.text(&path).find(old).unwrap_or_else(|| panic!("{old:?} is not in {file}"));
        // As people type: what stays is not written anew.
        let start = old.bytes().zip(new.bytes()).take_while(|(left, right)| left == right).count();
        let longest = old.len().min(new.len()) - start;
        let end =
            old.bytes().rev().zip(new.bytes().rev()).take(longest).take_while(|(left, right)| left == right).count();
        self.client.edit(&path, at + start..at + old.len() - end, &new[start..new.len() - end]);
        at + start
    }

    fn next(&mut self, file: &str, offset: usize) -> Vec<Value> {
        let params = self.client.at(&self.folder.path(file), offset);
        self.client.request("montuno/nextEdit", params)["edits"].as_array().unwrap().clone()
    }

    /// Makes the edits of a script, looks at what follows, and takes everything back.
    fn run(&mut self, script: &Script) -> Result<(), String> {
        let mut place = ("", 0);
        for (file, old, new) in script.edits {
            place = (file, self.edit(file, old, new));
        }
        let edits = self.next(place.0, place.1);
        let result = self.judge(script, &edits);
        for (file, ..) in script.edits.iter().rev() {
            self.client.replace(&self.folder.path(file), self.files[file]);
        }
        result
    }

    fn judge(&self, script: &Script, edits: &[Value]) -> Result<(), String> {
        let Some(first) = edits.first() else { return Err("nothing follows".to_owned()) };
        for edit in edits {
            // What was written stays.
            let path = fixture::path_of(edit["uri"].as_str().unwrap());
            let text = self.client.text(&path);
            let after = fixture::apply(text, &json!([edit]));
            let here = script.edits.iter().filter(|(file, ..)| self.folder.path(file) == path);
            for (_, old, new) in here {
                assert!(after.contains(new.trim()), "{}: {edit} undoes {old:?} to {new:?}", script.name);
            }
        }
        let path = fixture::path_of(first["uri"].as_str().unwrap());
        let after = fixture::apply(self.client.text(&path), &json!([first]));
        let (file, line) = script.follows;
        let is_right = path == self.folder.path(file) && after.lines().any(|other| other.trim() == line);
        if is_right { Ok(()) } else { Err(format!("{first} was offered")) }
    }
}

#[test]
fn forty_edits_as_people_make_them_are_followed() {
    let (mut right, mut all) = (0, 0);
    let mut wrong = Vec::new();
    for (language, files, scripts) in [
        ("python", PYTHON, PYTHON_SCRIPTS),
        ("typescript", TYPESCRIPT, TYPESCRIPT_SCRIPTS),
        ("go", GO, GO_SCRIPTS),
        ("rust", RUST, RUST_SCRIPTS),
    ] {
        let mut opened = open(files);
        for script in scripts {
            all += 1;
            match opened.run(script) {
                Ok(()) => right += 1,
                Err(reason) => wrong.push(format!("{language}, {}: {reason}", script.name)),
            }
        }
    }
    println!("{right} of {all} edits were followed rightly\n{}", wrong.join("\n"));
    assert_eq!(all, 40);
    assert!(right * 5 >= all * 4, "{right} of {all}: {wrong:#?}");
}

#[test]
fn copilots_words_are_understood_and_what_is_undone_is_followed_no_more() {
    let mut opened = open(TYPESCRIPT);
    let path = opened.folder.path("app.ts");
    let ask = |opened: &mut Opened| {
        let mut params = opened.client.at(&path, 0);
        params["textDocument"]["version"] = json!(2);
        params["context"] = json!({ "triggerKind": 2 });
        opened.client.request("textDocument/copilotInlineEdit", params)
    };
    assert_eq!(ask(&mut opened), json!({ "edits": [] }), "never null");
    opened.edit("app.ts", "const limit", "const most");
    let answer = ask(&mut opened);
    let edit = answer["edits"][0].clone();
    assert_eq!(
        (&edit["text"], &edit["textDocument"]["uri"]),
        (&json!("most"), &json!(fixture::uri(&path))),
        "{answer}"
    );
    let text = opened.client.text(&path).to_owned();
    let after = fixture::apply(&text, &json!([{ "range": edit["range"], "newText": edit["text"] }]));
    assert!(after.contains("all > most"), "{after}");
    opened.edit("app.ts", "const most", "const limit");
    assert_eq!(ask(&mut opened), json!({ "edits": [] }));
    let bad = opened.client.answer_to("textDocument/copilotInlineEdit", json!({ "position": 7 }));
    assert!(bad["error"]["message"].is_string(), "{bad}");
    assert!(opened.client.is_alive());
}
