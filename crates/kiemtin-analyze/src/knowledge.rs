//! Everything that assessing needs to know, loaded and checked at once.

use crate::assess::assess;
use crate::claims::ClaimLibrary;
use crate::faults::{ConfigFile, Fault};
use crate::lookalike::ProtectedDomains;
use crate::provinces::ProvinceSet;
use crate::record::{DocumentRegister, FactBook};
use crate::rules::{RuleSet, Status};
use crate::topics::TopicSet;
use kiemtin_text::query::{QuerySet, QuerySetBuilder};
use std::borrow::Cow;
use std::sync::Arc;

use kiemtin_model::{DateOrigin, Dating, DocId, DocKind, Document, FoundBy, LearnedDocument, Level, Restrictions, SourceGroup, Time};

/// The configuration of the pure part: rules, topics, facts, documents.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// Rules and guards.
    pub rules: RuleSet,
    /// Known false claims.
    pub claims: ClaimLibrary,
    /// Topics.
    pub topics: TopicSet,
    /// Facts of record.
    pub facts: FactBook,
    /// Known official documents.
    pub documents: DocumentRegister,
    /// Provinces and their names.
    pub provinces: ProvinceSet,
    /// All queries of the above.
    pub queries: Arc<QuerySet>,
    /// Hosts that deceivers imitate.
    pub domains: ProtectedDomains,
    /// Hotlines of organisations that are not masked (digits only).
    pub hotlines: Vec<String>,
    /// Hash of all files: stored with every assessment.
    pub version: String,
}

/// The files of the folders that knowledge is read from.
#[derive(Clone, Debug, Default)]
pub struct KnowledgeFiles {
    /// `config/rules/*.toml`
    pub rules: Vec<ConfigFile>,
    /// `config/claims/*.toml`
    pub claims: Vec<ConfigFile>,
    /// `config/topics/*.toml`
    pub topics: Vec<ConfigFile>,
    /// `config/facts/*.toml`
    pub facts: Vec<ConfigFile>,
    /// `config/documents/*.toml`
    pub documents: Vec<ConfigFile>,
    /// `config/provinces/*.toml`
    pub provinces: Vec<ConfigFile>,
    /// `config/domains/*.toml`
    pub domains: Vec<ConfigFile>,
}

impl Knowledge {
    /// Compiles all files; every fault is added to `faults`.
    pub fn load(files: &KnowledgeFiles, hotlines: Vec<String>, faults: &mut Vec<Fault>) -> Self {
        let all: Vec<&ConfigFile> =
            [&files.rules, &files.claims, &files.topics, &files.facts, &files.documents, &files.provinces, &files.domains]
                .into_iter()
                .flatten()
                .collect();
        let text: Vec<&str> = all.iter().flat_map(|f| [f.path.as_str(), f.text.as_str()]).collect();
        let mut queries = QuerySetBuilder::default();
        let rules = RuleSet::load(&files.rules, &mut queries, faults);
        let claims = ClaimLibrary::load(&files.claims, &mut queries, faults);
        claims.check(&rules, faults);
        Self {
            rules,
            claims,
            topics: TopicSet::load(&files.topics, &mut queries, faults),
            facts: FactBook::load(&files.facts, faults),
            provinces: ProvinceSet::load(&files.provinces, &mut queries, faults),
            documents: DocumentRegister::load(&files.documents, faults),
            queries: Arc::new(queries.build()),
            domains: ProtectedDomains::load(&files.domains, faults),
            hotlines,
            version: kiemtin_model::content_hash("", &text.join("\n")).chars().take(12).collect(),
        }
    }

    /// The same with documents learned from official texts; what is configured wins.
    pub fn with_learned(mut self, learned: impl IntoIterator<Item = LearnedDocument>) -> Self {
        let configured = self.documents.len();
        self.documents = self.documents.with_learned(learned);
        // What was learned changes what is found: the version says how much it was.
        let added = self.documents.len() - configured;
        if added > 0 {
            self.version = format!("{}+{added}", self.version);
        }
        self
    }

    /// Runs every rule's own examples; a failed one is a fault at the rule's line.
    pub fn examples(&self) -> Vec<Fault> {
        let mut faults = self.facts.examples();
        for rule in self.rules.rules.iter().filter(|r| r.status != Status::Retired) {
            // A rule in test is tried as if it worked already.
            let mut knowledge = Cow::Borrowed(self);
            if rule.status == Status::Test {
                let working = knowledge.to_mut();
                working.rules.rules.iter_mut().filter(|r| r.id == rule.id).for_each(|r| r.status = Status::Stable);
            }
            for (number, example) in rule.examples.iter().enumerate() {
                let document = sample(&example.title, &example.text, example.kind, example.published_at);
                let assessed = assess(document, &knowledge).assessment;
                let hit = assessed.signals.iter().any(|s| s.rule == rule.id);
                let guarded = example.guard.is_none_or(|g| assessed.guards.iter().any(|h| h.guard == g));
                let right = assessed.level == example.want && guarded && (example.want == Level::None || hit);
                if !right {
                    let signals: Vec<_> = assessed.signals.iter().map(|s| format!("{} {}", s.rule, s.score)).collect();
                    let guards: Vec<_> = assessed.guards.iter().map(|g| g.rule.as_str()).collect();
                    let message = format!(
                        "example {} got level {} (signals: {}; guards: {}), expected {}{}",
                        number + 1,
                        assessed.level,
                        signals.join(", "),
                        guards.join(", "),
                        example.want,
                        example.guard.map_or(String::new(), |g| format!(" by guard {g}")),
                    );
                    let key = format!("rule \"{}\"", rule.id);
                    faults.push(Fault { path: rule.path.clone(), line: rule.line, column: 0, key, message });
                }
            }
        }
        faults.extend(self.claims.examples(self));
        faults
    }
}

/// A document for trying rules on, as if it stood in no known source.
pub fn sample(title: &str, text: &str, kind: DocKind, published_at: Option<Time>) -> Document {
    let group = match kind {
        DocKind::News => SourceGroup::Press,
        DocKind::Social => SourceGroup::Social,
        DocKind::Official => SourceGroup::Official,
    };
    Document {
        id: DocId::from_content("", title, text, ""),
        url: None,
        source: String::new(),
        source_id: None,
        group,
        kind,
        found_by: FoundBy::Channel,
        title: title.into(),
        text: text.into(),
        lang: crate::language::language(title, text),
        published_at,
        date_origin: DateOrigin::Listing,
        dating: Dating::listed(published_at, None),
        fetched_at: published_at.unwrap_or(Time(0)),
        restrictions: Restrictions::default(),
    }
}
