use super::Docstring;

fn markdown(text: &str) -> String {
    Docstring::parse(text).to_markdown()
}

#[test]
fn google_style() {
    let doc = Docstring::parse(
        "Fetches rows.

        Args:
            table (str): The table.
                On a second line.
            *keys: Which rows.

        Returns:
            dict: The rows.

        Raises:
            IOError: When it fails.
        ",
    );
    assert_eq!(
        doc.to_markdown(),
        "Fetches rows.\n\n**Args**\n\n- `table` (`str`): The table.\n  On a second line.\n\n- `*keys`: Which \
         rows.\n\n**Returns**\n\n- `dict`: The rows.\n\n**Raises**\n\n- `IOError`: When it fails."
    );
    assert_eq!(doc.parameter("keys").as_deref(), Some("Which rows."));
    assert_eq!(doc.parameter("IOError"), None, "no parameter");
}

#[test]
fn numpy_style() {
    let doc = Docstring::parse(
        "
        Adds.

        Parameters
        ----------
        x, y : int
            The numbers.

        Returns
        -------
        int
            The sum.

        Notes
        -----
        Quick.
        ",
    );
    assert_eq!(
        doc.to_markdown(),
        "Adds.\n\n**Parameters**\n\n- `x, y` (`int`): The numbers.\n\n**Returns**\n\n- (`int`): The \
         sum.\n\n**Notes**\n\nQuick."
    );
    assert_eq!(doc.parameter("y").as_deref(), Some("The numbers."));
}

#[test]
fn restructured_text_style() {
    let doc = Docstring::parse(
        "Sends it.

        :param str name: The name.
        :param count: How many,
            at most.
        :type count: int
        :returns: Whether it went.
        :rtype: bool
        ",
    );
    assert_eq!(
        doc.to_markdown(),
        "Sends it.\n\n**Parameters**\n\n- `name` (`str`): The name.\n\n- `count` (`int`): How many,\n  at \
         most.\n\n**Returns**\n\n- (`bool`): Whether it went."
    );
    assert_eq!(doc.parameter("count").as_deref(), Some("How many,\nat most."));
}

#[test]
fn code_is_fenced() {
    assert_eq!(markdown("See:\n\n>>> f(1)\n2\n\nDone."), "See:\n\n```python\n>>> f(1)\n2\n```\n\nDone.");
    assert_eq!(markdown("So::\n\n    f(1)\n\nDone."), "So:\n\n```python\nf(1)\n```\n\nDone.");
    assert_eq!(markdown("A.\n\n.. code-block:: json\n\n    {}\n"), "A.\n\n```json\n{}\n```");
}

#[test]
fn signs_of_markdown_are_escaped() {
    assert_eq!(markdown("Calls ``f`` and :func:`~a.b.g`."), "Calls `f` and `g`.");
    assert_eq!(
        markdown("Takes *args, **kwargs, __init__ and a_b."),
        "Takes \\*args, \\*\\*kwargs, \\_\\_init\\_\\_ and a_b."
    );
    assert_eq!(markdown("A <b> and **bold** *text*."), "A \\<b> and **bold** *text*.");
}

#[test]
fn nonsense_is_text() {
    for text in [
        "",
        "\n\n",
        "Args:",
        ":param",
        "`",
        "``",
        "Args:\n",
        "x::",
        "```",
        "Title\n---",
        ".. note::",
        "\u{e9}:\n  \u{e9}",
    ] {
        markdown(text);
    }
}
