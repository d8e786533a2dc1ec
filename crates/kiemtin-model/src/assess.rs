//! What do the rules say of a document, and why?

use crate::narrative::NarrativeKey;
use crate::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// Kind of a flag. It names what the text does, never who wrote it.
    FlagKind as Kind {
        /// Repeats, as true, a claim that an official source has refuted.
        RefutedClaim = "refuted_claim" / "Lặp lại tin đã bị bác bỏ",
        /// States a figure that contradicts the fact of record valid on that date.
        FalseFigure = "false_figure" / "Sai số liệu",
        /// Cites an official document that does not exist or differs from the record.
        FabricatedDocument = "fabricated_document" / "Văn bản giả hoặc trích sai",
        /// Poses as the ministry or a body near it to get money, data or clicks.
        ImpersonationScam = "impersonation_scam" / "Giả danh, lừa đảo",
        /// Urges hoarding or fear with no source.
        PanicRumour = "panic_rumour" / "Tin đồn gây hoang mang",
        /// An old article or announcement passed round as new.
        RecycledNews = "recycled_news" / "Tin cũ đăng lại",
        /// Attributes to the ministry a decision it has not taken.
        MisattributedPolicy = "misattributed_policy" / "Gán sai chủ trương",
        /// The same text from many places within a short time, on top of another flag.
        CoordinatedCopy = "coordinated_copy" / "Đăng lặp hàng loạt",
    }
}

words! {
    /// How a text stands to the claims it holds.
    Stance {
        /// States them as true.
        Asserts = "asserts" / "Khẳng định",
        /// Tells that others state them.
        Reports = "reports" / "Tường thuật",
        /// Denies them or warns of them.
        Refutes = "refutes" / "Bác bỏ",
        /// Complains, gives an opinion or a proposal.
        Criticises = "criticises" / "Phê bình, góp ý",
        /// Asks.
        Asks = "asks" / "Hỏi",
        /// Says what may come.
        Predicts = "predicts" / "Dự báo",
        /// Mocks, and says so.
        Satirises = "satirises" / "Châm biếm",
    }
}

words! {
    /// A reason for not flagging.
    GuardKind as Guard {
        /// The text denies the claim.
        Refutation = "refutation" / "Bài đính chính",
        /// The text warns of the deception.
        Warning = "warning" / "Cảnh báo của cơ quan chức năng",
        /// The text tells what others say and does not adopt it.
        Attributed = "attributed" / "Trích dẫn, tường thuật",
        /// The text asks.
        Question = "question" / "Câu hỏi",
        /// The text says what may come.
        Prediction = "prediction" / "Dự báo",
        /// The text is criticism, an opinion or a proposal.
        Criticism = "criticism" / "Phê bình, góp ý",
        /// The text is marked as satire.
        Satire = "satire" / "Châm biếm",
        /// The text tells of the past.
        History = "history" / "Chuyện đã qua",
        /// The text is an official one.
        Official = "official" / "Nguồn chính thống",
        /// The text is a post of too few words to say anything by itself: a person judges it.
        TooShort = "too_short" / "Bài quá ngắn",
    }
}

words! {
    /// How pressing something is. `urgent` exists for narratives only.
    Level {
        /// Nothing to see.
        None = "none" / "Không",
        /// Kept in the narrative's file.
        Watch = "watch" / "Theo dõi",
        /// A press officer should look.
        Alert = "alert" / "Cảnh báo",
        /// A press officer must look now.
        Urgent = "urgent" / "Khẩn",
    }
}

words! {
    /// A part of a document.
    Field {
        /// Its title.
        Title = "title" / "Tiêu đề",
        /// Its text.
        Text = "text" / "Nội dung",
    }
}

words! {
    /// What a guard does to the signals it stands over.
    GuardEffect {
        /// Their score no longer counts.
        Suppress = "suppress" / "Không tính điểm",
        /// Their score no longer counts, and the document answers them: it is linked as a response.
        Respond = "respond" / "Không tính điểm, là phản hồi",
        /// They count, but at watch at the most.
        CapWatch = "cap_watch" / "Tối đa mức theo dõi",
    }
}

impl GuardEffect {
    /// Whether the signals below it count for nothing.
    pub fn suppresses(self) -> bool {
        matches!(self, Self::Suppress | Self::Respond)
    }
}

/// The words that something was concluded from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Where they stand.
    pub field: Field,
    /// First byte in that field. (Public formats count Unicode scalar values instead.)
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
    /// Exactly the bytes between.
    pub text: String,
}

/// One reason to look at a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Id of the rule.
    pub rule: String,
    /// Kind of flag that it speaks for.
    pub kind: FlagKind,
    /// Its share of the document's score, in points on a grid of 0.5: exactly the sum of its parts.
    pub score: f64,
    /// What each piece of evidence adds. Empty in assessments of versions that did not keep it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<SignalPart>,
    /// Why, in Vietnamese.
    pub message: String,
    /// The words.
    pub evidence: Vec<Evidence>,
    /// The narrative it belongs to.
    pub narrative: NarrativeKey,
    /// What is officially on record about it.
    pub references: Vec<Reference>,
}

/// What one piece of evidence, or a combination of several, adds to a signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SignalPart {
    /// Its name in the rule.
    pub evidence: String,
    /// Points on a grid of 0.5; less than its weight where a cap holds it down.
    pub points: f64,
}

/// An official statement that bears on a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OnRecord")]
pub struct Reference {
    /// Document number or source, e.g. `599/QĐ-EVN`.
    pub label: String,
    /// What it says, in Vietnamese.
    pub text: String,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub url: Option<String>,
}

/// One reason not to flag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GuardHit {
    /// Class of the reason.
    pub guard: GuardKind,
    /// Id of the guard rule.
    pub rule: String,
    /// What it does.
    pub effect: GuardEffect,
    /// Why, in Vietnamese.
    pub message: String,
    /// The words.
    pub evidence: Vec<Evidence>,
    /// Indices of the signals it stands over.
    pub over: Vec<usize>,
}

/// A claim of the library that a text may tell. It is for a person to judge: it never flags.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Suggestion {
    /// Id of the claim.
    pub claim: String,
    /// The false statement in one Vietnamese line.
    pub statement: String,
    /// 0 to 1: how much of the closest phrasing the text holds.
    pub score: f64,
    /// Words that both share, as the text spells them.
    pub shared: Vec<String>,
}

/// Everything the rules say of one document. `score` is exactly the sum of the signals' scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// How the text stands to the claims.
    pub stance: Stance,
    /// Reasons to look.
    pub signals: Vec<Signal>,
    /// Reasons not to.
    pub guards: Vec<GuardHit>,
    /// Sum of the signals' scores.
    pub score: f64,
    /// What the guards leave of it.
    pub score_after_guards: f64,
    /// Follows from `score_after_guards`; never [`Level::Urgent`].
    pub level: Level,
    /// Level is watch or more and no guard holds over the signals that carry it.
    pub flag: bool,
    /// Kinds of the signals that count, strongest first.
    pub kinds: Vec<FlagKind>,
    /// It would have a level, but is too short to be flagged by itself ([`GuardKind::TooShort`]): shown to a person beside the claim.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suggestion: bool,
    /// Version of the rule set: a hash of its files.
    pub rules_version: String,
    /// Claims that it may tell, likeliest first; below what a signal takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Suggestion>,
}

impl Assessment {
    /// Of a document that no rule says anything of.
    pub fn nothing(stance: Stance, rules_version: &str) -> Self {
        Self {
            stance,
            signals: vec![],
            guards: vec![],
            score: 0.0,
            score_after_guards: 0.0,
            level: Level::None,
            flag: false,
            kinds: vec![],
            suggestion: false,
            rules_version: rules_version.to_owned(),
            suggestions: vec![],
        }
    }

    /// Whether a guard that takes all points ([`GuardEffect::suppresses`]) stands over signal `index`.
    pub fn suppressed(&self, index: usize) -> bool {
        self.guards.iter().any(|g| g.effect.suppresses() && g.over.contains(&index))
    }
}
