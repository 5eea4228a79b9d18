//! C++, as tree-sitter-cpp names it.

use super::c::{C, FOLDS, FUNCTIONS, WORDS, declared_function, declared_name};
use super::table::{Declaration, EMPTY, Name, Table, declares};
use crate::symbol::SymbolKind;

pub(super) static CPP: Table = Table {
    language: |_| tree_sitter_cpp::LANGUAGE.into(),
    declarations: DECLARATIONS,
    folds: FOLDS,
    imports: C.imports,
    words: WORDS,
    functions: FUNCTIONS,
    ..EMPTY
};

const TEMPLATE: &[&str] = &["template_declaration"];

const DECLARATIONS: &[Declaration] = &[
    declares("namespace_definition", SymbolKind::Module),
    declares("class_specifier", SymbolKind::Class).only("body", &["field_declaration_list"]).within(TEMPLATE),
    declares("struct_specifier", SymbolKind::Struct).only("body", &["field_declaration_list"]).within(TEMPLATE),
    declares("union_specifier", SymbolKind::Struct).only("body", &["field_declaration_list"]),
    declares("enum_specifier", SymbolKind::Enum).only("body", &["enumerator_list"]),
    declares("enumerator", SymbolKind::EnumMember),
    declares("concept_definition", SymbolKind::Interface).within(TEMPLATE),
    declares("alias_declaration", SymbolKind::TypeAlias).detail("type").within(TEMPLATE),
    declares("type_definition", SymbolKind::TypeAlias).named(Name::Found(declared_name)).detail("type"),
    declares("function_definition", SymbolKind::Function)
        .named(Name::Found(declared_name))
        .detail("type")
        .within(TEMPLATE),
    declares("field_declaration", SymbolKind::Method).named(Name::Found(declared_function)),
    declares("field_declaration", SymbolKind::Field).named(Name::Found(declared_name)).detail("type"),
    declares("declaration", SymbolKind::Function).named(Name::Found(declared_function)).within(TEMPLATE),
    declares("declaration", SymbolKind::Variable).named(Name::Found(declared_name)).detail("type"),
    declares("preproc_def", SymbolKind::Constant),
    declares("preproc_function_def", SymbolKind::Macro).detail("parameters"),
];
