//! Where does a document come from?

pub use crate::article::{ArticleHints, ArticleVersions};

use crate::words;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

words! {
    /// Group of a source, as coverage is counted.
    SourceGroup {
        /// Newspapers and broadcasters.
        Press = "press" / "Báo chí",
        /// The ministry's own press.
        OwnMedia = "own_media" / "Cơ quan báo chí của Bộ",
        /// Portals of the state: never flagged.
        Official = "official" / "Nguồn chính thống",
        /// Public discussion boards.
        Forum = "forum" / "Diễn đàn",
        /// Public channels and networks.
        Social = "social" / "Mạng xã hội",
    }
}

words! {
    /// Kind of a document.
    DocKind as DocumentKind {
        /// An article.
        News = "news" / "Tin bài",
        /// A public post.
        Social = "social" / "Bài đăng",
        /// A text of a state body.
        Official = "official" / "Văn bản, tin chính thống",
    }
}

words! {
    /// How a document was found; decides what may be kept of it.
    FoundBy {
        /// In a channel that the operator lists as a public source: the link is kept.
        Channel = "channel" / "Kênh công khai",
        /// By a keyword search: no link and no post id are kept.
        Keyword = "keyword" / "Từ khóa",
    }
}

words! {
    /// How the entries of a source's address are read.
    FeedKind {
        /// RSS 2.0, RSS 1.0, Atom or JSON Feed, told by content.
        Feed = "feed" / "Nguồn cấp tin",
        /// A sitemap, or an index of sitemaps.
        NewsSitemap = "news_sitemap" / "Sơ đồ trang tin",
        /// A page with links, read by CSS selectors.
        Listing = "listing" / "Trang danh mục",
        /// A public timeline of the Mastodon API.
        Mastodon = "mastodon" / "Dòng thời gian Mastodon",
        /// The public preview page of a channel.
        ChannelPreview = "channel_preview" / "Trang xem trước của kênh",
        /// The threads of a XenForo forum: its feed names them, their pages hold the posts.
        Xenforo = "xenforo" / "Chủ đề của diễn đàn XenForo",
        /// The videos of a YouTube channel: titles and descriptions, from its Atom feed.
        YoutubeChannel = "youtube_channel" / "Video của kênh YouTube",
        /// Comments under the videos of a YouTube channel that match keywords (Data API v3).
        YoutubeComments = "youtube_comments" / "Bình luận YouTube",
        /// A search of Bluesky (`app.bsky.feed.searchPosts`).
        BlueskySearch = "bluesky_search" / "Tìm kiếm Bluesky",
        /// The stream of all posts of Bluesky (Jetstream), sifted by keywords.
        BlueskyJetstream = "bluesky_jetstream" / "Luồng bài Bluesky",
        /// The posts of a Facebook page that is one's own or has given leave (Graph API).
        FacebookPage = "facebook_page" / "Trang Facebook",
    }
}

impl FeedKind {
    /// Whether its posts are found by keyword, so that no link and no id of them may be kept; `None` where the address decides.
    pub fn finds_by_keyword(self) -> Option<bool> {
        match self {
            Self::YoutubeComments | Self::BlueskySearch | Self::BlueskyJetstream => Some(true),
            // The public timeline of a listed server is a channel, the one of a hashtag is a search.
            Self::Mastodon => None,
            _ => Some(false),
        }
    }

    /// Whether it sifts or searches by [`FeedSpec::keywords`].
    pub fn wants_keywords(self) -> bool {
        matches!(self, Self::YoutubeComments | Self::BlueskySearch | Self::BlueskyJetstream)
    }
}

words! {
    /// How soon a source is read when many are due, and how often.
    Priority {
        /// First, and twice as often as its own pace.
        High = "high" / "cao",
        /// At its own pace.
        Normal = "normal" / "thường",
        /// Last, and half as often as its own pace.
        Low = "low" / "thấp",
    }
}

words! {
    /// How many people a source reaches: the office's own tiers.
    Reach {
        /// The whole country.
        Wide = "wide" / "Rộng",
        /// A region or a trade.
        Regional = "regional" / "Vùng, ngành",
        /// Few, or not known.
        Narrow = "narrow" / "Hẹp",
    }
}

impl Reach {
    /// Points that it adds to how pressing an alert is.
    pub const fn points(self) -> f64 {
        match self {
            Self::Wide => 1.0,
            Self::Regional => 0.5,
            Self::Narrow => 0.0,
        }
    }
}

/// A publisher, portal, forum or channel: one file in `config/sources/`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Stable id: the file's name without `.toml`.
    pub id: String,
    /// As people know it.
    pub name: String,
    /// Home page.
    pub site: String,
    /// How its coverage is counted.
    pub group: SourceGroup,
    /// How its documents are found.
    #[serde(default = "channel")]
    pub found_by: FoundBy,
    /// Usual language, ISO 639-1.
    #[serde(default = "vi")]
    pub lang: String,
    /// Whether it is collected.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// How soon and how often it is read.
    #[serde(default = "normal")]
    pub priority: Priority,
    /// How many people it reaches, as the office itself judges it: what it carries is more pressing, never more false.
    #[serde(default = "narrow")]
    pub reach: Reach,
    /// Days that its posts are kept, where that is less than for others (forums and social networks only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_days: Option<u16>,
    /// The addresses that list its documents.
    pub feeds: Vec<FeedSpec>,
    /// How its article pages are read, version by version.
    #[serde(default)]
    pub article: ArticleVersions,
}

/// One address that lists documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedSpec {
    /// Absolute http(s) address.
    pub url: String,
    /// How it is read.
    pub kind: FeedKind,
    /// CSS selector of the links to articles (`listing` only).
    #[serde(default)]
    pub link_selector: Option<String>,
    /// CSS selector of the title inside the link, when the link's own text is not the title.
    #[serde(default)]
    pub title_selector: Option<String>,
    /// Whether it is asked only for what changed (`If-None-Match`, `If-Modified-Since`). `false` for a server that says
    /// "not modified" when it is.
    #[serde(default = "yes")]
    pub conditional_get: bool,
    /// What is searched for or sifted by, where the kind does so: phrases, with or without accents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// File that holds the token or key of the service, from the folder of the configuration; the address of the file, never
    /// what stands in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// Base address of the service's API, where `url` is not it and it is not the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// Most requests (units of a quota) within any 24 hours, of all feeds that share a token file or, without one, a host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_day: Option<u32>,
}

impl FeedSpec {
    /// A feed of which only address and kind are known.
    pub fn of(kind: FeedKind, url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            kind,
            link_selector: None,
            title_selector: None,
            conditional_get: true,
            keywords: vec![],
            token_file: None,
            api: None,
            per_day: None,
        }
    }
}

/// Units a day that are left of YouTube's usual 10,000 for what else uses the key.
const YOUTUBE_PER_DAY: u32 = 9_000;
/// Days after which what came through its API is deleted or asked for anew (YouTube API Services, Developer Policies, III.E.4.d).
const YOUTUBE_DAYS: u16 = 30;

impl FeedSpec {
    /// Most requests (units of a quota) within any 24 hours: what is configured, else what its service is known to allow.
    pub fn per_day(&self) -> Option<u32> {
        let usual = (self.kind == FeedKind::YoutubeComments).then_some(YOUTUBE_PER_DAY);
        self.per_day.or(usual)
    }

    /// Most days that what came through it may be kept, by the terms of its service.
    pub fn keep_at_most(&self) -> Option<u16> {
        let by_key = self.token_file.is_some() && matches!(self.kind, FeedKind::YoutubeChannel | FeedKind::YoutubeComments);
        by_key.then_some(YOUTUBE_DAYS)
    }

    /// The name under which its requests of the day are counted: that of its token file or, without one, the host that is asked.
    pub fn allowance_name(&self) -> String {
        let host = || crate::canonical::site_host(self.api.as_deref().unwrap_or(&self.url)).unwrap_or_default();
        self.token_file.as_deref().and_then(Path::file_name).map_or_else(host, |file| file.to_string_lossy().into_owned())
    }
}

impl Source {
    /// Whether its documents are posts, which are kept for a time only.
    pub fn has_posts(&self) -> bool {
        self.doc_kind() == DocKind::Social
    }

    /// Most days that its posts may be kept, by the terms of the services they came through.
    pub fn keep_at_most(&self) -> Option<u16> {
        self.feeds.iter().filter_map(FeedSpec::keep_at_most).min()
    }

    /// Kind of the documents of this source.
    pub fn doc_kind(&self) -> DocKind {
        match self.group {
            SourceGroup::Official => DocKind::Official,
            SourceGroup::Forum | SourceGroup::Social => DocKind::Social,
            SourceGroup::Press | SourceGroup::OwnMedia => DocKind::News,
        }
    }
}

fn narrow() -> Reach {
    Reach::Narrow
}

fn normal() -> Priority {
    Priority::Normal
}
fn channel() -> FoundBy {
    FoundBy::Channel
}
fn vi() -> String {
    "vi".into()
}
fn yes() -> bool {
    true
}
