//! Answers from the syntax tree while an engine is loading.
