//! Go.

use super::{Template, expression, statement};

pub(super) const TEMPLATES: &[Template] = &[
    statement("if", "if {} {\n\t$0\n}"),
    statement("ifn", "if !{} {\n\t$0\n}"),
    statement("nil", "if {} == nil {\n\t$0\n}"),
    statement("nn", "if {} != nil {\n\t$0\n}"),
    statement("for", "for ${1:_}, ${2:item} := range {} {\n\t$0\n}"),
    statement("range", "for ${1:index} := range {} {\n\t$0\n}"),
    statement("switch", "switch {} {\ncase $0:\n}"),
    statement("var", "${1:name} := {}"),
    statement("return", "return {}"),
    statement("defer", "defer {}"),
    statement("go", "go {}"),
    statement("append", "{} = append({}, $0)"),
    expression("not", "!{}"),
    expression("len", "len({})"),
    expression("ref", "&{}"),
    expression("deref", "*{}"),
    expression("par", "({})"),
];
