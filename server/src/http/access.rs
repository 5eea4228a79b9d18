//! Who may ask: whoever has the token, from a program of this machine, not from a page in a browser.

use std::io::Write as _;

use anyhow::Context as _;
use axum::http::{HeaderMap, StatusCode, header};
use montuno_base::{Utf8Path, Utf8PathBuf};

use super::Refusal;
use crate::ai::models;

/// The variable that a user may set the token with.
const VARIABLE: &str = "MONTUNO_HTTP_TOKEN";

/// The bytes that a token is made of.
const TOKEN_BYTES: usize = 24;

/// Who may ask.
pub(super) struct Access {
    /// `None`: everybody on this machine.
    token: Option<String>,
}

impl Access {
    /// With the token of the variable, else the one that is kept for the user, which is made when it is first needed.
    /// Also says where it is, for people.
    ///
    /// # Errors
    /// If none can be kept.
    pub(super) fn new(needs_token: bool) -> anyhow::Result<(Self, String)> {
        if !needs_token {
            return Ok((Self { token: None }, "without a token: every program of this machine may ask".to_owned()));
        }
        if let Some(token) = std::env::var(VARIABLE).ok().filter(|token| !token.is_empty()) {
            return Ok((Self { token: Some(token) }, format!("with the token in {VARIABLE}")));
        }
        let file = models::data_folder()
            .with_context(|| format!("this system names no folder for data: set {VARIABLE} to a token"))?
            .join("http-token");
        let token = match read(&file) {
            Some(token) => token,
            None => make(&file).with_context(|| format!("no token can be kept in {file}; set {VARIABLE} to one"))?,
        };
        Ok((Self { token: Some(token) }, format!("with the token in {file}")))
    }

    /// Lets a request in, or says why not.
    pub(super) fn check(&self, headers: &HeaderMap, is_open: bool) -> Result<(), Refusal> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        // A page of somebody else's, whose name was made to lead here, is asked about by its name.
        let is_ours = text(header::HOST).is_none_or(is_this_machine);
        if !is_ours {
            return Err(Refusal::new(StatusCode::FORBIDDEN, "this is asked as 127.0.0.1 or localhost"));
        }
        if is_open {
            return Ok(());
        }
        let Some(token) = &self.token else {
            // Without a token, a page in a browser could ask as well.
            return match headers.contains_key(header::ORIGIN) {
                true => Err(Refusal::new(StatusCode::FORBIDDEN, "pages in a browser are not answered")),
                false => Ok(()),
            };
        };
        let given = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        let given = given.or_else(|| headers.get("x-api-key").and_then(|value| value.to_str().ok()));
        match given {
            Some(given) if is_same(given.trim(), token) => Ok(()),
            Some(_) => Err(Refusal::new(StatusCode::UNAUTHORIZED, "this is not the token")),
            None => Err(Refusal::new(
                StatusCode::UNAUTHORIZED,
                "a token is needed, as `Authorization: Bearer TOKEN`; where it is, was printed when the port was opened",
            )),
        }
    }
}

/// Compares without telling by its time how much was right.
fn is_same(given: &str, token: &str) -> bool {
    let differences = given.bytes().zip(token.bytes()).fold(0, |sum, (left, right)| sum | (left ^ right));
    given.len() == token.len() && differences == 0
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn read(file: &Utf8Path) -> Option<String> {
    let token = std::fs::read_to_string(file).ok()?;
    let token = token.trim();
    (token.len() >= 16).then(|| token.to_owned())
}

/// Makes a token that nobody can guess, in a file that only the user can read.
fn make(file: &Utf8PathBuf) -> anyhow::Result<String> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("the system gives no random numbers: {error}"))?;
    let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = file.parent().context("it is in a folder")?;
    std::fs::create_dir_all(folder)?;
    // Such files can be read by nobody else from the beginning.
    let mut made = tempfile::NamedTempFile::new_in(folder)?;
    made.write_all(token.as_bytes())?;
    made.persist(file)?;
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(access: &Access, headers: &[(&'static str, &str)]) -> u16 {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        access.check(&map, false).err().map_or(200, |refusal| refusal.status.as_u16())
    }

    #[test]
    fn the_token_opens_and_nothing_else() {
        let access = Access { token: Some("0123456789abcdef".to_owned()) };
        assert_eq!(asked(&access, &[("authorization", "Bearer 0123456789abcdef")]), 200);
        assert_eq!(asked(&access, &[("x-api-key", "0123456789abcdef")]), 200);
        assert_eq!(asked(&access, &[]), 401);
        for wrong in ["Bearer 0123456789abcdeF", "Bearer 0123456789abcde", "Bearer ", "Basic 0123456789abcdef"] {
            assert_eq!(asked(&access, &[("authorization", wrong)]), 401, "{wrong}");
        }
    }

    #[test]
    fn pages_and_other_names_are_refused() {
        let open = Access { token: None };
        assert_eq!(asked(&open, &[("host", "127.0.0.1:8012")]), 200);
        assert_eq!(asked(&open, &[("host", "[::1]:8012")]), 200);
        assert_eq!(asked(&open, &[("host", "evil.example:8012")]), 403);
        assert_eq!(asked(&open, &[("origin", "https://evil.example")]), 403);
    }

    #[cfg(unix)]
    #[test]
    fn the_token_is_the_users_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = Utf8PathBuf::from_path_buf(folder.path().join("a/http-token")).unwrap();
        let token = make(&file).unwrap();
        assert_eq!((token.len(), read(&file).as_deref()), (2 * TOKEN_BYTES, Some(token.as_str())));
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
        assert_ne!(make(&file).unwrap(), token);
    }
}
