//! Emacs: eglot, which it has from version 29 on, and dape where it is installed.

use super::change::Change;
use super::{Places, Plan, block};

pub(super) fn plan(places: &Places) -> anyhow::Result<Plan> {
    let candidates =
        [places.home.join(".emacs.d/init.el"), places.home.join(".emacs"), places.config.join("emacs/init.el")];
    let path = candidates.iter().find(|path| path.is_file()).unwrap_or(&candidates[0]).clone();
    let text = text(&places.program);
    Ok(Plan {
        changes: vec![Change::merged(path, text.clone(), |before| block::put(before, ";;", &text))?],
        notes: vec![
            "`M-x eglot` starts it in a buffer; `M-x dape` debugs, where that package is installed.".to_owned(),
        ],
    })
}

fn text(program: &str) -> String {
    let program = format!("{program:?}");
    format!(
        "\
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((python-mode python-ts-mode rust-mode rust-ts-mode go-mode go-ts-mode typescript-mode
                  typescript-ts-mode tsx-ts-mode js-mode js-ts-mode)
                 . ({program} \"lsp\"))))
(with-eval-after-load 'dape
  (add-to-list 'dape-configs
               '(montuno
                 modes (python-mode python-ts-mode rust-mode rust-ts-mode go-mode go-ts-mode c-mode c-ts-mode
                        c++-mode c++-ts-mode js-mode js-ts-mode typescript-mode typescript-ts-mode)
                 command {program}
                 command-args (\"dap\")
                 :type \"montuno\"
                 :request \"launch\"
                 :file (lambda () (buffer-file-name))
                 :line (lambda () (line-number-at-pos)))))"
    )
}
