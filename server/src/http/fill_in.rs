//! Prompts that hold the text before and behind the cursor in one, marked by the words of some model. The model that
//! answers may know other words, so the texts are taken out.

/// The words that stand before the text before the cursor, before that behind it, and where the model goes on. Not every
/// model has the last.
const MARKS: &[[&str; 3]] = &[
    ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"],
    ["<fim_prefix>", "<fim_suffix>", "<fim_middle>"],
    ["<fim-prefix>", "<fim-suffix>", "<fim-middle>"],
    ["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"],
    ["<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"],
    ["<PRE> ", " <SUF>", " <MID>"],
    ["[PREFIX]", "[SUFFIX]", ""],
];

/// What a prompt holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct FillIn {
    /// What stands before all of it: other files.
    pub context: String,
    /// The text before the cursor.
    pub before: String,
    /// The text behind it.
    pub behind: String,
}

impl FillIn {
    /// Takes a prompt apart. One without marks is all text before the cursor.
    pub(super) fn parse(prompt: &str) -> Self {
        let marked = MARKS.iter().find(|[prefix, suffix, _]| prompt.contains(prefix) && prompt.contains(suffix));
        let Some([prefix, suffix, middle]) = marked else {
            return Self { before: prompt.to_owned(), ..Self::default() };
        };
        // Each text reaches to the next mark.
        let mut marks: Vec<(usize, &str)> = [prefix, suffix, middle]
            .into_iter()
            .filter(|mark| !mark.is_empty())
            .filter_map(|mark| Some((prompt.rfind(mark)?, *mark)))
            .collect();
        marks.sort_unstable();
        let part = |wanted: &str| {
            let index = marks.iter().position(|(_, mark)| *mark == wanted)?;
            let start = marks[index].0 + wanted.len();
            let end = marks.get(index + 1).map_or(prompt.len(), |(at, _)| *at);
            Some(prompt[start..end.max(start)].to_owned())
        };
        // Some models are told the text before the cursor last.
        let told_first = part(prefix).unwrap_or_default();
        let told_last = if middle.is_empty() { String::new() } else { part(middle).unwrap_or_default() };
        Self {
            context: prompt[..marks[0].0].to_owned(),
            before: told_first + &told_last,
            behind: part(suffix).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_understood() {
        for prompt in [
            "<|fim_prefix|>a = |<|fim_suffix|>\nb<|fim_middle|>",
            "<|fim_suffix|>\nb<|fim_prefix|>a = |<|fim_middle|>",
            "<|fim_prefix|><|fim_suffix|>\nb<|fim_middle|>a = |",
            "<fim_prefix>a = |<fim_suffix>\nb<fim_middle>",
            "<｜fim▁begin｜>a = |<｜fim▁hole｜>\nb<｜fim▁end｜>",
            "<PRE> a = | <SUF>\nb <MID>",
            "[SUFFIX]\nb[PREFIX]a = |",
        ] {
            let found = FillIn::parse(prompt);
            assert_eq!((found.before.as_str(), found.behind.as_str()), ("a = |", "\nb"), "{prompt}");
            assert_eq!(found.context, "");
        }
    }

    #[test]
    fn other_files_stand_before_it_and_plain_text_is_all_before_the_cursor() {
        let found = FillIn::parse("<|file_sep|>b.py\nx = 1\n<|fim_prefix|>a<|fim_suffix|><|fim_middle|>");
        assert_eq!(
            found,
            FillIn { context: "<|file_sep|>b.py\nx = 1\n".into(), before: "a".into(), behind: String::new() }
        );
        assert_eq!(FillIn::parse("def f():\n").before, "def f():\n");
        assert_eq!(FillIn::parse("<|fim_prefix|>a").before, "<|fim_prefix|>a", "half of it is no such prompt");
        assert_eq!(FillIn::parse(""), FillIn::default());
    }
}
