//! What each language's table finds in a text that holds one of each.

use std::sync::Arc;

use montuno_base::Language;
use montuno_syntax::outline::{Item, outline};
use montuno_syntax::tokens::tokens;
use montuno_syntax::{SyntaxTree, folding};

fn tree(text: &str, language: Language) -> SyntaxTree {
    SyntaxTree::parse(&Arc::from(text), language).expect("there is a grammar")
}

/// Declarations in one line: `kind name(detail)`, what is inside in braces, `*` for what is public.
fn outlined(text: &str, language: Language) -> String {
    fn show(items: &[Item]) -> String {
        let shown = items.iter().map(|item| {
            let kind = format!("{:?}", item.kind).to_lowercase();
            let inside =
                if item.children.is_empty() { String::new() } else { format!(" {{ {} }}", show(&item.children)) };
            format!("{}{kind} {}{inside}", if item.public { "*" } else { "" }, item.name)
        });
        shown.collect::<Vec<_>>().join(", ")
    }
    show(&outline(&tree(text, language)))
}

/// The words of a text with what they are, without comments and strings.
fn coloured(text: &str, language: Language) -> Vec<String> {
    let tree = tree(text, language);
    let found = tokens(&tree, None).into_iter();
    found.map(|token| format!("{} {}", token.kind.name(), &tree.text()[token.range])).collect()
}

fn folded(text: &str, language: Language) -> Vec<String> {
    let found = folding::folding_ranges(&tree(text, language)).into_iter();
    found.map(|fold| format!("{:?} {}", fold.kind, text[fold.range].lines().count())).collect()
}

/// That these words are among those found.
#[track_caller]
fn holds(found: &[String], wanted: &[&str]) {
    for word in wanted {
        assert!(found.iter().any(|found| found == word), "{word} is not among {found:?}");
    }
}

#[test]
fn typescript() {
    let text = "\
// one
// two
import { a } from './a';
import b from 'b';
export class Box<T> extends Base {
  #hidden = 1;
  private inner: T;
  get(key: string): T { const local = 1; return local as T; }
}
interface Shape { area(): number; name: string }
enum Colour { Red, Green = 2 }
export type Pair = [number, number];
export const make = (x: number) => <div>{x}</div>;
const limit = 3, other = 4;
namespace Inner { export function f() {} }
declare function g(): void;
";
    assert_eq!(
        outlined(text, Language::TypeScript),
        "*class Box { field #hidden, field inner, *method get }, \
         interface Shape { *method area, *field name }, enum Colour { *enummember Red, *enummember Green }, \
         *typealias Pair, *function make, variable limit, variable other, module Inner { *function f }, *function g"
    );
    assert_eq!(folded(text, Language::TypeScript), ["Comment 2", "Imports 2", "Code 5"]);
    let cast = "export const a = <T>(x: T) => <number>x;\n";
    assert_eq!(outlined(cast, Language::TypeScript), "*function a", "the dialect without elements");
    let words = coloured("class A { m(x: number) { return this.n(x) } }", Language::TypeScript);
    assert_eq!(
        words,
        [
            "keyword class",
            "class A",
            "method m",
            "parameter x",
            "builtinType number",
            "keyword return",
            "selfParameter this",
            "method n",
            "variable x"
        ]
    );
}

#[test]
fn javascript() {
    let text = "\
export default class A { static b() {} c = () => 1; d = 2 }
function* f() { function g() {} const x = 1 }
const h = function () {};
module.exports = { i() {}, j: () => 2, k: 3 };
";
    assert_eq!(
        outlined(text, Language::JavaScript),
        "*class A { *method b, *method c, *field d }, function f { function g }, function h, *method i, *method j"
    );
}

#[test]
fn go() {
    let text = "\
package p
import \"fmt\"
type Box[T any] struct { Value T; io.Reader }
type Shape interface { Area() float64 }
type Name string
type Other = Name
const ( A = iota; b )
var X, y int
func (b *Box[T]) Get() T { local := 1; var z int; return b.Value }
func main() { fmt.Println() }
";
    assert_eq!(
        outlined(text, Language::Go),
        "*struct Box { *field Value, *field Reader }, *interface Shape { *method Area }, *class Name, \
         *typealias Other, *constant A, constant b, *variable X, *method Get, function main"
    );
    let words = coloured("package p\nfunc f(a int) { fmt.Println(a, nil) }", Language::Go);
    assert_eq!(
        words,
        [
            "keyword package",
            "namespace p",
            "keyword func",
            "function f",
            "parameter a",
            "type int",
            "variable fmt",
            "method Println",
            "variable a",
            "builtinConstant nil"
        ]
    );
}

#[test]
fn c() {
    let text = "\
#include <a.h>
#include \"b.h\"
#define MAX 3
#define SQ(x) ((x)*(x))
typedef struct { int a; char *b[3]; } Thing;
struct node { struct node *next; };
enum e { A, B = 2 };
static int counter = 0, *other;
char *copy(const char *from, int n);
int main(void) {
  int local = SQ(counter);
  node->next = copy(local);
  return 0;
}
";
    assert_eq!(
        outlined(text, Language::C),
        "*constant MAX, *macro SQ, *typealias Thing { *field a, *field b }, *struct node { *field next }, *enum e { *enummember A, *enummember B }, *variable counter, *function copy, *function main"
    );
    holds(&coloured(text, Language::C), &["type Thing", "function copy", "parameter n", "enumMember A", "macro SQ"]);
}

#[test]
fn cpp() {
    let text = "\
namespace a { template <class T> class Box : public Base { public: Box(); T get() const { return v_; } private: T v_; }; }
using Name = std::string;
int a::Box::f(int x) { auto y = x; return this->g(y); }
enum class Kind { One };
";
    assert_eq!(
        outlined(text, Language::Cpp),
        "*module a { *class Box { *method Box, *method get, *field v_ } }, *typealias Name, *function f, *enum Kind { *enummember One }"
    );
    holds(&coloured(text, Language::Cpp), &["namespace a", "class Box", "selfParameter this", "method g"]);
}

#[test]
fn java() {
    let text = "\
package a.b;
import java.util.List;
public class A<T> extends B implements C {
  private int x = 1;
  static final String NAME = \"n\";
  A(int x) { this.x = x; }
  @Override public int get(String key) { int local = 0; return list.size(); }
  enum K { ONE, TWO }
  record R(int a) {}
}
interface I { void f(); }
";
    assert_eq!(
        outlined(text, Language::Java),
        "*class A { field x, *field NAME, *constructor A, *method get, *enum K { *enummember ONE, *enummember TWO }, *class R }, *interface I { *method f }"
    );
    holds(&coloured(text, Language::Java), &["decorator Override", "method get", "parameter key", "builtinType int"]);
}

#[test]
fn csharp() {
    let text = "\
using System;
namespace A.B {
  public class C : D {
    int x = 1;
    public string Name { get; set; }
    public C(int a) { x = a; }
    public void M(string s) { var y = s.Length; Console.WriteLine($\"a{y}\"); }
  }
  enum E { One }
  interface I { void F(); }
  record R(int A);
}
";
    assert_eq!(
        outlined(text, Language::CSharp),
        "*module B { *class C { field x, *property Name, *constructor C, *method M }, *enum E { *enummember One }, *interface I { *method F }, *class R }"
    );
    holds(&coloured(text, Language::CSharp), &["property Name", "method WriteLine", "parameter s"]);
}

#[test]
fn ruby() {
    let text = "\
require 'x'
module A
  class B::C < D
    LIMIT = 3
    def initialize(a, b: 1)
      @a = a
    end
    def self.make(*args) = new(*args)
  end
end
x = A.make(1) { |v| puts v, :sym }
";
    assert_eq!(
        outlined(text, Language::Ruby),
        "*module A { *class C { *constant LIMIT, *method initialize, *method make } }"
    );
    holds(&coloured(text, Language::Ruby), &["namespace A", "parameter args", "property @a", "enumMember :sym"]);
}

#[test]
fn php() {
    let text = "\
<html><?php
namespace A\\B;
use C\\D;
const X = 1;
abstract class E extends D implements F {
  const Y = 2;
  private int $z = 3;
  public function g(string $a): int { $b = $a; return $this->h($b); }
}
function i() { return new E(); }
enum S: string { case One = 'o'; }
?>";
    assert_eq!(
        outlined(text, Language::Php),
        "*module A\\B, *constant X, *class E { *constant Y, *field z, *method g }, *function i, *enum S { *enummember One }"
    );
    holds(&coloured(text, Language::Php), &["class E", "interface F", "method h", "keyword function"]);
}

#[test]
fn bash() {
    let text = "\
#!/bin/bash
# doc
NAME=value
export OTHER=\"a $NAME\"
function greet() {
  local who=$1
  echo \"hi ${who}\" | grep h > /dev/null
}
greet you
for i in 1 2; do
  greet $i
done
";
    assert_eq!(outlined(text, Language::Bash), "*variable NAME, *variable OTHER, *function greet");
    holds(&coloured(text, Language::Bash), &["variable who", "function greet", "function grep", "keyword done"]);
}

#[test]
fn lua() {
    let text = "\
local M = {}
local a, b = 1, 2
function M.f(x, ...)
  local y = x
  return y:g(M.f)
end
local function h() end
M.t = { k = function() end, v = 2 }
return M
";
    assert_eq!(outlined(text, Language::Lua), "*variable M, *variable a, *function f, *function h, *function k");
    holds(&coloured(text, Language::Lua), &["function h", "property t", "method g", "parameter x"]);
}

#[test]
fn json() {
    let text = "\
{ \"a\": 1, \"b\": { \"c\": [true, null, \"s\"] }, \"\": 2 }";
    assert_eq!(outlined(text, Language::Json), "*field a, *module b { *module c }, *field \"\"");
    holds(&coloured(text, Language::Json), &["property \"a\"", "number 1", "boolean true"]);
}

#[test]
fn toml() {
    let text = "\
title = \"x\"
[package]
name = 'a'
\"quoted\".b = 1
[[bin]]
path = [1, 2]
";
    assert_eq!(
        outlined(text, Language::Toml),
        "*field title, *module package { *field name, *field \"quoted\".b }, *module bin { *field path }"
    );
    holds(&coloured(text, Language::Toml), &["property title", "namespace package", "string 'a'"]);
}

#[test]
fn yaml() {
    let text = "\
# c
a: 1
b:
  c: &x text
  d: [1, two]
e:
  - f: *x
    g: |
      block
";
    assert_eq!(
        outlined(text, Language::Yaml),
        "*field a, *module b { *field c, *field d }, *module e { *field f, *module g }"
    );
    holds(&coloured(text, Language::Yaml), &["property c", "label &x", "label *x"]);
}

#[test]
fn html() {
    let text = "\
<!DOCTYPE html>
<html>
<head><style>
.a { color: red }
</style><script>
let x = 1;
</script></head>
<body class=\"c\"><!-- n --><p>don't</p><br></body>
</html>
";
    assert_eq!(
        outlined(text, Language::Html),
        "*field html { *field head { *module style, *module script }, *field body { *field p, *field br } }"
    );
    holds(&coloured(text, Language::Html), &["type script", "property class", "string \"c\""]);
}

#[test]
fn css() {
    let text = "\
@import 'x';
:root { --main: #fff; }
.a > b, #c:hover {
  color: var(--main);
  margin: 1px auto !important;
}
@media (max-width: 3px) { p { x: y } }
@keyframes spin { from { a: b } to { a: c } }
";
    assert_eq!(
        outlined(text, Language::Css),
        "*class :root, *class .a > b, #c:hover, *module (max-width: 3px) { *class p }, *function spin"
    );
    holds(&coloured(text, Language::Css), &["class a", "enum c", "property color", "function var"]);
}

#[test]
fn markdown() {
    let text = "\
---
t: 1
---
# One

text

## Two *x*

- a
- b

```rust
fn f() {}
```

| a | b |
|---|---|
| 1 | 2 |

# Three
[l]: http://x
";
    assert_eq!(outlined(text, Language::Markdown), "*module One { *module Two *x* }, *module Three");
    holds(&coloured(text, Language::Markdown), &["class # One\n", "decorator rust", "label [l]"]);
}

#[test]
fn lua_names_mean_what_its_scopes_say() {
    let text = "local a = 1\nlocal function f(a, b)\n  local a = a + b\n  for i, a in g(a) do print(i, a) end\n  \
                return a, t.a, { a = a }\nend\nrepeat local c = 1 until c\nprint(a, c, f)\n";
    let tree = tree(text, Language::Lua);
    let bindings = montuno_syntax::scopes::bindings(&tree).expect("Lua's scopes are known");
    let place = |at: usize| text[..at].rsplit('\n').next().unwrap().len();
    let mut found = Vec::new();
    for name in ["a", "c", "f"] {
        for at in montuno_base::name_index::occurrences(text, name) {
            let range = montuno_base::TextRange::at((at as u32).into(), (name.len() as u32).into());
            let meant = montuno_syntax::scopes::resolve(&tree, &bindings, range);
            let line = |at: usize| text[..at].matches('\n').count() + 1;
            let shown = meant.map(|it| format!("{}:{}", line(it.name.start().into()), place(it.name.start().into())));
            found.push(format!("{name}{}:{} {}", line(at), place(at), shown.unwrap_or_else(|| "-".to_owned())));
        }
    }
    assert_eq!(
        found,
        [
            "a1:6 1:6",
            "a2:17 2:17",
            "a3:8 3:8",
            "a3:12 2:17",
            "a4:9 4:9",
            "a4:16 3:8",
            "a4:31 4:9",
            "a5:9 3:8",
            "a5:14 -",
            "a5:19 -",
            "a5:23 3:8",
            "a8:6 1:6",
            "c7:13 7:13",
            "c7:25 7:13",
            "c8:9 -",
            "f2:15 2:15",
            "f8:12 2:15"
        ]
    );
}
