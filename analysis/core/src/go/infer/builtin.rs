//! The functions that Go brings.

use super::{Inferring, default_type};
use crate::go::types::core_type;
use crate::ir::body::ExprId;
use crate::ir::type_ref::Constructor;
use crate::name::Name;
use crate::types::{Ty, TyKind};

impl Inferring<'_> {
    pub(super) fn builtin_call(&mut self, name: Name, arguments: &[ExprId], expected: Option<Ty>) -> Ty {
        let db = self.db;
        match name.as_str() {
            "make" | "new" => {
                let of = arguments.first().map_or(self.unknown(), |first| self.as_type(*first));
                let int = self.basic("int");
                for argument in arguments.iter().skip(1) {
                    self.expr(*argument, Some(int));
                }
                if name == "new" { Ty::built(db, Constructor::Pointer, [of]) } else { of }
            }
            "append" => {
                let slice = arguments.first().map_or(self.unknown(), |first| self.expr(*first, expected));
                let element = match core_type(db, slice).kind(db) {
                    TyKind::Built(Constructor::Slice, of) => Some(of[0]),
                    _ => None,
                };
                for argument in arguments.iter().skip(1) {
                    self.expr(*argument, element);
                }
                slice
            }
            "unsafe.Slice" | "unsafe.Add" | "unsafe.SliceData" | "unsafe.StringData" => {
                let types: Vec<Ty> = arguments.iter().map(|argument| self.expr(*argument, None)).collect();
                let first = types.first().copied().unwrap_or(self.unknown());
                match (name.as_str(), core_type(db, first).kind(db)) {
                    ("unsafe.Slice", TyKind::Built(Constructor::Pointer, of)) => {
                        Ty::built(db, Constructor::Slice, of.clone())
                    }
                    ("unsafe.SliceData", TyKind::Built(Constructor::Slice, of)) => {
                        Ty::built(db, Constructor::Pointer, of.clone())
                    }
                    ("unsafe.StringData", _) => {
                        let byte = self.basic("uint8");
                        Ty::built(db, Constructor::Pointer, [byte])
                    }
                    ("unsafe.Add", _) => first,
                    _ => self.unknown(),
                }
            }
            _ => {
                let types: Vec<Ty> = arguments.iter().map(|argument| self.expr(*argument, None)).collect();
                let first = types.first().copied().unwrap_or(self.unknown());
                match name.as_str() {
                    "len" | "cap" | "copy" => self.basic("int"),
                    "real" | "imag" => match default_type(db, first).kind(db) {
                        TyKind::Basic(name) if *name == "complex64" => self.basic("float32"),
                        _ => self.basic("float64"),
                    },
                    "complex" => match first.kind(db) {
                        TyKind::Basic(name) if *name == "float32" => self.basic("complex64"),
                        _ => self.basic("complex128"),
                    },
                    "min" | "max" => {
                        let typed =
                            |ty: &&Ty| !matches!(ty.kind(db), TyKind::Basic(name) if name.starts_with("untyped"));
                        types.iter().find(typed).copied().unwrap_or(first)
                    }
                    "recover" => self.basic("any"),
                    _ => Ty::built(db, Constructor::Tuple, []),
                }
            }
        }
    }
}
