//! Composite literals.

use super::{Defect, Inferring};
use crate::go::def::Def;
use crate::go::types::{core_type, type_of};
use crate::ir::body::{Element, Expr, ExprId};
use crate::ir::items::ItemKind;
use crate::ir::type_ref::Constructor;
use crate::types::{Ty, TyKind};

impl Inferring<'_> {
    /// `T{…}`. Inside of another literal the type is left out, and with it the `&` of a pointer.
    pub(super) fn composite(&mut self, written: Option<Ty>, elements: &[Element], expected: Option<Ty>) -> Ty {
        let db = self.db;
        let ty = written.or(expected).unwrap_or(self.unknown());
        let mut core = core_type(db, ty);
        if written.is_none()
            && let TyKind::Built(Constructor::Pointer, of) = core.kind(db)
        {
            core = core_type(db, of[0]);
        }
        match core.kind(db) {
            TyKind::Nominal(item, arguments) if item.kind(db) == ItemKind::Struct => {
                let (item, arguments) = (*item, arguments.clone());
                let fields: Vec<_> = item.children(db).filter(|child| child.kind(db) == ItemKind::Field).collect();
                for (index, element) in elements.iter().enumerate() {
                    let field = match element.key {
                        Some(key) => match self.field_key(key) {
                            Some(name) => {
                                let field = fields.iter().find(|field| field.name(db) == name).copied();
                                match field {
                                    Some(field) => {
                                        self.found.defs.insert(self.bare(key), Def::Item(field));
                                    }
                                    None => self.found.defects.push(Defect::UnknownMember(self.bare(key))),
                                }
                                field
                            }
                            None => {
                                self.expr(key, None);
                                None
                            }
                        },
                        None => fields.get(index).copied(),
                    };
                    let of = field.map(|field| type_of(db, field).substitute(db, item, &arguments));
                    if let (Some(key), Some(of)) = (element.key, of) {
                        let key = self.bare(key);
                        self.found.types[key.0 as usize] = Some(of);
                    }
                    self.expr(element.value, of);
                }
            }
            TyKind::Built(Constructor::Map, of) => {
                for element in elements {
                    if let Some(key) = element.key {
                        self.expr(key, Some(of[0]));
                    }
                    self.expr(element.value, Some(of[1]));
                }
            }
            TyKind::Built(Constructor::Slice | Constructor::Array(_), of) => {
                for element in elements {
                    if let Some(key) = element.key {
                        self.expr(key, None);
                    }
                    self.expr(element.value, Some(of[0]));
                }
            }
            _ => {
                for element in elements {
                    // It may be a field's name, of which nothing is known.
                    if let Some(key) = element.key
                        && self.field_key(key).is_none()
                    {
                        self.expr(key, None);
                    }
                    self.expr(element.value, None);
                }
            }
        }
        ty
    }

    /// The name that a key is, if it can be a field's.
    fn field_key(&self, key: ExprId) -> Option<crate::name::Name> {
        match &self.body.exprs[self.bare(key).0 as usize] {
            Expr::Name(name) => Some(*name),
            Expr::Local(local) => self.body.locals.get(local.0 as usize).map(|local| local.name),
            _ => None,
        }
    }
}
