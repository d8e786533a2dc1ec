//! How are users, sessions, tokens and links kept?

use super::SqliteStore;
use super::batch::SqliteBatch;
use super::reading::bounded;
use super::rows::{column, from_json, json, list, maybe_time, time, word};
use crate::staff::{
    IDLE_MS, MOST_SESSIONS, MOST_TOKENS, MOST_USERS, OidcSubject, SESSION_MS, Session, SignInLink, StaffBatch, StaffStore, Token, User,
    name_key,
};
use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::{Sight, Time};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::HashSet;

const SESSION: &str = "SELECT u.*, s.begun_at, s.seen_at FROM staff_session AS s JOIN staff AS u ON u.id = s.staff WHERE s.hash = $1";
const TOKEN: &str = "SELECT t.*, u.name AS user_name FROM staff_token AS t JOIN staff AS u ON u.id = t.staff";

#[async_trait]
impl StaffStore for SqliteStore {
    async fn users(&self) -> Result<Vec<User>, StoreError> {
        users(&mut *self.readers.acquire().await?).await
    }

    async fn user(&self, id: i64) -> Result<Option<User>, StoreError> {
        by_id(&mut *self.readers.acquire().await?, id).await
    }

    async fn user_named(&self, name: &str) -> Result<Option<(User, Option<String>)>, StoreError> {
        named(&mut *self.readers.acquire().await?, name).await
    }

    async fn user_of_subject(&self, subject: &OidcSubject) -> Result<Option<User>, StoreError> {
        const SQL: &str = "SELECT * FROM staff WHERE oidc_issuer = $1 AND oidc_subject = $2";
        let question = sqlx::query(SQL).bind(&subject.issuer).bind(&subject.subject);
        question.fetch_optional(&mut *self.readers.acquire().await?).await?.as_ref().map(user).transpose()
    }

    async fn has_admin(&self) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT EXISTS (SELECT 1 FROM staff WHERE role = 'admin' AND disabled_at IS NULL)";
        Ok(sqlx::query_scalar(SQL).fetch_one(&mut *self.readers.acquire().await?).await?)
    }

    async fn session(&self, hash: &str) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(SESSION).bind(hash).fetch_optional(&mut *self.readers.acquire().await?).await?;
        row.map(|row| Ok(Session { user: user(&row)?, begun_at: time(&row, "begun_at")?, seen_at: time(&row, "seen_at")? })).transpose()
    }

    async fn touch_session(&self, hash: &str, at: Time) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE staff_session SET seen_at = MAX(seen_at, $2) WHERE hash = $1";
        sqlx::query(SQL).bind(hash).bind(at.0).execute(&mut *self.writer.acquire().await?).await?;
        Ok(())
    }

    async fn token(&self, hash: &str) -> Result<Option<(Token, User)>, StoreError> {
        let mut db = self.readers.acquire().await?;
        let sql = format!("{TOKEN} WHERE t.hash = $1");
        let Some(row) = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(hash).fetch_optional(&mut *db).await? else { return Ok(None) };
        let token = token(&row)?;
        Ok(by_id(&mut db, token.user).await?.map(|owner| (token, owner)))
    }

    async fn tokens(&self, user: Option<i64>, limit: usize) -> Result<Vec<Token>, StoreError> {
        tokens(&mut *self.readers.acquire().await?, user, limit).await
    }

    async fn touch_token(&self, id: i64, at: Time) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE staff_token SET last_used_at = $2 WHERE id = $1";
        sqlx::query(SQL).bind(id).bind(at.0).execute(&mut *self.writer.acquire().await?).await?;
        Ok(())
    }

    async fn sign_in_link(&self, hash: &str) -> Result<Option<SignInLink>, StoreError> {
        let mut db = self.readers.acquire().await?;
        let Some(row) = sqlx::query("SELECT * FROM staff_link WHERE hash = $1").bind(hash).fetch_optional(&mut *db).await? else {
            return Ok(None);
        };
        let user = match column::<Option<i64>>(&row, "staff")? {
            Some(id) => Some(by_id(&mut db, id).await?.ok_or_else(|| StoreError::Corrupt(format!("a link of no user {id}")))?),
            None => None,
        };
        Ok(Some(SignInLink { user, expires_at: maybe_time(&row, "expires_at")?, used: maybe_time(&row, "used_at")?.is_some() }))
    }

    async fn hidden_narratives(&self, sight: &Sight) -> Result<HashSet<i64>, StoreError> {
        // Those of hidden alerts, and those whose documents stand in one.
        const SQL: &str = "WITH hidden AS (SELECT id, narrative FROM alert WHERE restricted \
                AND NOT EXISTS (SELECT 1 FROM json_each(alert.units) AS u WHERE u.value IN (SELECT value FROM json_each($1)))) \
            SELECT narrative FROM hidden UNION SELECT n.id FROM hidden JOIN narrative AS n ON n.alert = hidden.id";
        let Sight::Units(units) = sight else { return Ok(HashSet::new()) };
        let hidden: Vec<i64> = sqlx::query_scalar(SQL).bind(json(units)?).fetch_all(&mut *self.readers.acquire().await?).await?;
        Ok(hidden.into_iter().collect())
    }
}

#[async_trait]
impl StaffBatch for SqliteBatch {
    async fn users(&mut self) -> Result<Vec<User>, StoreError> {
        users(&mut self.open).await
    }

    async fn user(&mut self, id: i64) -> Result<Option<User>, StoreError> {
        by_id(&mut self.open, id).await
    }

    async fn user_named(&mut self, name: &str) -> Result<Option<User>, StoreError> {
        Ok(named(&mut self.open, name).await?.map(|(user, _)| user))
    }

    async fn put_user(&mut self, user: &User) -> Result<i64, StoreError> {
        put_user(&mut self.open, user).await
    }

    async fn put_password(&mut self, user: i64, hash: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE staff SET password = $2 WHERE id = $1").bind(user).bind(hash).execute(&mut *self.open).await?;
        Ok(())
    }

    async fn put_session(&mut self, hash: &str, user: i64, at: Time) -> Result<(), StoreError> {
        const ENDED: &str = "DELETE FROM staff_session WHERE begun_at <= $1 OR (staff = $2 AND seen_at <= $3)";
        const PUT: &str = "INSERT INTO staff_session (hash, staff, begun_at, seen_at) VALUES ($1, $2, $3, $3)";
        const OLDEST: &str = "DELETE FROM staff_session WHERE hash IN \
            (SELECT hash FROM staff_session WHERE staff = $1 ORDER BY begun_at DESC, hash LIMIT -1 OFFSET $2)";
        let (begun, seen) = (at.plus(-SESSION_MS), at.plus(-IDLE_MS));
        sqlx::query(ENDED).bind(begun.0).bind(user).bind(seen.0).execute(&mut *self.open).await?;
        // Before the new one comes, so that it is never the one that gives way.
        sqlx::query(OLDEST).bind(user).bind(bounded(MOST_SESSIONS - 1)).execute(&mut *self.open).await?;
        sqlx::query(PUT).bind(hash).bind(user).bind(at.0).execute(&mut *self.open).await?;
        Ok(())
    }

    async fn end_session(&mut self, hash: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM staff_session WHERE hash = $1").bind(hash).execute(&mut *self.open).await?;
        Ok(())
    }

    async fn end_sessions(&mut self, user: i64, but: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM staff_session WHERE staff = $1 AND hash <> $2").bind(user).bind(but).execute(&mut *self.open).await?;
        Ok(())
    }

    async fn tokens(&mut self, user: i64) -> Result<Vec<Token>, StoreError> {
        tokens(&mut self.open, Some(user), usize::MAX).await
    }

    async fn token_numbered(&mut self, id: i64) -> Result<Option<Token>, StoreError> {
        let sql = format!("{TOKEN} WHERE t.id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(&mut *self.open).await?;
        row.as_ref().map(token).transpose()
    }

    async fn put_token(&mut self, token: &Token, hash: &str) -> Result<i64, StoreError> {
        const GONE: &str = "DELETE FROM staff_token WHERE id IN (SELECT id FROM staff_token WHERE staff = $1 \
            AND (revoked_at IS NOT NULL OR expires_at <= $2) ORDER BY id DESC LIMIT -1 OFFSET $3)";
        const PUT: &str = "INSERT INTO staff_token (hash, staff, name, rights, created_at, expires_at) \
            VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
        sqlx::query(GONE).bind(token.user).bind(token.created_at.0).bind(bounded(MOST_TOKENS)).execute(&mut *self.open).await?;
        let put = sqlx::query_scalar(PUT)
            .bind(hash)
            .bind(token.user)
            .bind(&token.name)
            .bind(json(&token.rights)?)
            .bind(token.created_at.0)
            .bind(token.expires_at.0);
        Ok(put.fetch_one(&mut *self.open).await?)
    }

    async fn revoke_token(&mut self, id: i64, at: Time) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE staff_token SET revoked_at = COALESCE(revoked_at, $2) WHERE id = $1";
        sqlx::query(SQL).bind(id).bind(at.0).execute(&mut *self.open).await?;
        Ok(())
    }

    async fn put_link(&mut self, hash: &str, user: Option<i64>, expires_at: Option<Time>, at: Time) -> Result<(), StoreError> {
        const BEFORE: &str = "DELETE FROM staff_link WHERE staff IS $1 OR expires_at <= $2";
        const PUT: &str = "INSERT INTO staff_link (hash, staff, expires_at) VALUES ($1, $2, $3)";
        sqlx::query(BEFORE).bind(user).bind(at.0).execute(&mut *self.open).await?;
        sqlx::query(PUT).bind(hash).bind(user).bind(expires_at.map(|t| t.0)).execute(&mut *self.open).await?;
        Ok(())
    }

    async fn use_link(&mut self, hash: &str, at: Time) -> Result<bool, StoreError> {
        const SQL: &str =
            "UPDATE staff_link SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";
        Ok(sqlx::query(SQL).bind(hash).bind(at.0).execute(&mut *self.open).await?.rows_affected() == 1)
    }
}

fn user(row: &SqliteRow) -> Result<User, StoreError> {
    let units: Option<&str> = column(row, "units")?;
    let subject = column::<Option<String>>(row, "oidc_issuer")?.zip(column::<Option<String>>(row, "oidc_subject")?);
    Ok(User {
        id: column(row, "id")?,
        name: column(row, "name")?,
        display: column(row, "display")?,
        role: word(row, "role")?,
        units: units.map(|text| from_json(text, "units")).transpose()?,
        email: column(row, "email")?,
        has_password: column::<Option<&str>>(row, "password")?.is_some(),
        subject: subject.map(|(issuer, subject)| OidcSubject { issuer, subject }),
        disabled_at: maybe_time(row, "disabled_at")?,
        created_at: time(row, "created_at")?,
    })
}

fn token(row: &SqliteRow) -> Result<Token, StoreError> {
    Ok(Token {
        id: column(row, "id")?,
        user: column(row, "staff")?,
        user_name: column(row, "user_name")?,
        name: column(row, "name")?,
        rights: list(row, "rights")?,
        created_at: time(row, "created_at")?,
        expires_at: time(row, "expires_at")?,
        last_used_at: maybe_time(row, "last_used_at")?,
        revoked_at: maybe_time(row, "revoked_at")?,
    })
}

async fn users(db: &mut SqliteConnection) -> Result<Vec<User>, StoreError> {
    let rows = sqlx::query("SELECT * FROM staff ORDER BY name_key LIMIT $1").bind(bounded(MOST_USERS)).fetch_all(db).await?;
    rows.iter().map(user).collect()
}

async fn by_id(db: &mut SqliteConnection, id: i64) -> Result<Option<User>, StoreError> {
    sqlx::query("SELECT * FROM staff WHERE id = $1").bind(id).fetch_optional(db).await?.as_ref().map(user).transpose()
}

async fn named(db: &mut SqliteConnection, name: &str) -> Result<Option<(User, Option<String>)>, StoreError> {
    let row = sqlx::query("SELECT * FROM staff WHERE name_key = $1").bind(name_key(name)).fetch_optional(db).await?;
    row.map(|row| Ok((user(&row)?, row.try_get("password")?))).transpose()
}

async fn tokens(db: &mut SqliteConnection, user: Option<i64>, limit: usize) -> Result<Vec<Token>, StoreError> {
    let sql = format!("{TOKEN} WHERE $1 IS NULL OR t.staff = $1 ORDER BY t.id DESC LIMIT $2");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(user).bind(bounded(limit)).fetch_all(db).await?;
    rows.iter().map(token).collect()
}

async fn put_user(db: &mut SqliteConnection, user: &User) -> Result<i64, StoreError> {
    const ADD: &str = "INSERT INTO staff (name, name_key, display, role, units, email, oidc_issuer, oidc_subject, disabled_at, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id";
    const CHANGE: &str = "UPDATE staff SET name = $1, name_key = $2, display = $3, role = $4, units = $5, email = $6, oidc_issuer = $7, \
        oidc_subject = $8, disabled_at = $9 WHERE id = $10 RETURNING id";
    let put = sqlx::query_scalar(if user.id == 0 { ADD } else { CHANGE })
        .bind(&user.name)
        .bind(name_key(&user.name))
        .bind(&user.display)
        .bind(user.role.as_str())
        .bind(user.units.as_ref().map(json).transpose()?)
        .bind(&user.email)
        .bind(user.subject.as_ref().map(|s| &s.issuer))
        .bind(user.subject.as_ref().map(|s| &s.subject))
        .bind(user.disabled_at.map(|t| t.0));
    Ok(put.bind(if user.id == 0 { user.created_at.0 } else { user.id }).fetch_one(db).await?)
}
