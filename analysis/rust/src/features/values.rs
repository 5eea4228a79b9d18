//! Variables whose values a debugger can show.

use montuno_base::{FileRange, TextRange, TextSize};
use montuno_semantic::cancel::Cancellable;
use montuno_semantic::presentation::InlineValue;
use ra_ap_ide::{HlTag, SymbolKind};
use ra_ap_syntax::{AstNode, ast};

use crate::configuration;
use crate::load::database::to_engine;
use crate::snapshot::RustSnapshot;

impl RustSnapshot {
    /// The variables that are named in the function that stopped, up to the line that it stopped at.
    pub(crate) fn values(&self, range: FileRange, stopped: TextSize) -> Cancellable<Vec<InlineValue>> {
        let (Some(place), Some(text)) = (self.range(range.file, range.range)?, self.engine_text(range.file)?) else {
            return Ok(Vec::new());
        };
        let Some(source) = self.ask(|analysis| analysis.parse(to_engine(range.file)).map(Some))? else {
            return Ok(Vec::new());
        };
        if stopped > TextSize::of(&*text) {
            return Ok(Vec::new());
        }
        let around = source.syntax().token_at_offset(stopped).right_biased();
        let function = around.and_then(|token| token.parent_ancestors().find_map(ast::Fn::cast));
        let Some(function) = function else { return Ok(Vec::new()) };
        let line_end = text[stopped.into()..].find('\n').map_or(text.len(), |end| usize::from(stopped) + end);
        let reached = TextRange::up_to(TextSize::try_from(line_end).unwrap_or(stopped));
        let within = place.range.intersect(function.syntax().text_range()).and_then(|it| it.intersect(reached));
        let Some(within) = within else { return Ok(Vec::new()) };
        let asked = ra_ap_ide::FileRange { range: within, ..place };
        let words = self.ask(|analysis| analysis.highlight_range(configuration::highlighting(), asked))?;
        let is_variable =
            |tag| matches!(tag, HlTag::Symbol(SymbolKind::Local | SymbolKind::ValueParam | SymbolKind::SelfParam));
        let variables =
            words.into_iter().filter(|word| is_variable(word.highlight.tag) && within.contains_range(word.range));
        Ok(variables
            .map(|word| InlineValue { range: word.range, is_variable: true, text: text[word.range].to_owned() })
            .collect())
    }
}
