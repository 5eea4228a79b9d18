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
