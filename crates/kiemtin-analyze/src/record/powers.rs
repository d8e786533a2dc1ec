//! Does a text say that the ministry decided what another body decides?
//!
//! A statement is an agent, a word of deciding and a matter in one sentence: «Bộ Công Thương … quyết định … thuế VAT», or
//! «thuế khoán …, BCT quyết định rồi», «… do Bộ Công Thương ban hành». The nearest agent before the word of deciding is
//! the one who decides. Proposals and opinions are no decisions.

use super::book::{ExampleFile, Meaning, Role};
use super::names::Named;
use super::reading::FieldReading;
use kiemtin_model::Reference;
use serde::Deserialize;

/// A matter that the ministry does not decide.
#[derive(Clone, Debug)]
pub struct Matter {
    /// Stable id.
    pub id: String,
    /// What it is, in Vietnamese.
    pub name: String,
    /// Who decides it.
    pub decided_by: String,
    /// Document that says so.
    pub document: String,
}

/// A matter as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MatterFile {
    pub id: String,
    pub name: String,
    pub decided_by: String,
    pub document: String,
    pub named: Vec<String>,
    #[serde(default)]
    pub example: Vec<ExampleFile>,
}

impl Matter {
    /// How it is shown next to a claim.
    pub fn reference(&self) -> Reference {
        Reference {
            label: self.document.clone(), text: format!("{}: thuộc thẩm quyền của {}", self.name, self.decided_by), url: None
        }
    }
}

/// Syllables from the agent to the word of deciding, and from there to the matter behind it.
const TO_DECIDE: usize = 7;
const TO_MATTER: usize = 16;
/// Syllables from a decision to the body whose it is.
const TO_OWNER: usize = 4;
/// Syllables from a matter to the agent behind it («thuế khoán mới 2tr/tháng, BCT quyết định r»).
const MATTER_BEFORE: usize = 16;

/// … and from the body whose decision it is to a matter behind it («theo quyết định của Bộ Công Thương, mọi … nộp thuế khoán»).
const MATTER_BEHIND: usize = 14;

/// Matter, first and next token of every such statement of a field.
pub(super) fn wrong_powers(reading: &FieldReading<'_, '_>) -> Vec<(u16, usize, usize)> {
    let mut found: Vec<(u16, usize, usize)> = vec![];
    let mut sentences: Vec<u32> = reading.named.iter().filter(|n| matches!(n.meaning, Meaning::Matter(_))).map(|n| n.sentence).collect();
    sentences.dedup();
    for sentence in sentences {
        if reading.asks(sentence) {
            continue;
        }
        let statement = reading
            .words(sentence, Role::Decides)
            .find_map(|d| statement(reading, d).or_else(|| owned(reading, d)).or_else(|| signed(reading, d)));
        found.extend(statement);
    }
    found
}

fn statement(reading: &FieldReading<'_, '_>, decides: &Named<Meaning>) -> Option<(u16, usize, usize)> {
    let names = reading.in_sentence(decides.sentence);
    let is_agent = |n: &&Named<Meaning>| matches!(n.meaning, Meaning::Word(Role::Ministry | Role::Agent));
    let agent = names.iter().filter(is_agent).filter(|n| n.next <= decides.first).max_by_key(|n| n.next)?;
    if agent.meaning != Meaning::Word(Role::Ministry) || decides.first - agent.next > TO_DECIDE {
        return None;
    }
    let between = |from: usize, to: usize, role: Role| reading.words(decides.sentence, role).any(|n| n.first >= from && n.next <= to);
    // «Bộ Công Thương đề xuất …, trình … quyết định»
    let around = agent.first.saturating_sub(3);
    let matters = || names.iter().filter_map(|n| if let Meaning::Matter(m) = n.meaning { Some((n, m)) } else { None });
    let behind = matters()
        .filter(|(n, _)| n.first >= decides.first && n.first.saturating_sub(decides.next) <= TO_MATTER)
        .min_by_key(|(n, _)| n.first);
    if let Some((matter, index)) = behind {
        let clean = !between(around, matter.first, Role::Advises)
            && !names.iter().any(|n| is_agent(&n) && n.first >= decides.next && n.next <= matter.first);
        let after = !between(matter.next, matter.next + 6, Role::Advises);
        return (clean && after).then_some((index, agent.first, matter.next.max(decides.next)));
    }
    let (matter, index) =
        matters().filter(|(n, _)| n.next <= agent.first && agent.first - n.next <= MATTER_BEFORE).max_by_key(|(n, _)| n.next)?;
    let by = agent
        .first
        .checked_sub(1)
        .and_then(|i| reading.token(i))
        .is_some_and(|t| matches!(reading.scanned.composed(t).as_ref(), "do" | "bởi" | "by" | "boi"));
    let ends = reading
        .token(decides.next)
        .is_none_or(|t| t.after_break || t.sentence != decides.sentence || is_particle(&reading.scanned.composed(t)));
    let clean = !between(matter.first.saturating_sub(6), decides.first, Role::Advises)
        && !names.iter().any(|n| is_agent(&n) && n.first >= matter.next && n.next < agent.first);
    ((by || ends) && clean).then_some((index, matter.first, decides.next))
}

/// «thuế giá trị gia tăng 8% nhờ quyết định của Bộ Công Thương»
fn owned(reading: &FieldReading<'_, '_>, decides: &Named<Meaning>) -> Option<(u16, usize, usize)> {
    let names = reading.in_sentence(decides.sentence);
    let of = |i: usize| reading.token(i).is_some_and(|t| matches!(reading.scanned.composed(t).as_ref(), "của" | "cua" | "by"));
    // «quyết định mới ký của …», «quyết định số 12 của …»
    let agent = names.iter().find(|n| {
        let gap = n.first.saturating_sub(decides.next);
        n.meaning == Meaning::Word(Role::Ministry) && n.first > decides.next && gap <= TO_OWNER && of(n.first - 1)
    })?;
    let matters = names.iter().filter_map(|n| if let Meaning::Matter(m) = n.meaning { Some((n, m)) } else { None });
    let close = |n: &Named<Meaning>| {
        n.next <= decides.first && decides.first - n.next <= MATTER_BEFORE || n.first >= agent.next && n.first - agent.next <= MATTER_BEHIND
    };
    let (matter, index) = matters.filter(|(n, _)| close(n)).min_by_key(|(n, _)| n.first.abs_diff(decides.first))?;
    let (from, to) = (matter.first.min(decides.first), matter.next.max(agent.next));
    // «theo quyết định» is the decision itself.
    let advises = reading.words(decides.sentence, Role::Advises).any(|n| n.next <= to && n.next != decides.next);
    let others = names.iter().any(|n| n.first >= from && n.next <= to && n.meaning == Meaning::Word(Role::Agent));
    (!advises && !others).then_some((index, from, to))
}

/// «Bộ Công Thương yêu cầu nghỉ học theo quyết định vừa ký»: the decision is that of the body that speaks.
fn signed(reading: &FieldReading<'_, '_>, decides: &Named<Meaning>) -> Option<(u16, usize, usize)> {
    let word = |i: usize| reading.token(i).filter(|t| t.sentence == decides.sentence).map(|t| reading.scanned.composed(t));
    let is = |i: usize, words: &[&str]| word(i).is_some_and(|w| words.contains(&w.as_ref()));
    let fresh = is(decides.next, &["vừa", "mới", "đã", "vua", "moi", "da"]) && is(decides.next + 1, &["ký", "kí", "ban", "ky", "ra"]);
    let by = decides.first.checked_sub(1).is_some_and(|i| is(i, &["theo", "bằng", "bang"]));
    if !(by && fresh) {
        return None;
    }
    let names = reading.in_sentence(decides.sentence);
    let is_agent = |n: &&Named<Meaning>| matches!(n.meaning, Meaning::Word(Role::Ministry | Role::Agent));
    let agent = names.iter().filter(is_agent).filter(|n| n.next <= decides.first).max_by_key(|n| n.next)?;
    // «… quyết định vừa ký của Thủ tướng»
    let others = names.iter().filter(is_agent).any(|n| n.first >= decides.next && n.first - decides.next <= TO_DECIDE);
    if agent.meaning != Meaning::Word(Role::Ministry) || others {
        return None;
    }
    let mut matters = names.iter().filter_map(|n| if let Meaning::Matter(m) = n.meaning { Some((n, m)) } else { None });
    let (_, index) = matters.rfind(|(n, _)| n.first >= agent.next && n.next <= decides.first)?;
    let advises = reading.words(decides.sentence, Role::Advises).any(|n| n.next <= decides.first);
    (!advises).then_some((index, agent.first, decides.next))
}

/// Words that end «BCT quyết định rồi».
fn is_particle(word: &str) -> bool {
    matches!(word, "rồi" | "r" | "rùi" | "xong" | "đó" | "hết" | "nhé" | "nha" | "roi" | "do" | "luôn" | "luon")
}
