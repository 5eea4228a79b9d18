//! Helix: `languages.toml`.

use anyhow::Context as _;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};

use super::change::Change;
use super::{Places, Plan};

/// What Helix is told, with the program by its name.
const LANGUAGES: &str = include_str!("../../../../editors/helix/languages.toml");

pub(super) fn plan(places: &Places) -> anyhow::Result<Plan> {
    let path = places.config.join("helix/languages.toml");
    let ours = ours(&places.program)?;
    Ok(Plan {
        changes: vec![Change::merged(path, ours.to_string(), |text| put(text, &ours))?],
        notes: vec![
            "`hx --health python` shows whether Helix finds it. Completion by a model stands in the completion list."
                .to_owned(),
        ],
    })
}

/// Our settings, with the program as this machine finds it.
fn ours(program: &str) -> anyhow::Result<DocumentMut> {
    let mut ours: DocumentMut = LANGUAGES.parse().context("our own languages.toml")?;
    ours["language-server"]["montuno"]["command"] = value(program);
    for language in tables(&mut ours)?.iter_mut() {
        language["debugger"]["command"] = value(program);
    }
    Ok(ours)
}

/// Our settings in a text of the user's: what the user chose for a language stays, Montuno is asked first.
fn put(text: &str, ours: &DocumentMut) -> anyhow::Result<String> {
    if text.trim().is_empty() {
        return Ok(ours.to_string());
    }
    let mut theirs: DocumentMut = text.parse().context("it is no valid TOML")?;
    let mut ours = ours.clone();
    // Behind what the user has, in the order of ours.
    forget_places(ours.as_table_mut());
    let servers = theirs.entry("language-server").or_insert_with(implicit);
    let servers = servers.as_table_like_mut().context("`language-server` is no table: change it by hand")?;
    let server = &ours["language-server"]["montuno"];
    match servers.get_mut("montuno").and_then(Item::as_table_like_mut) {
        // The user may have given it settings.
        Some(known) => {
            known.insert("command", server["command"].clone());
            known.insert("args", server["args"].clone());
        }
        None => {
            let mut server = server.clone();
            if let Some(table) = server.as_table_mut() {
                table.decor_mut().set_prefix("\n");
            }
            servers.insert("montuno", server);
        }
    }
    for new in tables(&mut ours)?.iter() {
        let name = new.get("name").and_then(Item::as_str).unwrap_or_default();
        let languages = tables(&mut theirs)?;
        let place = languages.iter().position(|old| old.get("name").and_then(Item::as_str) == Some(name));
        match place.and_then(|place| languages.get_mut(place)) {
            Some(old) => join(old, new).with_context(|| format!("the language {name}"))?,
            None => languages.push(new.clone()),
        }
    }
    Ok(theirs.to_string())
}

/// Puts Montuno into a language that the user has set up.
fn join(old: &mut Table, new: &Table) -> anyhow::Result<()> {
    let servers = old.entry("language-servers").or_insert_with(|| value(Array::new()));
    let servers = servers.as_array_mut().context("`language-servers` is no list: change it by hand")?;
    let is_ours = |server: &toml_edit::Value| {
        let name = server.as_inline_table().and_then(|table| table.get("name")).unwrap_or(server);
        name.as_str() == Some("montuno")
    };
    if !servers.iter().any(is_ours) {
        servers.insert(0, "montuno");
        if let Some(second) = servers.get_mut(1)
            && second.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().is_empty()
        {
            second.decor_mut().set_prefix(" ");
        }
    }
    let is_ours =
        old.get("debugger").and_then(|debugger| debugger.get("name")).and_then(Item::as_str) == Some("montuno");
    if is_ours || !old.contains_key("debugger") {
        old.insert("debugger", new["debugger"].clone());
    }
    Ok(())
}

/// The languages of a document.
fn tables(document: &mut DocumentMut) -> anyhow::Result<&mut ArrayOfTables> {
    let languages = document.entry("language").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    languages.as_array_of_tables_mut().context("`language` is not written as `[[language]]`: change it by hand")
}

/// Makes tables stand where they are put.
fn forget_places(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => forget_places(inner),
            Item::ArrayOfTables(several) => several.iter_mut().for_each(forget_places),
            _ => {}
        }
    }
}

/// A table that only holds others.
fn implicit() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let document: DocumentMut = text.parse().unwrap();
        let languages = document["language"].as_array_of_tables().unwrap();
        languages.iter().map(|language| language["name"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn what_the_user_chose_stays() {
        let ours = ours("/opt/montuno").unwrap();
        let theirs = "\
# mine
[[language]]
name = \"python\" # best
language-servers = [\"ruff\", { name = \"pylsp\" }]
debugger = { name = \"mine\", transport = \"stdio\" }

[language-server.montuno]
command = \"old\"
config = { ai = { lines = 1 } }

[[language]]
name = \"fish\"
indent = { tab-width = 4, unit = \"    \" }
";
        let merged = put(theirs, &ours).unwrap();
        assert!(merged.starts_with("# mine\n"), "{merged}");
        assert!(merged.contains("name = \"python\" # best"), "{merged}");
        assert!(merged.contains("[\"montuno\", \"ruff\", { name = \"pylsp\" }]"), "{merged}");
        assert!(merged.contains("debugger = { name = \"mine\", transport = \"stdio\" }"), "{merged}");
        assert!(merged.contains("command = \"/opt/montuno\""), "{merged}");
        assert!(merged.contains("config = { ai = { lines = 1 } }") && !merged.contains("old"), "{merged}");
        assert_eq!(names(&merged)[..3], ["python", "fish", "rust"]);
        assert_eq!(put(&merged, &ours).unwrap(), merged, "again changes nothing");
    }

    #[test]
    fn from_nothing_it_is_what_is_shown() {
        let ours = ours("montuno").unwrap();
        let made = put("", &ours).unwrap();
        assert_eq!(names(&made), names(LANGUAGES));
        assert_eq!(put(&made, &ours).unwrap(), made);
    }

    #[test]
    fn what_cannot_be_merged_is_left_alone() {
        let ours = ours("montuno").unwrap();
        for bad in ["[[language]", "language = [{ name = \"rust\" }]", "language-server = 1"] {
            assert!(put(bad, &ours).is_err(), "{bad}");
        }
    }
}
