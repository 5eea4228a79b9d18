//! Giving a symbol another name.

use montuno_base::FilePosition;
use montuno_semantic::WorkspaceEdit;
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::presentation::RenameStart;

use crate::configuration;
use crate::convert::edit;
use crate::snapshot::RustSnapshot;

/// What is said of a place without a name.
const NO_NAME: &str = "there is no name here";

impl RustSnapshot {
    pub(crate) fn rename_start(&self, position: FilePosition) -> Cancellable<Result<RenameStart, String>> {
        let Some(place) = self.position(position)? else { return Ok(Err(NO_NAME.to_owned())) };
        let found = self.ask(|analysis| analysis.prepare_rename(place).map(Some))?;
        let range = match found {
            Some(Ok(found)) => found.range,
            Some(Err(reason)) => return Ok(Err(reason.to_string())),
            None => return Ok(Err(NO_NAME.to_owned())),
        };
        let text = self.engine_text(position.file)?;
        let name = text.as_deref().and_then(|text| text.get(std::ops::Range::<usize>::from(range)));
        Ok(Ok(RenameStart { range, name: name.unwrap_or_default().to_owned() }))
    }

    pub(crate) fn rename_to(
        &self,
        position: FilePosition,
        new_name: &str,
    ) -> Cancellable<Result<WorkspaceEdit, String>> {
        let Some(place) = self.position(position)? else { return Ok(Err(NO_NAME.to_owned())) };
        self.load_for_search(position)?;
        let found = self.ask(|analysis| analysis.rename(place, new_name, &configuration::rename()).map(Some))?;
        Ok(match found {
            Some(Ok(change)) => {
                let edit = edit::workspace_edit(change, &self.context.inputs.files);
                match edit.edits.keys().find(|&&file| !self.is_local(file)) {
                    Some(&file) => {
                        let path = self.context.inputs.files.path(file);
                        Err(format!("it is also named in {path}, which is not part of the workspace"))
                    }
                    None => Ok(edit),
                }
            }
            Some(Err(reason)) => Err(reason.to_string()),
            None => Err(NO_NAME.to_owned()),
        })
    }
}
