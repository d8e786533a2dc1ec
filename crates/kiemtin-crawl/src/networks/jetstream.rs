//! What is written on Bluesky at all? The stream of all posts (Jetstream, v1 wire), sifted by keywords.
//!
//! A round is one bounded session over a WebSocket: from the time where the one before ended until what comes is as young as the
//! round, or until a bound is reached; then the next round goes on from the last frame that was handled. Deletions of all posts
//! are told, whether they were kept or not: nothing is remembered to know which. Of an account that is gone the stream tells
//! only the account, of which nothing is kept: its posts go with the retention of the store.

mod session;

use super::{Answered, Harvest, Opened, Reading, Round};
use crate::client::network;
use crate::sources::unreadable;
use futures_util::StreamExt;
use kiemtin_model::time::MINUTE_MS;
use kiemtin_model::{Failure, Outcome, Refusal};
use serde::Deserialize;
use session::{Ended, MOST_OF_FRAME, Session};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use url::Url;

/// The first round looks back so far, in milliseconds.
const FIRST_MS: i64 = 5 * MINUTE_MS;
/// A round begins so long before the last frame that was handled, in microseconds: the documentation advises a few seconds.
const OVERLAP_US: u64 = 5_000_000;
/// Smallest cursor that is a time in microseconds; smaller ones are numbers of another kind.
const TIMES_FROM: u64 = 1_000_000_000_000_000;
/// Longest session.
const LONGEST: Duration = Duration::from_secs(60);
/// A stream that is silent for so long has nothing to say now.
const SILENCE: Duration = Duration::from_secs(5);
/// Longest wait for the other side when the session is ended.
const FAREWELL: Duration = Duration::from_secs(1);

/// Reads on from the cursor.
pub(super) fn read<'a>(round: &'a mut Round<'_>) -> Reading<'a> {
    Box::pin(async move {
        let now = us(round.now.0);
        let mut session = Session::new(now);
        let before = round.cursor.and_then(|text| text.parse::<u64>().ok()).filter(|at| (TIMES_FROM..=now + OVERLAP_US).contains(at));
        if before.is_none() && round.cursor.is_some() {
            session.note("where the round before ended cannot be read: it begins anew".into());
        }
        let from = before.map_or(us(round.now.0 - FIRST_MS), |at| at.saturating_sub(OVERLAP_US));
        let (io, _held) = match round.socket(&address(round.address, from)?).await? {
            Opened::Socket(io, held) => (io, held),
            Opened::Not(answered) => return Err(refused(&answered)),
        };
        let limits = WebSocketConfig::default().max_message_size(Some(MOST_OF_FRAME)).max_frame_size(Some(MOST_OF_FRAME));
        let mut stream = WebSocketStream::from_raw_socket(*io, Role::Client, Some(limits)).await;
        let stopped = frames(round, &mut stream, &mut session).await;
        // The server may not answer any more; what came is here.
        drop(timeout(FAREWELL, stream.close(None)).await);
        let came = session.last();
        if let (Some(outcome), None) = (&stopped, came) {
            return Err(outcome.clone());
        }
        if before.is_some() {
            session.look_for_gap(from);
        }
        let mut harvest = Harvest { cursor: Some(came.or(before).unwrap_or(from).to_string()), stopped, ..Harvest::default() };
        session.finish(round, &mut harvest);
        Ok(harvest)
    })
}

/// Handles frames until the session is over; gives why it ended before its end.
async fn frames(round: &Round<'_>, stream: &mut WebSocketStream<reqwest::Upgraded>, session: &mut Session) -> Option<Outcome> {
    let deadline = Instant::now() + LONGEST;
    loop {
        let wait = SILENCE.min(deadline.saturating_duration_since(Instant::now()));
        let message = match timeout(wait, stream.next()).await {
            Err(_) => return None,
            Ok(None) => return Some(network("the stream ended")),
            // Its words may repeat what came.
            Ok(Some(Err(Error::Capacity(_)))) => return Some(unreadable(format!("a frame of more than {MOST_OF_FRAME} bytes"))),
            Ok(Some(Err(Error::Io(error)))) => return Some(network(&format!("the stream broke off: {}", error.kind()))),
            Ok(Some(Err(_))) => return Some(network("the stream broke off")),
            Ok(Some(Ok(message))) => message,
        };
        let ended = match &message {
            Message::Text(text) => session.frame(text.as_str(), |text| round.matches(text)),
            Message::Close(_) => return Some(network("the server closed the stream")),
            // Packed frames are not asked for; pings are answered by the library.
            other => session.other(other.len()),
        };
        match ended {
            None => {}
            Some(Ended::Enough) => return None,
            Some(Ended::Said(word)) => return Some(network(&format!("the stream says {word}"))),
        }
    }
}

/// The address of the stream from a time on. Over `ws` and `wss` the same is asked as over `http` and `https`.
fn address(text: &str, from: u64) -> Result<Url, Outcome> {
    let wrong = |_| Outcome::Refused(Refusal::Address);
    let text = text.strip_prefix("ws").map_or_else(|| text.to_owned(), |rest| format!("http{rest}"));
    let mut url = Url::parse(&text).map_err(wrong)?;
    if url.path() == "/" {
        url.set_path("/subscribe");
    }
    let parameters =
        [("wantedCollections", session::POSTS), ("cursor", &from.to_string()), ("maxMessageSizeBytes", &MOST_OF_FRAME.to_string())];
    url.query_pairs_mut().clear().extend_pairs(parameters);
    Ok(url)
}

/// An error of the protocol (XRPC).
#[derive(Deserialize)]
struct Told {
    error: String,
}

/// What an answer means that opens no stream.
fn refused(answered: &Answered) -> Outcome {
    let status = answered.status.as_u16();
    match crate::sources::read_json::<Told>(&answered.text) {
        // A word, not a sentence: sentences may repeat what was asked for.
        Ok(told) if status == 400 => unreadable(format!(
            "the stream refuses: {}",
            told.error.chars().filter(char::is_ascii_alphanumeric).take(40).collect::<String>()
        )),
        _ if answered.status.is_success() => unreadable("what answers is no stream"),
        _ => Outcome::Failed(Failure::Status(status)),
    }
}

fn us(ms: i64) -> u64 {
    u64::try_from(ms).unwrap_or(0).saturating_mul(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for text in ["https://js.example/subscribe", "wss://js.example/subscribe", "https://js.example/", "wss://js.example?cursor=1"] {
            let url = address(text, 7_000_000).unwrap();
            assert_eq!((url.scheme(), url.path()), ("https", "/subscribe"), "{text}");
            assert_eq!(url.query(), Some("wantedCollections=app.bsky.feed.post&cursor=7000000&maxMessageSizeBytes=262144"));
        }
        assert_eq!(address("ws://js.example/x", 0).unwrap().scheme(), "http");
        assert_eq!(address("no address", 0), Err(Outcome::Refused(Refusal::Address)));
    }
}
