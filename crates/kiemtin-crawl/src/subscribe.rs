//! How is a hub asked to tell of a feed's news? (WebSub §5.1)

use crate::crawler::Crawler;
use kiemtin_model::{Failure, Outcome};
use url::form_urlencoded::Serializer;

/// What a hub is asked for.
#[derive(Clone, Copy)]
pub struct HubRequest<'a> {
    /// Address of the hub.
    pub hub: &'a str,
    /// The feed, as the hub knows it.
    pub topic: &'a str,
    /// Where it is to tell.
    pub callback: &'a str,
    /// Key of its signatures.
    pub secret: &'a str,
    /// For how long, in seconds.
    pub lease_s: i64,
}

/// What a hub answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HubAnswer {
    /// It will check whether we mean it.
    Accepted,
    /// It does not want us, or may not be asked: in the words of [`Outcome::detail`].
    Refused(String),
    /// It could not be asked this time: in the same words.
    Failed(String),
}

impl Crawler {
    /// Asks a hub to tell of a feed's news, in the turn of its host. A hub is asked over http too, where that is how the feed
    /// names it: who listens learns the secret, and with it can only make us look at the feed where it stands.
    pub async fn subscribe(&self, asked: &HubRequest<'_>) -> HubAnswer {
        let form = Serializer::new(String::new())
            .append_pair("hub.callback", asked.callback)
            .append_pair("hub.mode", "subscribe")
            .append_pair("hub.topic", asked.topic)
            .append_pair("hub.secret", asked.secret)
            .append_pair("hub.lease_seconds", &asked.lease_s.to_string())
            .finish();
        match self.client.post(asked.hub, &form).await {
            Ok(()) => HubAnswer::Accepted,
            Err(outcome) => {
                let why = outcome.detail();
                match outcome {
                    Outcome::Refused(_) | Outcome::Failed(Failure::Status(300..=499)) => HubAnswer::Refused(why),
                    _ => HubAnswer::Failed(why),
                }
            }
        }
    }
}
