//! Java.

use super::{Template, expression, statement};

pub(super) const TEMPLATES: &[Template] = &[
    statement("if", "if ({}) {\n\t$0\n}"),
    statement("ifn", "if (!{}) {\n\t$0\n}"),
    statement("null", "if ({} == null) {\n\t$0\n}"),
    statement("nn", "if ({} != null) {\n\t$0\n}"),
    statement("for", "for (var ${1:item} : {}) {\n\t$0\n}"),
    statement("while", "while ({}) {\n\t$0\n}"),
    statement("switch", "switch ({}) {\n\t$0\n}"),
    statement("try", "try (var ${1:name} = {}) {\n\t$0\n}"),
    statement("var", "var ${1:name} = {};"),
    statement("return", "return {};"),
    statement("throw", "throw {};"),
    statement("print", "System.out.println({});"),
    expression("not", "!{}"),
    expression("cast", "((${1:Type}) {})"),
    expression("par", "({})"),
];
