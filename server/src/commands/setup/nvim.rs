//! Neovim: the plugin, as a package that Neovim loads by itself.

use super::change::Change;
use super::{Places, Plan};

/// A file of the plugin: its path and its text.
macro_rules! shipped {
    ($path:literal) => {
        ($path, include_str!(concat!("../../../../editors/nvim/", $path)))
    };
}

/// The plugin: path and text of each of its files.
const FILES: &[(&str, &str)] = &[
    shipped!("doc/montuno.txt"),
    shipped!("lsp/montuno.lua"),
    shipped!("lua/montuno/client.lua"),
    shipped!("lua/montuno/commands.lua"),
    shipped!("lua/montuno/dap.lua"),
    shipped!("lua/montuno/ghost_text.lua"),
    shipped!("lua/montuno/ghost_text_older.lua"),
    shipped!("lua/montuno/health.lua"),
    shipped!("lua/montuno/init.lua"),
    shipped!("lua/montuno/options.lua"),
    shipped!("lua/montuno/protocol.lua"),
    shipped!("lua/montuno/status.lua"),
    shipped!("plugin/montuno.lua"),
];

pub(super) fn plan(places: &Places) -> anyhow::Result<Plan> {
    let folder = places.data.join(if cfg!(windows) { "nvim-data" } else { "nvim" });
    let folder = folder.join("site/pack/montuno/start/montuno");
    let changes = FILES.iter().map(|(path, text)| Change::owned(folder.join(path), *text));
    let mut plan = Plan { changes: changes.collect::<anyhow::Result<_>>()?, notes: Vec::new() };
    if places.program != "montuno" {
        plan.notes.push(format!(
            "`montuno` is not on your PATH; in init.lua: vim.g.montuno = {{ command = {{ '{}' }} }}",
            places.program
        ));
    }
    plan.notes.push("`:checkhealth montuno` says whether all is well, `:help montuno` what can be chosen.".to_owned());
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_plugin_is_shipped() {
        let root = format!("{}/../editors/nvim", env!("CARGO_MANIFEST_DIR"));
        let mut there = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path.to_str().unwrap().to_owned());
                } else {
                    there.push(path.to_str().unwrap()[root.len() + 1..].to_owned());
                }
            }
        }
        // `:helptags` makes the one, and the other is read where the plugin comes from.
        there.retain(|path| path != "doc/tags" && path != "README.md");
        there.sort();
        assert_eq!(there, FILES.iter().map(|(path, _)| *path).collect::<Vec<_>>());
    }
}
