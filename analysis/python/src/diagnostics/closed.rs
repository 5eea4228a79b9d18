//! Classes and modules of which everything is known: what they do not declare, they do not have.

use ruff_db::files::File;
use ruff_db::parsed::parsed_module;
use ruff_db::source::source_text;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;
use ty_python_core::definition::{Definition, DefinitionKind};
use ty_python_semantic::types::{Type, TypeDefinition};
use ty_python_semantic::{HasType, SemanticModel};

use crate::database::is_own;
use crate::view::View;

/// Words by which a class gets members that stand nowhere: from what it reads when it runs.
const DYNAMIC_CLASS: [&str; 4] = ["setattr(", "__dict__", "vars(", "__getattribute__"];

/// Words by which a module does.
const DYNAMIC_MODULE: [&str; 6] = ["globals()", "locals()", "vars()", "sys.modules", "exec(", "__getattr__"];

/// Decorators that add no members, or only those that the engine knows.
const HARMLESS: [&str; 9] = [
    "dataclass",
    "dataclasses.dataclass",
    "final",
    "typing.final",
    "total_ordering",
    "functools.total_ordering",
    "runtime_checkable",
    "typing.runtime_checkable",
    "unique",
];

/// Metaclasses that add no members, or only those that the engine knows.
const HARMLESS_METACLASSES: [&str; 4] = ["ABCMeta", "abc.ABCMeta", "EnumMeta", "enum.EnumMeta"];

impl<'db> View<'db> {
    /// Whether a value of this type certainly has no member `name` if none is declared. `around` is the
    /// class that `self` speaks of.
    pub(super) fn lacks(
        &self,
        model: &SemanticModel<'db>,
        ty: Type<'db>,
        name: &str,
        around: Option<Definition<'db>>,
    ) -> bool {
        let mut search = Search { view: *self, is_private: name.starts_with('_'), seen: FxHashSet::default() };
        search.is_closed(model, ty, around)
    }

    /// Whether a module has nothing but what it declares. A stub leaves out what its author did not want to show.
    pub(super) fn is_closed_module(&self, file: File) -> bool {
        is_own(self.db, file) && !file.is_stub(self.db) && !has_one_of(&source_text(self.db, file), &DYNAMIC_MODULE)
    }
}

struct Search<'db> {
    view: View<'db>,
    /// Whether the member is private: the stubs of the standard library leave those out.
    is_private: bool,
    seen: FxHashSet<Definition<'db>>,
}

impl<'db> Search<'db> {
    fn is_closed(&mut self, model: &SemanticModel<'db>, ty: Type<'db>, around: Option<Definition<'db>>) -> bool {
        let db = self.view.db;
        let members = match ty {
            Type::Union(union) => union.elements(db).to_vec(),
            Type::Intersection(intersection) => intersection.iter_positive(db).collect(),
            ty => vec![ty],
        };
        !members.is_empty()
            && members.into_iter().all(|ty| match ty {
                Type::ModuleLiteral(module) => {
                    module.module(db).file(db).is_some_and(|file| self.view.is_closed_module(file))
                }
                ty => match ty.definition(db, &model.program_environment()) {
                    Some(TypeDefinition::StaticClass(class)) => self.is_closed_class(class),
                    // The type of `self` and `cls` stands for whatever class is below.
                    Some(TypeDefinition::TypeVar(_)) | None if is_self(model, ty) => {
                        around.is_some_and(|class| self.is_closed_class(class))
                    }
                    // An enum's members are values of the enum.
                    Some(TypeDefinition::EnumMember(member)) => {
                        matches!(ty, Type::LiteralValue(_)) && is_own(db, member.file(db))
                    }
                    _ => false,
                },
            })
    }

    /// Whether a class, and all that it stands on, have nothing but what they declare. Of installed packages
    /// and of
    /// stubs that is not known: they may be of another version, and leave out what is private.
    fn is_closed_class(&mut self, class: Definition<'db>) -> bool {
        let db = self.view.db;
        if !self.seen.insert(class) {
            return true;
        }
        let file = class.file(db);
        let DefinitionKind::Class(node) = class.kind(db) else { return false };
        let parsed = parsed_module(db, class.python_file(db)).load(db);
        let node = node.node(&parsed);
        if file.path(db).is_vendored_path() {
            return !self.is_private || &node.name == "object";
        }
        if !is_own(db, file) || file.is_stub(db) {
            return false;
        }
        let text = source_text(db, file);
        let written = |expression: &Expr| {
            let called = expression.as_call_expr().map_or(expression, |call| &call.func);
            text[called.range().to_std_range()].to_owned()
        };
        let is_plain = node.decorator_list.iter().all(|one| HARMLESS.contains(&&*written(&one.expression)))
            && node.keywords().iter().all(|keyword| {
                let name = keyword.arg.as_ref().map(ast::Identifier::as_str);
                name != Some("metaclass") || HARMLESS_METACLASSES.contains(&&*written(&keyword.value))
            })
            && !has_one_of(&text[node.range.to_std_range()], &DYNAMIC_CLASS);
        let model = SemanticModel::new(db, class.program_file(db));
        is_plain
            && node.bases().iter().all(|base| match base.inferred_type(&model) {
                Some(ty @ (Type::ClassLiteral(_) | Type::GenericAlias(_))) => self.is_closed(&model, ty, None),
                // `Protocol`, `Generic[T]`, `NamedTuple`.
                Some(Type::SpecialForm(_) | Type::KnownInstance(_)) => true,
                _ => false,
            })
    }
}

/// Whether a type is that of `self` or `cls`: the engine shows it as `Self@method` or `type[Self@method]`.
fn is_self<'db>(model: &SemanticModel<'db>, ty: Type<'db>) -> bool {
    let shown = ty.display(model.db(), &model.program_environment()).to_string();
    shown.trim_start_matches("type[").starts_with("Self@")
}

fn has_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}
