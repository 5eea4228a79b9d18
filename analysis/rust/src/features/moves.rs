//! Modules that follow their files to other names.
//!
//! A file or folder that gets another name where it is gives its module that name. One that moves to another folder would
//! be a module of another one: which, is for its author to say.

use montuno_base::{Utf8Path, Utf8PathBuf};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::edit::FileOperation;
use montuno_semantic::{FileMove, Moves, WorkspaceEdit};

use crate::configuration;
use crate::convert::edit;
use crate::load::database::to_engine;
use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    pub(crate) fn edits_of_moves(&self, moves: &Moves) -> Cancellable<WorkspaceEdit> {
        let mut all = WorkspaceEdit::default();
        self.load_all()?;
        let files = &self.context.inputs.files;
        for (path, name) in moves.iter().filter_map(renamed_module) {
            let file = files.id(&path);
            if self.engine_text(file)?.is_none() {
                continue;
            }
            let change =
                self.ask(|analysis| analysis.will_rename_file(to_engine(file), &name, &configuration::rename()))?;
            let Some(found) = change.map(|change| edit::workspace_edit(change, files)) else { continue };
            for (file, edits) in found.edits {
                let known = all.edits.entry(file).or_default();
                known.extend(edits.into_iter().filter(|edit| !known.contains(edit)).collect::<Vec<_>>());
            }
            // The folder of a module's own modules goes with it; the file itself is moved by whoever asks.
            all.operations.extend(found.operations.into_iter().filter(|operation| match operation {
                FileOperation::Move(from, _) => !moves.moves(from),
                FileOperation::Create(..) => false,
            }));
        }
        Ok(all)
    }
}

/// The file of the module that gets another name, and the name.
fn renamed_module(one: &FileMove) -> Option<(Utf8PathBuf, String)> {
    if one.from.parent() != one.to.parent() {
        return None;
    }
    if one.from.extension() == Some("rs") {
        let (old, new) = (one.from.file_stem()?, one.to.file_stem()?);
        let is_named_by_folder = |name: &str| name == "mod";
        return (!is_named_by_folder(old) && !is_named_by_folder(new) && one.to.extension() == Some("rs"))
            .then(|| (one.from.clone(), new.to_owned()));
    }
    let file = one.from.join("mod.rs");
    Utf8Path::is_file(&file).then(|| (file, one.to.file_name().unwrap_or_default().to_owned()))
}
