//! Going from a name to what it means.

use montuno_base::FilePosition;
use montuno_semantic::{Confidence, Resolution};
use ty_python_semantic::types::Type;
use ty_python_semantic::{ImportAliasResolution, ResolvedDefinition, SemanticModel};

use crate::convert::ToOurs;
use crate::cursor::{self, Cursor};
use crate::navigation;
use crate::view::View;

impl<'db> View<'db> {
    /// Where the name at a place is defined: the source rather than the stub.
    pub(crate) fn definitions(&self, position: FilePosition) -> Option<Resolution> {
        self.resolve(position, navigation::definitions)
    }

    /// Where the name at a place is declared: the stub rather than the source.
    pub(crate) fn declarations(&self, position: FilePosition) -> Option<Resolution> {
        self.resolve(position, |model, cursor| {
            navigation::declarations(model, cursor, ImportAliasResolution::ResolveAliases)
        })
    }

    /// Where the type of the expression at a place is defined.
    pub(crate) fn type_definitions(&self, position: FilePosition) -> Option<Resolution> {
        self.resolve(position, |model, cursor| {
            let mut definitions = Vec::new();
            if let Some(ty) = cursor.inferred_type(model) {
                definitions_of_type(model, ty, &mut definitions);
            }
            definitions
        })
    }

    /// The targets of the definitions that `find` finds for the name at a place.
    pub(crate) fn resolve(
        &self,
        position: FilePosition,
        find: impl FnOnce(&SemanticModel<'db>, &Cursor<'_>) -> Vec<ResolvedDefinition<'db>>,
    ) -> Option<Resolution> {
        let (model, offset) = self.place(position)?;
        cursor::at(&model, &self.parsed(&model), offset, |model, cursor| {
            let targets = self.targets(find(model, cursor));
            let origin = cursor.range.ours();
            (!targets.is_empty()).then_some(Resolution { origin, targets, confidence: Confidence::Exact })
        })
    }
}

/// Where a type is defined: of a union each of its members.
fn definitions_of_type<'db>(model: &SemanticModel<'db>, ty: Type<'db>, found: &mut Vec<ResolvedDefinition<'db>>) {
    let db = model.db();
    match ty {
        Type::Union(union) => {
            for &member in union.elements(db) {
                definitions_of_type(model, member, found);
            }
        }
        Type::Intersection(intersection) => {
            for member in intersection.iter_positive(db) {
                definitions_of_type(model, member, found);
            }
        }
        ty => found.extend(navigation::of_type(model, ty)),
    }
}
