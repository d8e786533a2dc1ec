//! Who may come in.

use super::{Checked, START, alert, narrative};
use crate::desk::act::{DeskError, Seen, act};
use crate::staff::change::{
    By, Change, NewUser, StaffError, add_token, add_user, change_user, make_link, put_new, revoke_token, set_password,
};
use crate::staff::{LINK_MS, MOST_SESSIONS, MOST_TOKENS, OidcSubject, SESSION_MS, User, hash_of};
use crate::{AuditFilter, Store};
use kiemtin_model::{Act, Actor, AuditAction, DeskAction, Level, Right, Sight, StaffRole};

fn new(name: &str, role: StaffRole) -> NewUser {
    NewUser { name: name.into(), display: String::new(), role, units: Some(vec![]), email: String::new() }
}

async fn entries(store: &dyn Store) -> Result<Vec<AuditAction>, crate::StoreError> {
    let page = store.audit(&AuditFilter::default(), None, 100).await?;
    Ok(page.items.into_iter().rev().filter_map(|r| r.entry).map(|e| e.action).collect())
}

pub(super) async fn users(store: &dyn Store) -> Checked {
    let actor = Actor::command();
    let by = By { actor: &actor, at: START };
    assert!(!store.has_admin().await?);
    let boss = add_user(store, NewUser { units: None, ..new("Boss", StaffRole::Admin) }, by).await?;
    let lan = NewUser {
        display: "Nguyễn Lan".into(),
        units: Some(vec!["B".into(), "A".into()]),
        email: "lan@bct.vn".into(),
        ..new("lan", StaffRole::Reader)
    };
    let lan = add_user(store, lan, by).await?;
    assert_eq!((lan.units.as_deref(), lan.has_password, lan.created_at), (Some(["A".to_owned(), "B".into()].as_slice()), false, START));
    assert!(matches!(add_user(store, new("BOSS", StaffRole::Reader), by).await, Err(StaffError::Taken(name)) if name == "Boss"));
    let mail = |email: &str| Change { email: Some(email.into()), ..Change::default() };
    assert!(matches!(change_user(store, boss.id, mail("LAN@bct.vn"), by).await, Err(StaffError::EmailTaken)));
    assert_eq!(change_user(store, lan.id, mail("lan@bct.vn"), by).await?, lan, "their own");
    assert_eq!(store.users().await?, [boss.clone(), lan.clone()], "by name, as they were added");
    assert_eq!(store.user(lan.id).await?.as_ref(), Some(&lan));
    assert_eq!(store.user_named("LAN").await?, Some((lan.clone(), None)));
    assert!(store.user(99).await?.is_none() && store.user_named("minh").await?.is_none());
    assert_eq!((boss.sight(), lan.sight()), (Sight::All, Sight::Units(vec!["A".into(), "B".into()])));

    set_password(store, lan.id, "hash", "", by).await?;
    let (with, hash) = store.user_named("lan").await?.ok_or("no lan")?;
    assert_eq!((with.has_password, hash.as_deref()), (true, Some("hash")));
    let subject = OidcSubject { issuer: "https://sso".into(), subject: "7".into() };
    let mut batch = store.begin().await?;
    batch.put_user(&User { subject: Some(subject.clone()), ..with.clone() }).await?;
    let twice = batch.put_user(&User { subject: Some(subject.clone()), ..boss.clone() }).await;
    assert!(twice.is_err(), "one subject is one user");
    drop(batch);
    let mut batch = store.begin().await?;
    batch.put_user(&User { subject: Some(subject.clone()), ..with }).await?;
    batch.commit().await?;
    assert_eq!(store.user_of_subject(&subject).await?.map(|u| u.id), Some(lan.id));
    assert!(store.user_of_subject(&OidcSubject { issuer: "https://other".into(), ..subject }).await?.is_none());

    let disable = Change { disabled: Some(true), ..Change::default() };
    let lower = Change { role: Some(StaffRole::Reviewer), ..Change::default() };
    for change in [disable.clone(), lower.clone()] {
        assert!(matches!(change_user(store, boss.id, change, by).await, Err(StaffError::LastAdmin)));
    }
    let raised = change_user(store, lan.id, Change { role: Some(StaffRole::Admin), units: Some(None), ..Change::default() }, by).await?;
    assert_eq!((raised.role, raised.units), (StaffRole::Admin, None));
    assert!(
        store.user_named("lan").await?.is_some_and(|(u, hash)| u.subject.is_some() && hash.as_deref() == Some("hash")),
        "the rest stays"
    );
    assert!(change_user(store, boss.id, disable.clone(), by).await?.disabled_at == Some(START));
    assert!(matches!(change_user(store, lan.id, lower, by).await, Err(StaffError::LastAdmin)), "one who is disabled does not count");
    assert!(matches!(change_user(store, 99, disable, by).await, Err(StaffError::Unknown)));
    assert!(store.has_admin().await?);
    assert_eq!(entries(store).await?, [AuditAction::User; 5], "what was refused is not logged");
    // A change and its entry stand together or not at all.
    let mut dropped = store.begin().await?;
    put_new(dropped.as_mut(), new("minh", StaffRole::Reader), by).await?;
    drop(dropped);
    assert_eq!((store.users().await?.len(), entries(store).await?.len()), (2, 5));
    Ok(())
}

pub(super) async fn sessions_and_links(store: &dyn Store) -> Checked {
    let actor = Actor::command();
    let by = By { actor: &actor, at: START };
    let lan = add_user(store, new("lan", StaffRole::Reader), by).await?;
    let minh = add_user(store, new("minh", StaffRole::Reader), by).await?;
    let mut batch = store.begin().await?;
    batch.put_session("minh", minh.id, START).await?;
    for i in 0..=MOST_SESSIONS {
        batch.put_session(&format!("s{i}"), lan.id, START.plus(i as i64)).await?;
    }
    batch.commit().await?;
    assert!(store.session("s0").await?.is_none() && store.session("s1").await?.is_some(), "the oldest gives way");
    let session = store.session("s5").await?.ok_or("no session")?;
    assert_eq!((session.user.id, session.begun_at, session.seen_at), (lan.id, START.plus(5), START.plus(5)));
    store.touch_session("s5", START.plus(60_000)).await?;
    store.touch_session("s5", START.plus(9)).await?;
    assert_eq!(store.session("s5").await?.map(|s| s.seen_at), Some(START.plus(60_000)), "never earlier");
    set_password(store, lan.id, "hash", "s5", by).await?;
    assert!(store.session("s5").await?.is_some() && store.session("s6").await?.is_none() && store.session("minh").await?.is_some());
    change_user(store, lan.id, Change { disabled: Some(true), ..Change::default() }, by).await?;
    assert!(store.session("s5").await?.is_none());
    let mut batch = store.begin().await?;
    batch.put_session("late", minh.id, START.plus(SESSION_MS)).await?;
    batch.commit().await?;
    assert!(store.session("minh").await?.is_none(), "ended ones are removed");

    assert!(matches!(make_link(store, lan.id, "x", by).await, Err(StaffError::Disabled(_))));
    make_link(store, minh.id, "first", by).await?;
    make_link(store, minh.id, "second", by).await?;
    assert!(store.sign_in_link("first").await?.is_none());
    let link = store.sign_in_link("second").await?.ok_or("no link")?;
    assert_eq!((link.user.map(|u| u.id), link.expires_at, link.used), (Some(minh.id), Some(START.plus(LINK_MS)), false));
    let mut batch = store.begin().await?;
    assert!(!batch.use_link("second", START.plus(LINK_MS)).await?, "too late");
    assert!(batch.use_link("second", START).await? && !batch.use_link("second", START).await? && !batch.use_link("none", START).await?);
    batch.put_link("admin", None, None, START).await?;
    batch.put_link("admin again", None, None, START).await?;
    batch.commit().await?;
    assert!(store.sign_in_link("second").await?.is_some_and(|l| l.used) && store.sign_in_link("admin").await?.is_none());
    assert!(store.sign_in_link("admin again").await?.is_some_and(|l| l.user.is_none() && l.expires_at.is_none()));
    Ok(())
}

pub(super) async fn tokens(store: &dyn Store) -> Checked {
    let actor = Actor::command();
    let by = By { actor: &actor, at: START };
    let lan = add_user(store, new("lan", StaffRole::Reader), by).await?;
    let hash = hash_of("kt_a");
    let token = add_token(store, (lan.id, " tin  tức ", &hash), vec![Right::Feed, Right::Read, Right::Read], 2, by).await?;
    assert_eq!((token.name.as_str(), token.rights.as_slice()), ("tin tức", [Right::Read, Right::Feed].as_slice()));
    assert_eq!(store.token(&hash).await?, Some((token.clone(), lan.clone())));
    assert!(store.token(&hash_of("kt_b")).await?.is_none());
    assert!(token.works(START.plus(2 * 86_400_000 - 1)) && !token.works(START.plus(2 * 86_400_000)));
    for (rights, days) in [(vec![Right::Save], 1), (vec![], 1), (vec![Right::Read], 0), (vec![Right::Read], 367)] {
        assert!(add_token(store, (lan.id, "a", "h"), rights, days, by).await.is_err());
    }
    store.touch_token(token.id, START.plus(5)).await?;
    assert_eq!(store.tokens(Some(lan.id), 9).await?.first().and_then(|t| t.last_used_at), Some(START.plus(5)));
    assert!(matches!(revoke_token(store, token.id, Some(99), by).await, Err(StaffError::UnknownToken)), "of somebody else");
    assert!(matches!(revoke_token(store, 99, None, by).await, Err(StaffError::UnknownToken)));
    revoke_token(store, token.id, Some(lan.id), By { at: START.plus(7), ..by }).await?;
    revoke_token(store, token.id, None, By { at: START.plus(9), ..by }).await?;
    assert_eq!(store.token(&hash).await?.and_then(|(t, _)| t.revoked_at), Some(START.plus(7)), "the first time counts");
    for i in 0..MOST_TOKENS {
        add_token(store, (lan.id, "a", &i.to_string()), vec![Right::Read], 1, by).await?;
    }
    let full = add_token(store, (lan.id, "a", "more"), vec![Right::Read], 1, by).await;
    assert!(matches!(full, Err(StaffError::FullOfTokens)));
    let later = By { at: START.plus(86_400_000), ..by };
    add_token(store, (lan.id, "a", "more"), vec![Right::Read], 1, later).await?;
    assert_eq!(store.tokens(None, 1_000).await?.len(), MOST_TOKENS + 1, "of those that no longer work, the latest are kept");
    Ok(())
}

pub(super) async fn restricting(store: &dyn Store) -> Checked {
    let mut batch = store.begin().await?;
    let id = batch.put_narrative(&narrative("k")).await?;
    let opened = batch.open_alert(&alert(id, 1, Level::Alert, 0)).await?;
    batch.commit().await?;
    let units = opened.units.clone();
    let (own, other) = (Sight::Units(units), Sight::Units(vec!["Cục khác".into()]));
    let actor = Actor::user("lan");
    let by = By { actor: &actor, at: START };
    assert!(store.hidden_narratives(&other).await?.is_empty());
    let asked =
        async |id: i64, action: DeskAction, sight: &Sight| act(store, id, &Act::new(action), Seen { sight, revision: None }, by, &[]).await;
    assert!(asked(opened.id, DeskAction::Restrict, &own).await.is_ok_and(|a| a.restricted));
    assert!(matches!(asked(opened.id, DeskAction::Restrict, &own).await, Err(DeskError::Refused(_))), "again changes nothing");
    assert!(matches!(asked(opened.id, DeskAction::Unrestrict, &other).await, Err(DeskError::Unknown)));
    assert!(matches!(asked(99, DeskAction::Restrict, &own).await, Err(DeskError::Unknown)));
    assert_eq!(entries(store).await?, [AuditAction::Restrict]);
    assert!(store.hidden_narratives(&other).await?.contains(&id));
    assert!(store.hidden_narratives(&own).await?.is_empty() && store.hidden_narratives(&Sight::All).await?.is_empty());
    assert!(store.alert_file(opened.id, &other, 9).await?.is_none() && store.alert_file(opened.id, &own, 9).await?.is_some());
    let mut batch = store.begin().await?;
    let joined = batch.put_narrative(&kiemtin_model::NarrativeState { alert: Some(opened.id), ..narrative("joined") }).await?;
    batch.commit().await?;
    assert!(store.hidden_narratives(&other).await?.contains(&joined), "a claim whose documents stand in it");
    assert!(store.narrative_file(joined, &other, 9).await?.is_none() && store.narrative_file(joined, &own, 9).await?.is_some());
    let listed = async |sight: &Sight| -> Result<usize, crate::StoreError> {
        Ok(store.narratives(&crate::NarrativeFilter { sight: sight.clone(), ..Default::default() }, None, 9).await?.items.len())
    };
    assert_eq!((listed(&other).await?, listed(&own).await?), (0, 2));
    let mut batch = store.begin().await?;
    assert!(batch.open_alert(&alert(id, 2, Level::Alert, 5)).await?.restricted, "the next wave is as restricted");
    batch.commit().await?;
    Ok(())
}
