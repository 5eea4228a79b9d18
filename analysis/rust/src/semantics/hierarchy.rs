//! Traits and what implements them.

use montuno_base::FilePosition;
use montuno_semantic::Target;
use montuno_semantic::cancel::Cancellable;
use ra_ap_hir::{Adt, Crate, HasCrate, Impl, ModuleDef, Semantics, Trait, Type};
use ra_ap_ide::TryToNav;
use ra_ap_ide_db::RootDatabase;
use ra_ap_ide_db::defs::{Definition, IdentClass};

use super::types::token_at;
use crate::convert::target;
use crate::snapshot::RustSnapshot;

/// A type or trait that others stand on.
enum Kind<'db> {
    Trait(Trait),
    Type(Type<'db>),
}

impl RustSnapshot {
    /// The type or trait at a place itself.
    pub(crate) fn type_named_at(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        self.types_from(position, |_, kind| match kind {
            Kind::Trait(found) => vec![Definition::Trait(found)],
            Kind::Type(ty) => ty.as_adt().map(Definition::Adt).into_iter().collect(),
        })
    }

    /// Of a trait, those that it requires; of a type, those that it implements.
    pub(crate) fn types_above(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        self.types_from(position, |sema, kind| {
            let traits = match kind {
                Kind::Trait(found) => found.direct_supertraits(sema.db),
                Kind::Type(ty) => {
                    let implementations = Impl::all_for_type(sema.db, ty);
                    implementations.into_iter().filter_map(|it| it.trait_(sema.db)).collect()
                }
            };
            traits.into_iter().map(Definition::Trait).collect()
        })
    }

    /// Of a trait, the traits that require it and the types that implement it. Of one that is not the
    /// user's own, only those that are.
    pub(crate) fn types_below(&self, position: FilePosition) -> Cancellable<Vec<Target>> {
        self.types_from(position, |sema, kind| {
            let Kind::Trait(found) = kind else { return Vec::new() };
            let is_local = |krate: Crate| krate.origin(sema.db).is_local();
            let is_own = is_local(found.krate(sema.db));
            let requiring = found.krate(sema.db).transitive_reverse_dependencies(sema.db);
            let requiring =
                requiring.filter(|&krate| is_own || is_local(krate)).flat_map(|krate| krate.modules(sema.db));
            let requiring =
                requiring.flat_map(|module| module.declarations(sema.db)).filter_map(|declared| match declared {
                    ModuleDef::Trait(other) => Some(other).filter(|it| it.direct_supertraits(sema.db).contains(&found)),
                    _ => None,
                });
            let implementing = Impl::all_for_trait(sema.db, found).into_iter();
            let implementing = implementing.filter(|it| is_own || is_local(it.krate(sema.db)));
            let implementing = implementing.filter_map(|it| it.self_ty(sema.db).as_adt());
            requiring.map(Definition::Trait).chain(implementing.map(Definition::Adt)).collect()
        })
    }

    fn types_from(
        &self,
        position: FilePosition,
        follow: impl for<'db> FnOnce(&Semantics<'db, RootDatabase>, Kind<'db>) -> Vec<Definition<'db>>,
    ) -> Cancellable<Vec<Target>> {
        let Some(place) = self.position(position)? else { return Ok(Vec::new()) };
        let mut targets = self.read(|database| {
            let sema = Semantics::new(database);
            let Some(kind) = token_at(&sema, place).and_then(|token| kind_at(&sema, token)) else { return Vec::new() };
            let found = follow(&sema, kind);
            found.into_iter().filter_map(|it| Some(target::target(it.try_to_nav(&sema)?.call_site))).collect()
        })?;
        self.sort(&mut targets);
        targets.dedup();
        Ok(targets)
    }
}

fn kind_at<'db>(sema: &Semantics<'db, RootDatabase>, token: ra_ap_syntax::SyntaxToken) -> Option<Kind<'db>> {
    let token = sema.descend_into_macros_single_exact(token);
    let found = IdentClass::classify_token(sema, &token)?.definitions_no_ops();
    found.into_iter().find_map(|found| match found {
        Definition::Trait(found) => Some(Kind::Trait(found)),
        Definition::Adt(adt) => Some(Kind::Type(type_of(sema, adt))),
        Definition::SelfType(found) => Some(Kind::Type(found.self_ty(sema.db))),
        Definition::TypeAlias(alias) => Some(Kind::Type(alias.ty(sema.db))),
        _ => None,
    })
}

fn type_of<'db>(sema: &Semantics<'db, RootDatabase>, adt: Adt) -> Type<'db> {
    adt.ty(sema.db)
}
