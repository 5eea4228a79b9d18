//! The model that follows instructions: a server that the user names, or a model on this machine.

use std::time::Duration;

use montuno_base::settings::{Ai, AiInstruct};
use montuno_complete::instruct;
use montuno_complete::remote::{self, Chat, Message, Server, Speech};
use montuno_engine::control::Control;
use montuno_engine::{Generator, Model};

use super::models;

/// The model that follows instructions, loaded when it is first asked and kept until the settings change.
#[derive(Default)]
pub(crate) struct Instructor {
    loaded: Option<(Ai, Generator)>,
}

impl Instructor {
    /// Lets it answer a conversation. Also says whether the answer was cut short. The error says what to do.
    ///
    /// # Errors
    /// Why there is no answer.
    pub(crate) fn answer(
        &mut self,
        settings: &Ai,
        messages: &[Message],
        control: &Control,
        piece: &mut dyn FnMut(&str),
    ) -> Result<(String, bool), String> {
        let wanted = &settings.instruct;
        if !is_named(&wanted.url) && !is_named(&wanted.model) {
            return Err(
                "there is no model for instructions: name a server with `ai.instruct.url`, or a model of this \
                        machine with `ai.instruct.model`"
                    .to_owned(),
            );
        }
        let maximum_tokens = wanted.maximum_tokens as usize;
        if let Some(server) = server(wanted)? {
            let chat = Chat { server: &server, messages, maximum_tokens };
            return remote::chat(&chat, &|| control.cancel.is_cancelled(), piece);
        }
        let is_loaded = self.loaded.as_ref().is_some_and(|(of, _)| of == settings);
        if !is_loaded {
            // Two of them at the same time may be more than the memory holds.
            self.loaded = None;
            let named = Ai { model: wanted.model.clone(), ..settings.clone() };
            let folder = models::chosen(&named)?;
            let model = Model::open(&folder).map_err(|error| error.to_string())?;
            let generator = montuno_engine::load(&model, &models::load_options(settings));
            self.loaded = Some((settings.clone(), generator.map_err(|error| error.to_string())?));
        }
        let (_, generator) = self.loaded.as_mut().ok_or("the model is gone")?;
        let deadline = std::time::Instant::now() + Duration::from_secs(wanted.timeout.into());
        let control = Control { deadline: Some(deadline), ..control.clone() };
        instruct::chat(generator, messages, maximum_tokens, &control, piece)
    }

    /// Lets the model go.
    pub(crate) fn unload(&mut self) {
        self.loaded = None;
    }
}

fn is_named(value: &Option<String>) -> bool {
    value.as_deref().is_some_and(|value| !value.is_empty())
}

/// The server that the settings name, if they name one.
fn server(settings: &AiInstruct) -> Result<Option<Server>, String> {
    let Some(url) = settings.url.clone().filter(|url| !url.is_empty()) else { return Ok(None) };
    let server = Server {
        url,
        speech: Speech::OpenAi,
        model: settings.model.clone(),
        template: None,
        key: models::key(settings.key_variable.as_deref(), "ai.instruct.key-variable")?,
        timeout: Duration::from_secs(settings.timeout.into()),
    };
    server.check().map_err(|reason| format!("`ai.instruct`: {reason}"))?;
    Ok(Some(server))
}
