//! How are the API and the pages served until the service ends?
//!
//! Every connection is bounded: in the time and size of a request's head, and in its number. A client that sends a letter a minute
//! ("Slowloris") holds a place for [`HEAD_TIME`], not for good; bodies have limits of their own ([`crate::envelope`]). Live streams
//! last for minutes: there are as many places more as streams may be open, so that they take none of the pages'.

use crate::routes::router;
use crate::service::Service;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Longest time for the head of a request to arrive; a connection that is kept open ends after it, too.
pub const HEAD_TIME: Duration = Duration::from_secs(20);
/// Most bytes of a request's head: the longest address ([`crate::envelope::MAX_URI`]) and as much again for headers.
const HEAD_BYTES: usize = 64 << 10;
/// Most headers of a request; more are answered with 431.
const HEADERS: usize = 64;
/// Most connections at once beside those of live streams; further ones wait to be accepted.
const CONNECTIONS: usize = 1_024;
/// Longest wait for requests under way when the service ends.
const END_TIME: Duration = Duration::from_secs(20);
/// Pause after a connection that could not be accepted: mostly for want of file handles.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves on `listener` until `ended`; requests under way are answered first. Errors are those of the listener.
pub async fn serve(listener: TcpListener, service: Arc<Service>, ended: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let live = Arc::clone(&service.live);
    let most = CONNECTIONS + service.limits.most_streams();
    let answers = TowerToHyperService::new(router(service));
    let http = http(HEAD_TIME);
    let places = Arc::new(Semaphore::new(most));
    let graceful = GracefulShutdown::new();
    let mut ended = pin!(ended);
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, stream, peer) = tokio::select! {
            (place, accepted) = accepted => match accepted {
                Ok((stream, peer)) => (place, stream, peer),
                Err(error) => {
                    tracing::warn!(error = %error, "a connection could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            },
            () = &mut ended => break,
        };
        let answers = answers.clone();
        let answer = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            answers.call(request)
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), answer));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error = %error, "a connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    live.end();
    if tokio::time::timeout(END_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way when the service ended");
    }
    Ok(())
}

fn http(head_time: Duration) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head_time).max_buf_size(HEAD_BYTES).max_headers(HEADERS);
    http
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    /// A router that only says yes, served as the service is; what a client sends and gets.
    async fn said(sent: &[u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let http = http(Duration::from_millis(200));
        let router = axum::Router::new().fallback(async || "yes");
        let serving = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await
        });
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(sent).await.unwrap();
        let mut got = String::new();
        // A server that closes with letters unread resets the connection: what came before that counts.
        let _ = tokio::time::timeout(Duration::from_secs(5), client.read_to_string(&mut got)).await.unwrap();
        drop(serving);
        got
    }

    #[tokio::test]
    async fn heads_are_bounded_in_time_size_and_number() {
        let first = |got: String| got.lines().next().unwrap_or("").to_owned();
        assert_eq!(first(said(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await), "HTTP/1.1 200 OK");
        assert_eq!(first(said(b"GET / HTTP/1.1\r\nhost: a\r\nx-slow: ").await), "", "a head without end is not waited for");
        let many: String = (0..HEADERS + 1).map(|i| format!("x-{i}: a\r\n")).collect();
        assert!(first(said(format!("GET / HTTP/1.1\r\n{many}\r\n").as_bytes()).await).starts_with("HTTP/1.1 431"));
        let long = "a".repeat(2 * HEAD_BYTES);
        let refused = first(said(format!("GET / HTTP/1.1\r\nx: {long}\r\n\r\n").as_bytes()).await);
        assert!(refused.is_empty() || refused.starts_with("HTTP/1.1 431"), "{refused}");
    }
}
