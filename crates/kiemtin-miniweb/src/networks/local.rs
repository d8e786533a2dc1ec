//! How is one network put on the machine, and what was it asked?

use crate::error::MiniWebError;
use crate::log::{Log, Request};
use axum::extract::{Request as Asked, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::{Router, http::header::USER_AGENT};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A running server of one network. Dropping it stops it, without waiting.
#[derive(Debug)]
pub struct Local {
    address: SocketAddr,
    log: Arc<Log>,
    stop: watch::Sender<bool>,
    task: JoinHandle<std::io::Result<()>>,
}

#[derive(Clone)]
struct Noting {
    name: &'static str,
    log: Arc<Log>,
}

impl Local {
    /// Serves `app` at a free port of `address`; `name` is that of the network in what is noted.
    pub(crate) async fn start(name: &'static str, address: Ipv4Addr, app: Router) -> Result<Self, MiniWebError> {
        let wanted = SocketAddr::from((address, 0));
        let bind = |source| MiniWebError::Bind { address: wanted, source };
        let listener = TcpListener::bind(wanted).await.map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let log = Arc::new(Log::new());
        let noting = Noting { name, log: Arc::clone(&log) };
        let app = app.layer(middleware::from_fn_with_state(noting, note));
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            // An error means that the sender is gone, which is the same wish.
            axum::serve(listener, app).with_graceful_shutdown(async move { drop(stopped.changed().await) }).await
        });
        Ok(Self { address, log, stop, task })
    }

    /// Where it is: `http://127.0.72.1:34567`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it was asked, in the order of the answers, but for robots.txt, which counts towards no limit.
    pub fn requests(&self) -> Vec<Request> {
        self.log.all()
    }

    /// Ends it at once, open connections too.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.task.abort();
        // Ended by the line before, or by itself: either way it has ended.
        drop(self.task.await);
    }
}

async fn note(State(noting): State<Noting>, asked: Asked, next: Next) -> Response {
    let at_ms = noting.log.elapsed_ms();
    let path = asked.uri().path_and_query().map_or_else(String::new, |path| path.as_str().to_owned());
    let user_agent = asked.headers().get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let answer = next.run(asked).await;
    if path == "/robots.txt" {
        return answer;
    }
    noting.log.add(Request {
        site: noting.name,
        path,
        status: answer.status().as_u16(),
        at_ms,
        done_ms: noting.log.elapsed_ms(),
        user_agent: user_agent.unwrap_or_default(),
    });
    answer
}
