//! Completion by a language model: what binds `inference/complete` to the host.
//!
//! | module | subject |
//! | --- | --- |
//! | [`oracle`] | what completion is told of the code |
//! | [`models`] | models on this machine |
//! | [`assistant`] | the completion of one session |
//! | [`instructor`] | the model that follows instructions |
//! | [`next_edit`] | what next edits are told of the code |

pub(crate) mod assistant;
pub(crate) mod instructor;
pub(crate) mod models;
pub(crate) mod next_edit;
pub(crate) mod oracle;

pub(crate) use assistant::Assistant;

/// A library of ONNX Runtime is loaded by a process of its own first, which is this program again: one that is damaged
/// takes down that process alone.
pub(crate) fn prepare() {
    let program = std::env::current_exe().ok().and_then(|path| montuno_base::Utf8PathBuf::from_path_buf(path).ok());
    if let Some(program) = program {
        let arguments = ["runtime", "probe"].map(str::to_owned).to_vec();
        montuno_engine::runtime::set_probe(montuno_engine::runtime::Probe { program, arguments });
    }
}
