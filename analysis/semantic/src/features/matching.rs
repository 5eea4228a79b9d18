//! How well a name fits what somebody typed.

/// How well `name` fits `query`: larger is better, `None` is not at all. The letters of the query must
/// stand in the name in their order; upper case counts only as a hint.
///
/// Best is the same name, then one that begins with the query, then one with a word that does, then one
/// that holds it, then one that holds its letters at the beginnings of words, then one that holds them
/// anywhere. Shorter names are better than longer ones.
pub fn score(query: &str, name: &str) -> Option<u32> {
    if query.is_empty() {
        return Some(0);
    }
    // All of them need that, and few names have it.
    if !is_subsequence(query, name) {
        return None;
    }
    let class = if name == query {
        7
    } else if equal(name, query) {
        6
    } else if starts_with(name, query) {
        5
    } else {
        match find(name, query) {
            Some(at) if is_word_start(name, at) => 4,
            Some(_) => 3,
            None if fits_word_starts(query, name) => 2,
            None => 1,
        }
    };
    let hint = u32::from(name.contains(query)) * 200;
    let length = u32::try_from(name.len()).unwrap_or(u32::MAX).min(150);
    Some(class * 1000 + hint + (150 - length))
}

fn equal(a: &str, b: &str) -> bool {
    a.len() == b.len() && starts_with(a, b)
}

fn starts_with(name: &str, query: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    query.chars().flat_map(char::to_lowercase).all(|wanted| letters.next() == Some(wanted))
}

fn find(name: &str, query: &str) -> Option<usize> {
    name.char_indices().map(|(at, _)| at).find(|&at| starts_with(&name[at..], query))
}

/// Whether a word of a name begins at a byte: `camelCase`, `snake_case`.
fn is_word_start(name: &str, at: usize) -> bool {
    let Some(before) = name[..at].chars().next_back() else { return true };
    let Some(here) = name[at..].chars().next() else { return false };
    !before.is_alphanumeric() || (here.is_uppercase() && !before.is_uppercase())
}

/// Whether each letter of the query begins a word of the name: `sI` for `symbol_index`.
fn fits_word_starts(query: &str, name: &str) -> bool {
    let starts = name.char_indices().filter(|&(at, _)| is_word_start(name, at)).map(|(_, letter)| letter);
    let mut starts = starts.flat_map(char::to_lowercase);
    query.chars().flat_map(char::to_lowercase).all(|wanted| starts.any(|letter| letter == wanted))
}

fn is_subsequence(query: &str, name: &str) -> bool {
    if query.is_ascii() && name.is_ascii() {
        let mut letters = name.bytes();
        return query.bytes().all(|wanted| letters.any(|letter| letter.eq_ignore_ascii_case(&wanted)));
    }
    let mut letters = name.chars().flat_map(char::to_lowercase);
    query.chars().flat_map(char::to_lowercase).all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closer_the_better() {
        let names = ["index", "Index", "indexes", "symbol_index", "reindex", "in_dir_example", "i_n_d_e_x_es"];
        let mut scored: Vec<_> = names.iter().map(|name| (score("index", name), *name)).collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        let order: Vec<_> = scored.iter().map(|(_, name)| *name).collect();
        assert_eq!(order, ["index", "Index", "indexes", "symbol_index", "reindex", "i_n_d_e_x_es", "in_dir_example"]);
        assert_eq!(score("index", "xedni"), None);
        assert!(score("sI", "symbolIndex").is_some() && score("é", "É").is_some());
    }
}
