//! Lines of ours in a file of the user's, between two lines that say so. When they are written again, they take the place
//! of the old ones.

/// Puts `block` into `text`; `comment` begins a comment there.
pub(super) fn put(text: &str, comment: &str, block: &str) -> anyhow::Result<String> {
    let begin = format!("{comment} >>> montuno");
    let end = format!("{comment} <<< montuno");
    let ours = format!("{begin}\n{}\n{end}\n", block.trim_end());
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    let place = |mark: &str| lines.iter().position(|line| line.trim_end() == mark);
    match (place(&begin), place(&end)) {
        (Some(first), Some(last)) if first < last => {
            Ok(format!("{}{ours}{}", lines[..first].concat(), lines[last + 1..].concat()))
        }
        (None, None) => {
            let gap = match text {
                "" => "",
                _ if text.ends_with('\n') => "\n",
                _ => "\n\n",
            };
            Ok(format!("{text}{gap}{ours}"))
        }
        _ => anyhow::bail!("one of the lines `{begin}` and `{end}` is missing: delete the other, or write it again"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_takes_the_place_of_the_old_one() {
        let once = put("(mine)", ";;", "(a)\n").unwrap();
        assert_eq!(once, "(mine)\n\n;; >>> montuno\n(a)\n;; <<< montuno\n");
        let twice = put(&format!("{once}(more)\n"), ";;", "(b)").unwrap();
        assert_eq!(twice, "(mine)\n\n;; >>> montuno\n(b)\n;; <<< montuno\n(more)\n");
        assert_eq!(put(&twice, ";;", "(b)").unwrap(), twice);
        assert!(put(";; >>> montuno\n", ";;", "(a)").is_err());
    }
}
