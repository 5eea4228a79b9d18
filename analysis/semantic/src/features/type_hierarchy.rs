//! The types above and below a type.

use montuno_base::FilePosition;

use crate::cancel::Cancellable;
use crate::engine::Snapshot;
use crate::symbol::Target;

/// The types that a type hierarchy at a place begins with: those that the name there leads to, else
/// those of the value there.
///
/// # Errors
/// [`Cancelled`](crate::Cancelled).
pub fn prepare(snapshot: &dyn Snapshot, position: FilePosition) -> Cancellable<Vec<Target>> {
    let types = |targets: Vec<Target>| targets.into_iter().filter(|target| target.kind.is_type()).collect::<Vec<_>>();
    let named = snapshot.definitions(position)?.map(|resolution| types(resolution.targets)).unwrap_or_default();
    if !named.is_empty() {
        return Ok(named);
    }
    Ok(snapshot.type_definitions(position)?.map(|resolution| types(resolution.targets)).unwrap_or_default())
}
