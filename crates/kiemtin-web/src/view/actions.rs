//! What may the reader do with this alert now?

use crate::asker::Asker;
use kiemtin_model::lifecycle::{LONGEST_REASON, UNDO_MS, allowed_from};
use kiemtin_model::{AlertEvent, AlertStatus, Decision, DeskAction, DismissReason, Finding, Right, Time};
use kiemtin_store::desk::act::name_of;
use kiemtin_store::staff::User;

/// Most people that the list of whom an alert may be given to holds.
const MOST_PEOPLE: usize = 200;

/// What was typed into a form that could not be followed. Nothing of it is lost.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Action that was wanted.
    pub action: String,
    /// Reason or note.
    pub reason: String,
    /// Official document, or address of an answer.
    pub reference: String,
    /// Conclusion.
    pub finding: String,
    /// Why it is none.
    pub dismiss: String,
    /// The alert that it repeats.
    pub duplicate_of: String,
    /// Where an answer was given.
    pub channel: String,
    /// Why it could not be followed.
    pub wrong: String,
}

impl Typed {
    /// Whether this is the form that was sent.
    pub fn of(&self, action: &str) -> bool {
        self.action == action
    }

    /// What was typed as the reason of this form.
    pub fn reason_of(&self, action: &str) -> &str {
        if self.of(action) { &self.reason } else { "" }
    }

    /// What was typed as the reference of this form.
    pub fn reference_of(&self, action: &str) -> &str {
        if self.of(action) { &self.reference } else { "" }
    }
}

/// The forms below the head of an alert.
pub struct Actions {
    /// Where they are sent.
    pub href: String,
    /// Revision that the page shows.
    pub revision: i64,
    /// The reader may do something at all.
    pub any: bool,
    /// It can be taken.
    pub acknowledge: bool,
    /// Verifying can begin.
    pub verify: bool,
    /// It can be sent back to be verified.
    pub send_back: bool,
    /// It can be given to one of these: (sign-in name, name, has it now).
    pub people: Vec<(String, String, bool)>,
    /// A first conclusion can be drawn.
    pub propose: bool,
    /// A conclusion waits for somebody else: (who, what).
    pub pending: Option<(String, &'static str)>,
    /// The reader is that somebody else.
    pub second: bool,
    /// It can be dismissed.
    pub dismiss: bool,
    /// An answer can be noted.
    pub respond: bool,
    /// It can be closed.
    pub close: bool,
    /// It can be opened again.
    pub reopen: bool,
    /// It is restricted to its units.
    pub restricted: bool,
    /// The reader's last change can still be taken back.
    pub undo: bool,
    /// Conclusions: (word, name).
    pub findings: Vec<(&'static str, &'static str)>,
    /// Reasons to dismiss: (word, name).
    pub reasons: Vec<(&'static str, &'static str)>,
    /// Longest text of a field.
    pub longest: usize,
    /// What was typed before.
    pub typed: Typed,
}

/// What decides over what may be done.
pub struct Standing<'a> {
    /// Store id of the alert.
    pub id: i64,
    /// Where it stands.
    pub status: AlertStatus,
    /// Who has it.
    pub assignee: Option<&'a str>,
    /// Only its units see it.
    pub restricted: bool,
    /// Its units.
    pub units: &'a [String],
    /// What was decided.
    pub decision: &'a Decision,
    /// What happened to it, oldest first.
    pub history: &'a [AlertEvent],
}

impl Actions {
    /// For this reader at `now`. `users` are those of the service.
    pub fn new(alert: &Standing<'_>, asker: &Asker, users: &[User], typed: Typed, now: Time) -> Self {
        let any = asker.may(Right::Review);
        let may = |action: DeskAction| any && allowed_from(action).contains(&alert.status);
        let who = name_of(&asker.actor);
        let waiting = alert.status == AlertStatus::ConfirmPending;
        let first = alert.decision.proposed_by.as_deref().unwrap_or_default();
        let last = alert.history.iter().rev().find(|e| e.change.is_some() && e.kind != kiemtin_model::AlertEventKind::Noted);
        let own = |e: &AlertEvent| e.by.as_deref() == Some(who.as_str()) && e.kind != kiemtin_model::AlertEventKind::Undone;
        let fits = |u: &&User| {
            u.disabled_at.is_none() && u.role.rights().contains(&Right::Review) && u.sight().sees(alert.restricted, alert.units)
        };
        let person = |u: &User| (u.name.clone(), format!("{} ({})", u.display, u.name), alert.assignee == Some(u.name.as_str()));
        let people = if may(DeskAction::Assign) { users.iter().filter(fits).take(MOST_PEOPLE).map(person).collect() } else { vec![] };
        Self {
            href: format!("/alerts/{}", alert.id),
            revision: alert.decision.revision,
            any,
            acknowledge: may(DeskAction::Acknowledge),
            verify: may(DeskAction::Verify) && !waiting,
            send_back: may(DeskAction::Verify) && waiting,
            people,
            propose: may(DeskAction::Confirm) && !waiting,
            pending: alert.decision.finding.filter(|_| waiting).map(|finding| (first.to_owned(), finding.vi())),
            second: may(DeskAction::Confirm) && waiting && first != who,
            dismiss: may(DeskAction::Dismiss),
            respond: may(DeskAction::Respond),
            close: may(DeskAction::Close),
            reopen: may(DeskAction::Reopen),
            restricted: alert.restricted,
            undo: any && last.is_some_and(|e| own(e) && (0..=UNDO_MS).contains(&(now.0 - e.at.0))),
            findings: Finding::ALL.iter().rev().map(|f| (f.as_str(), f.vi())).collect(),
            reasons: DismissReason::ALL.iter().map(|r| (r.as_str(), r.vi())).collect(),
            longest: LONGEST_REASON,
            typed,
        }
    }
}
