//! The signatures of a call.

use montuno_base::{FilePosition, TextRange, TextSize};
use montuno_semantic::presentation::{Signature, SignatureHelp, SignatureParameter};

use super::def::Def;
use super::infer::infer;
use super::item::{Item, body};
use super::navigation::package_of_unit;
use super::package::unit_of;
use super::types::core_type;
use super::{display, hover, place};
use crate::database::{Db, source};
use crate::ir::body::{Expr, ExprId};
use crate::program::Unit;
use crate::types::TyKind;
use crate::view::View;

pub(super) fn signatures(view: &View<'_>, position: FilePosition) -> Option<SignatureHelp> {
    let db = view.db;
    let (file, offset) = view.place(position)?;
    let unit = unit_of(db, file);
    let (owner, call) = call_at(db, unit, offset)?;
    let base = owner.span(db)?.full.start();
    let body = body(db, owner);
    let Expr::Call { callee, arguments, .. } = &body.exprs[call.0 as usize] else { return None };
    let found = infer(db, owner);
    let from = package_of_unit(db, unit);
    let def = found.defs.get(callee).copied();
    let (label, parameters, variadic) = match def {
        Some(Def::Item(item)) if item.data(db).is_some_and(|data| data.signature.is_some()) => {
            let data = item.data(db)?;
            let signature = data.signature.as_ref()?;
            let anonymous = |_: u32| "struct{…}".to_owned();
            let label = format!("{}{}", data.name, display::signature(signature, &anonymous));
            let last = signature.parameters.len().wrapping_sub(1);
            let parameters: Vec<String> = signature
                .parameters
                .iter()
                .enumerate()
                .map(|(index, each)| display::parameter(each, signature.variadic && index == last, &anonymous))
                .collect();
            (label, parameters, signature.variadic)
        }
        _ => {
            let ty = found.type_of(*callee)?;
            let TyKind::Function(function) = core_type(db, ty).kind(db) else { return None };
            let label = display::ty(db, core_type(db, ty), Some(from));
            let parameters: Vec<String> =
                function.parameters.iter().map(|parameter| display::ty(db, *parameter, Some(from))).collect();
            (label, parameters, function.variadic)
        }
    };
    let mut ranges = Vec::new();
    let mut at = label.find('(')? + 1;
    for parameter in &parameters {
        // Of a parameter that takes any number, a function's type writes it otherwise.
        let Some(start) = label[at..].find(parameter.as_str()).map(|found| at + found) else { break };
        at = start + parameter.len();
        let size = |at: usize| TextSize::try_from(at).unwrap_or_default();
        ranges.push(SignatureParameter { label_range: TextRange::new(size(start), size(at)), documentation: None });
    }
    let text = source(db, file)?;
    let before = arguments.iter().filter(|argument| {
        let end = usize::from(body.expr_ranges[argument.0 as usize].end() + base);
        let here = usize::from(offset);
        end < here && text.get(end..here).is_some_and(|between| between.contains(','))
    });
    let active = before.count();
    let last = ranges.len().checked_sub(1);
    let active = match last {
        Some(last) if variadic => Some(active.min(last)),
        Some(last) if active <= last => Some(active),
        _ => None,
    };
    let documentation = def.and_then(|def| hover::documentation_of_def(db, def));
    let signature = Signature { label, documentation, parameters: ranges, active_parameter: active };
    Some(SignatureHelp { signatures: vec![signature], active_signature: 0 })
}

/// The innermost call whose brackets are around an offset.
fn call_at(db: &dyn Db, unit: Unit, offset: TextSize) -> Option<(Item, ExprId)> {
    let owner = place::body_at(db, unit, offset)?;
    let base = owner.span(db)?.full.start();
    let body = body(db, owner);
    let around = body.exprs.iter().enumerate().filter(|(index, expr)| {
        let Expr::Call { callee, .. } = expr else { return false };
        let range = body.expr_ranges[*index] + base;
        let open = body.expr_ranges[callee.0 as usize].end() + base;
        open < offset && offset <= range.end() && range.start() <= offset
    });
    let text = source(db, unit.file(db))?;
    let inside = around.filter(|(index, _)| {
        let range = body.expr_ranges[*index] + base;
        // Behind the closing bracket is outside of it.
        offset < range.end() || !text.get(..usize::from(range.end())).is_some_and(|text| text.ends_with(')'))
    });
    let smallest = inside.min_by_key(|(index, _)| body.expr_ranges[*index].len())?;
    Some((owner, ExprId(u32::try_from(smallest.0).ok()?)))
}
