//! Which step may follow which on the alert desk?
//!
//! New → acknowledged → verifying → (first confirmation) → confirmed or dismissed → responded → closed. Nothing here knows a
//! store or a clock: [`step`] says what an alert becomes, or why it may not.

use crate::alert::{AlertEventKind, AlertStatus};
use crate::desk::{Act, Decision, DeskAction, DeskState, DismissReason, Finding};
use crate::time::Time;

/// A change can be taken back for so long.
pub const UNDO_MS: i64 = 60_000;
/// Longest reason, note or reference, in Unicode scalar values.
pub const LONGEST_REASON: usize = 2_000;

/// Why a step may not be taken. The words are for the person who asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The step does not follow from where the alert stands.
    #[error("không thể «{}» khi cảnh báo đang ở tình trạng «{}»", action.vi(), status.vi())]
    Status {
        /// What was asked.
        action: DeskAction,
        /// Where it stands.
        status: AlertStatus,
    },
    /// Something that the step needs is missing.
    #[error("«{}» cần {what}", action.vi())]
    Missing {
        /// What was asked.
        action: DeskAction,
        /// What is missing, in words.
        what: &'static str,
    },
    /// The second reviewer must be somebody else.
    #[error("người xác nhận lần hai phải khác người đề nghị kết luận ({0})")]
    SamePerson(String),
    /// The second reviewer concludes otherwise: they have to talk.
    #[error("người đề nghị kết luận «{}»; nếu không đồng ý, hãy chuyển lại «Kiểm chứng» kèm lý do", .0.vi())]
    OtherFinding(Finding),
    /// It is so already.
    #[error("cảnh báo đã ở tình trạng này")]
    Already,
    /// A text is longer than it may be.
    #[error("lý do, ghi chú và dẫn chiếu dài nhất {LONGEST_REASON} ký tự")]
    TooLong,
    /// There is nothing to take back, or no longer.
    #[error("chỉ hoàn tác được thay đổi cuối cùng của chính mình, trong vòng một phút")]
    NoUndo,
}

/// From where an action may be taken. Undo depends on the history alone.
pub const fn allowed_from(action: DeskAction) -> &'static [AlertStatus] {
    use AlertStatus::{Acknowledged, Closed, ConfirmPending, Confirmed, Dismissed, Expired, New, Responded, Verifying};
    match action {
        DeskAction::Acknowledge => &[New],
        DeskAction::Assign => &[New, Acknowledged, Verifying, ConfirmPending, Confirmed, Responded],
        DeskAction::Verify => &[New, Acknowledged, ConfirmPending],
        DeskAction::Confirm => &[Acknowledged, Verifying, ConfirmPending],
        DeskAction::Dismiss => &[New, Acknowledged, Verifying, ConfirmPending],
        DeskAction::Respond => &[Confirmed, Responded],
        DeskAction::Close => &[Confirmed, Dismissed, Responded, Expired],
        DeskAction::Reopen => &[Confirmed, Dismissed, Responded, Closed, Expired],
        DeskAction::Note | DeskAction::Restrict | DeskAction::Unrestrict | DeskAction::Undo => AlertStatus::ALL,
    }
}

/// What an alert becomes by an action of `who`, and what that is called in its history. Undo is not a step: what it restores
/// stands in the history.
///
/// # Errors
/// The step may not follow, or something that it needs is missing.
pub fn step(before: &DeskState, act: &Act, who: &str, now: Time) -> Result<(DeskState, AlertEventKind), Refused> {
    use AlertStatus::{Acknowledged, Closed, ConfirmPending, Dismissed, Responded, Verifying};
    if [&act.reason, &act.reference, &act.channel].iter().any(|text| text.chars().count() > LONGEST_REASON) {
        return Err(Refused::TooLong);
    }
    let action = act.action;
    let at = before.status;
    if !allowed_from(action).contains(&at) {
        return Err(Refused::Status { action, status: at });
    }
    let needs = |there: bool, what: &'static str| if there { Ok(()) } else { Err(Refused::Missing { action, what }) };
    let reason = || needs(!act.reason.trim().is_empty(), "lý do");
    let mut after = before.clone();
    let kind = match action {
        DeskAction::Acknowledge => {
            after.status = Acknowledged;
            after.assignee = after.assignee.or_else(|| Some(who.to_owned()));
            AlertEventKind::Acknowledged
        }
        DeskAction::Assign => {
            needs(act.assignee.is_some(), "người được giao (assignee)")?;
            after.assignee.clone_from(&act.assignee);
            AlertEventKind::Assigned
        }
        DeskAction::Verify => {
            if at == ConfirmPending {
                reason()?;
            }
            after.status = Verifying;
            after.assignee = after.assignee.or_else(|| Some(who.to_owned()));
            (after.decision.finding, after.decision.proposed_by) = (None, None);
            AlertEventKind::Verifying
        }
        DeskAction::Confirm => return confirm(before, act, who, now),
        DeskAction::Dismiss => {
            needs(act.dismiss.is_some(), "lý do bỏ qua: opinion, correct, satire, duplicate, out_of_scope hoặc wrong_flag")?;
            needs(act.duplicate_of.is_none() || act.dismiss == Some(DismissReason::Duplicate), "lý do «Trùng» khi nêu cảnh báo trùng")?;
            after.status = Dismissed;
            after.decision = Decision {
                dismissed_as: act.dismiss,
                duplicate_of: act.duplicate_of,
                decided_at: Some(now),
                finding: None,
                proposed_by: None,
                ..after.decision
            };
            AlertEventKind::Dismissed
        }
        DeskAction::Respond => {
            needs(is_address(&act.reference), "địa chỉ (http hoặc https) của phản hồi")?;
            after.status = Responded;
            after.decision.answered_at = after.decision.answered_at.or(Some(now));
            AlertEventKind::Responded
        }
        DeskAction::Close => {
            after.status = Closed;
            after.decision.closed_at = Some(now);
            AlertEventKind::Closed
        }
        DeskAction::Reopen => {
            reason()?;
            after.status = Acknowledged;
            after.assignee = after.assignee.or_else(|| Some(who.to_owned()));
            after.decision = Decision { revision: after.decision.revision, answered_at: after.decision.answered_at, ..Decision::default() };
            AlertEventKind::Reopened
        }
        DeskAction::Note => {
            needs(!act.reason.trim().is_empty(), "nội dung ghi chú")?;
            AlertEventKind::Noted
        }
        DeskAction::Restrict => {
            after.restricted = true;
            AlertEventKind::Restricted
        }
        DeskAction::Unrestrict => {
            after.restricted = false;
            AlertEventKind::Unrestricted
        }
        DeskAction::Undo => return Err(Refused::NoUndo),
    };
    changed(before, after, kind)
}

/// The first reviewer proposes, another one confirms.
fn confirm(before: &DeskState, act: &Act, who: &str, now: Time) -> Result<(DeskState, AlertEventKind), Refused> {
    let action = act.action;
    let missing = |what| Refused::Missing { action, what };
    let mut after = before.clone();
    match (before.status, &before.decision.proposed_by, before.decision.finding) {
        (AlertStatus::Acknowledged | AlertStatus::Verifying, ..) => {
            if act.reason.trim().is_empty() {
                return Err(missing("lý do"));
            }
            if act.reference.trim().is_empty() {
                return Err(missing("dẫn chiếu chính thống: số văn bản hoặc địa chỉ"));
            }
            after.status = AlertStatus::ConfirmPending;
            // Without a word, the milder of the two.
            after.decision.finding = Some(act.finding.unwrap_or(Finding::False));
            after.decision.proposed_by = Some(who.to_owned());
            changed(before, after, AlertEventKind::Proposed)
        }
        (AlertStatus::ConfirmPending, Some(first), Some(finding)) => {
            if first == who {
                return Err(Refused::SamePerson(first.clone()));
            }
            if act.finding.is_some_and(|other| other != finding) {
                return Err(Refused::OtherFinding(finding));
            }
            after.status = AlertStatus::Confirmed;
            after.decision.decided_at = Some(now);
            changed(before, after, AlertEventKind::Confirmed)
        }
        (status, ..) => Err(Refused::Status { action, status }),
    }
}

/// Counts the change.
fn changed(before: &DeskState, mut after: DeskState, kind: AlertEventKind) -> Result<(DeskState, AlertEventKind), Refused> {
    if after == *before && !matches!(kind, AlertEventKind::Noted | AlertEventKind::Responded) {
        return Err(Refused::Already);
    }
    after.decision.revision += 1;
    Ok((after, kind))
}

/// Whether it can be the address of a page.
pub fn is_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')) && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_700_000_000_000);

    fn new() -> DeskState {
        DeskState {
            status: AlertStatus::New,
            assignee: None,
            deadline: NOW.plus(86_400_000),
            restricted: false,
            decision: Decision::default(),
        }
    }

    fn act(action: DeskAction) -> Act {
        Act {
            reason: "đối chiếu Quyết định 599/QĐ-EVN".into(),
            reference: "https://www.moit.example/tra-loi".into(),
            dismiss: (action == DeskAction::Dismiss).then_some(DismissReason::Opinion),
            assignee: (action == DeskAction::Assign).then(|| "lan".into()),
            ..Act::new(action)
        }
    }

    fn walk(steps: &[(DeskAction, &str)]) -> Result<DeskState, Refused> {
        steps.iter().try_fold(new(), |state, (action, who)| step(&state, &act(*action), who, NOW).map(|(after, _)| after))
    }

    #[test]
    fn from_new_to_closed() {
        use DeskAction::{Acknowledge, Assign, Close, Confirm, Respond, Verify};
        let state = walk(&[
            (Acknowledge, "lan"),
            (Assign, "lan"),
            (Verify, "lan"),
            (Confirm, "lan"),
            (Confirm, "minh"),
            (Respond, "lan"),
            (Close, "lan"),
        ]);
        // The assignment to who has it changes nothing.
        assert_eq!(state, Err(Refused::Already));
        let state =
            walk(&[(Acknowledge, "lan"), (Verify, "lan"), (Confirm, "lan"), (Confirm, "minh"), (Respond, "lan"), (Close, "lan")]).unwrap();
        assert_eq!((state.status, state.decision.revision), (AlertStatus::Closed, 6));
        assert_eq!((state.decision.finding, state.decision.answered_at), (Some(Finding::False), Some(NOW)));
    }

    #[test]
    fn nobody_confirms_alone() {
        use DeskAction::{Acknowledge, Confirm, Verify};
        assert_eq!(walk(&[(Acknowledge, "lan"), (Confirm, "lan"), (Confirm, "lan")]), Err(Refused::SamePerson("lan".into())));
        assert_eq!(
            walk(&[(Acknowledge, "lan"), (Confirm, "lan"), (Verify, "minh"), (Confirm, "lan")]).map(|s| s.status),
            Ok(AlertStatus::ConfirmPending),
            "sent back, it is proposed anew"
        );
        let pending = walk(&[(Acknowledge, "lan"), (Confirm, "lan")]).unwrap();
        let other = Act { finding: Some(Finding::Fake), ..act(Confirm) };
        assert_eq!(step(&pending, &other, "minh", NOW), Err(Refused::OtherFinding(Finding::False)));
    }

    /// Every step that is not listed is refused, whatever the order in which people try.
    #[test]
    fn each_status_takes_its_steps_only() {
        use DeskAction::{Acknowledge, Assign, Close, Confirm, Dismiss, Note, Reopen, Respond, Restrict, Verify};
        let any = [Note, Restrict];
        let allowed: &[(AlertStatus, &[DeskAction])] = &[
            (AlertStatus::New, &[Acknowledge, Assign, Verify, Dismiss]),
            (AlertStatus::Acknowledged, &[Assign, Verify, Confirm, Dismiss]),
            (AlertStatus::Verifying, &[Assign, Confirm, Dismiss]),
            (AlertStatus::ConfirmPending, &[Assign, Verify, Confirm, Dismiss]),
            (AlertStatus::Confirmed, &[Assign, Respond, Close, Reopen]),
            (AlertStatus::Dismissed, &[Close, Reopen]),
            (AlertStatus::Responded, &[Assign, Respond, Close, Reopen]),
            (AlertStatus::Closed, &[Reopen]),
            (AlertStatus::Expired, &[Close, Reopen]),
        ];
        for (status, actions) in allowed {
            let mut state = DeskState { status: *status, ..new() };
            if *status == AlertStatus::ConfirmPending {
                (state.decision.finding, state.decision.proposed_by) = (Some(Finding::False), Some("minh".into()));
            }
            for action in DeskAction::ALL.iter().copied().filter(|a| !matches!(a, DeskAction::Undo | DeskAction::Unrestrict)) {
                let taken = step(&state, &act(action), "lan", NOW).is_ok();
                assert_eq!(taken, actions.contains(&action) || any.contains(&action), "{status} {action}");
            }
        }
    }

    #[test]
    fn what_a_step_needs_is_named() {
        use DeskAction::{Acknowledge, Assign, Confirm, Dismiss, Note, Respond};
        let open = walk(&[(Acknowledge, "lan")]).unwrap();
        for bare in [Assign, Confirm, Dismiss, Note] {
            assert!(matches!(step(&open, &Act::new(bare), "lan", NOW), Err(Refused::Missing { .. })), "{bare}");
        }
        let unfounded = Act { reference: " ".into(), ..act(Confirm) };
        assert!(matches!(step(&open, &unfounded, "lan", NOW), Err(Refused::Missing { .. })));
        let confirmed = walk(&[(Acknowledge, "lan"), (Confirm, "lan"), (Confirm, "minh")]).unwrap();
        for reference in ["", "moit.gov.vn", "javascript:alert(1)", "https://", "https://a b"] {
            assert!(matches!(
                step(&confirmed, &Act { reference: reference.into(), ..act(Respond) }, "lan", NOW),
                Err(Refused::Missing { .. })
            ));
        }
        let long = Act { reason: "ệ".repeat(LONGEST_REASON + 1), ..act(Note) };
        assert_eq!(step(&open, &long, "lan", NOW), Err(Refused::TooLong));
        let other = Act { duplicate_of: Some(7), ..act(Dismiss) };
        assert!(matches!(step(&open, &other, "lan", NOW), Err(Refused::Missing { .. })), "a duplicate is dismissed as one");
    }
}
