//! Who calls a function, and whom it calls.

use montuno_base::{FileId, FilePosition, TextRange};

use crate::cancel::Cancellable;
use crate::engine::Snapshot;
use crate::features::parallel::ask_files;
use crate::features::references::uses_of;
use crate::hierarchy::{Call, Item};
use crate::symbol::{SymbolKind, Target};

/// The functions that a call hierarchy at a place begins with: those that the name there leads to. A
/// class is called as well.
///
/// # Errors
/// [`Cancelled`](crate::Cancelled).
pub fn prepare(snapshot: &dyn Snapshot, position: FilePosition) -> Cancellable<Vec<Target>> {
    let targets = snapshot.definitions(position)?.map(|resolution| resolution.targets).unwrap_or_default();
    Ok(targets.into_iter().filter(|target| target.kind.is_callable() || target.kind.is_type()).collect())
}

/// Who calls the function whose name stands at a place: each caller once, with all its calls.
///
/// # Errors
/// As above.
pub fn incoming(snapshot: &dyn Snapshot, position: FilePosition) -> Cancellable<Vec<Call>> {
    let Some(symbol) = snapshot.symbol(position, false)? else { return Ok(Vec::new()) };
    let uses = uses_of(snapshot, &symbol)?;
    let mut files: Vec<FileId> = uses.iter().map(|reference| reference.place.file).collect();
    files.dedup();
    ask_files(
        &files,
        || snapshot.fork(),
        |snapshot, file| {
            let items = snapshot.items(file)?;
            let whole = TextRange::up_to(u32::MAX.into());
            let mut callers: Vec<Call> = Vec::new();
            let places = snapshot.calls(montuno_base::FileRange { file, range: whole })?;
            let is_call = |range: TextRange| places.iter().any(|call| call.ranges.contains(&range));
            for reference in uses.iter().filter(|reference| reference.place.file == file && !reference.is_declaration) {
                let range = reference.place.range();
                if !is_call(range) {
                    continue;
                }
                let caller = enclosing_function(&**snapshot, file, &items, range);
                match callers.iter_mut().find(|call| call.target.name_range == caller.name_range) {
                    Some(call) => call.ranges.push(range),
                    None => callers.push(Call { target: caller, ranges: vec![range] }),
                }
            }
            Ok(callers)
        },
    )
}

/// Whom the function whose name stands at a place calls: each function once, with all the calls.
///
/// # Errors
/// As above.
pub fn outgoing(snapshot: &dyn Snapshot, position: FilePosition) -> Cancellable<Vec<Call>> {
    let mut calls = Vec::new();
    for target in prepare(snapshot, position)? {
        let body = montuno_base::FileRange { file: target.file, range: target.full_range };
        calls.extend(snapshot.calls(body)?);
    }
    Ok(calls)
}

/// The innermost function around a range, as a target; else the file itself.
fn enclosing_function(snapshot: &dyn Snapshot, file: FileId, items: &[Item], range: TextRange) -> Target {
    let mut best: Option<(&Item, Option<&str>)> = None;
    for item in items {
        item.walk(None, &mut |item, container| {
            if item.kind.is_callable() && item.full_range.contains_range(range) {
                best = Some((item, container));
            }
        });
    }
    match best {
        Some((item, container)) => Target {
            file,
            full_range: item.full_range,
            name_range: item.name_range,
            name: item.name.clone(),
            kind: item.kind,
            container: container.map(str::to_owned),
        },
        None => {
            let path = snapshot.context().inputs.files.path(file);
            Target {
                file,
                full_range: TextRange::empty(0.into()),
                name_range: TextRange::empty(0.into()),
                name: path.file_name().unwrap_or_default().to_owned(),
                kind: SymbolKind::File,
                container: None,
            }
        }
    }
}
