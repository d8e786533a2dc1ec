//! How are the sites put on the network, each on its own address?

use crate::answer::Reply;
use crate::error::MiniWebError;
use crate::log::{Log, Request};
use crate::route::{self, Found};
use crate::sites::{self, SITES};
use crate::view::View;
use crate::web::Web;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{self, HeaderMap, Method, Response, StatusCode, Uri, header};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Ports tried before giving up: a port that is free on the first address may be taken on another one.
const TRIES: usize = 20;
/// What the slow site takes for an article.
const SLOW: Duration = Duration::from_millis(400);
/// How long open answers may take when the web is stopped.
const PATIENCE: Duration = Duration::from_secs(2);

/// What all sites share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) web: Web,
    pub(crate) edited: AtomicBool,
    /// Whether the site that begins with "too many requests" has said so.
    refused_once: AtomicBool,
    pub(crate) log: Log,
}

impl Shared {
    pub(crate) fn new(web: Web) -> Self {
        Self { web, edited: AtomicBool::new(false), refused_once: AtomicBool::new(false), log: Log::new() }
    }
}

/// Listeners on all addresses, on one port.
pub(crate) async fn bind() -> Result<(Vec<TcpListener>, u16), MiniWebError> {
    for _ in 0..TRIES {
        let first = listen(SocketAddr::from((sites::address(0), 0))).await?;
        let port =
            first.local_addr().map_err(|source| MiniWebError::Bind { address: SocketAddr::from((sites::address(0), 0)), source })?.port();
        let mut listeners = vec![first];
        for site in 1..SITES.len() {
            match listen(SocketAddr::from((sites::address(site), port))).await {
                Ok(listener) => listeners.push(listener),
                Err(MiniWebError::Bind { source, .. }) if source.kind() == ErrorKind::AddrInUse => break,
                Err(other) => return Err(other),
            }
        }
        if listeners.len() == SITES.len() {
            return Ok((listeners, port));
        }
    }
    Err(MiniWebError::NoFreePort { addresses: SITES.len(), tries: TRIES })
}

async fn listen(address: SocketAddr) -> Result<TcpListener, MiniWebError> {
    TcpListener::bind(address).await.map_err(|source| MiniWebError::Bind { address, source })
}

/// The running sites; they end when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<std::io::Result<()>>>,
}

/// Serves every site on its listener.
pub(crate) fn serve(listeners: Vec<TcpListener>, shared: &Arc<Shared>) -> Running {
    let (stop, stopped) = watch::channel(false);
    let tasks = listeners
        .into_iter()
        .enumerate()
        .map(|(site, listener)| {
            let app = Router::new().fallback(handle).with_state((Arc::clone(shared), site));
            let mut stopped = stopped.clone();
            tokio::spawn(async move {
                // An error means that the sender is gone, which is the same wish.
                axum::serve(listener, app).with_graceful_shutdown(async move { drop(stopped.changed().await) }).await
            })
        })
        .collect();
    Running { stop, tasks }
}

impl Running {
    /// Ends all sites; answers under way get a moment to finish.
    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        let deadline = tokio::time::Instant::now() + PATIENCE;
        for mut task in self.tasks {
            if tokio::time::timeout_at(deadline, &mut task).await.is_err() {
                task.abort();
            }
        }
    }
}

type Site = (Arc<Shared>, usize);

async fn handle(State((shared, site)): State<Site>, method: Method, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let at_ms = shared.log.elapsed_ms();
    let response = respond(&shared, site, &method, &uri, &headers).await;
    let user_agent = headers.get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    shared.log.add(Request {
        site: SITES[site].id,
        path: uri.path_and_query().map_or_else(|| uri.path().to_owned(), |path| path.as_str().to_owned()),
        status: response.status().as_u16(),
        at_ms,
        done_ms: shared.log.elapsed_ms(),
        user_agent: user_agent.unwrap_or_default(),
    });
    response
}

async fn respond(shared: &Shared, site: usize, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response<Body> {
    let spec = &SITES[site];
    if method != http::Method::GET && method != http::Method::HEAD {
        let reply = Reply::passing(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8".into(), Vec::new());
        return reply.with(header::ALLOW, "GET, HEAD".into()).answer(headers, spec.validators);
    }
    let view = View { web: &shared.web, site, edited: shared.edited.load(Ordering::SeqCst) };
    let reply = match route::find(view, uri.path(), uri.query().unwrap_or_default()) {
        Found::Article(_) if spec.id == "ban-doc-tre" && !shared.refused_once.swap(true, Ordering::SeqCst) => {
            Reply::passing(StatusCode::TOO_MANY_REQUESTS, "text/plain; charset=utf-8".into(), b"Too many requests\n".to_vec())
                .with(header::RETRY_AFTER, "1".into())
        }
        Found::Article(reply) => {
            if spec.id == "doi-song-pho" {
                tokio::time::sleep(SLOW).await;
            }
            reply
        }
        Found::Other(reply) => reply,
    };
    reply.answer(headers, spec.validators)
}
