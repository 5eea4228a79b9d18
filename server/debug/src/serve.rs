//! Listening for editors: standard input and output, or a port with a session for every connection.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::session::{self, Options};

/// Serves one editor on standard input and output.
pub async fn stdio(options: Options) {
    session::serve(tokio::io::stdin(), tokio::io::stdout(), options).await;
}

/// Serves every editor that connects, each with a session of its own, until the process is ended. `listening` is
/// told the address.
///
/// # Errors
/// If the address cannot be listened on.
pub async fn listen(address: SocketAddr, options: Options, listening: impl FnOnce(SocketAddr)) -> std::io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    listening(listener.local_addr()?);
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                tracing::info!("{peer} connected");
                let _ = stream.set_nodelay(true);
                let (input, output) = stream.into_split();
                tokio::spawn(session::serve(input, output, options.clone()));
            }
            // One connection that fails is no reason to refuse the next. Without files left, it is left alone.
            Err(error) => {
                tracing::warn!("a connection failed: {error}");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    }
}
