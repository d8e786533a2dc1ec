//! What rounds over networks took, by the hour.

use super::SqliteStore;
use super::batch::SqliteBatch;
use crate::allowances::{AllowanceBatch, AllowanceStore, COUNTED_HOURS, Reserved, hour_of};
use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::Time;

#[async_trait]
impl AllowanceStore for SqliteStore {
    async fn reserve(&self, name: &str, per_day: u32, wanted: u32, now: Time) -> Result<Reserved, StoreError> {
        const OLD: &str = "DELETE FROM allowance WHERE name = $1 AND hour <= $2";
        const SPENT: &str = "SELECT coalesce(sum(spent), 0) FROM allowance WHERE name = $1 AND hour <= $2";
        const ADD: &str = "INSERT INTO allowance (name, hour, spent) VALUES ($1, $2, $3) \
            ON CONFLICT (name, hour) DO UPDATE SET spent = spent + excluded.spent";
        let hour = hour_of(now);
        let mut open = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(OLD).bind(name).bind(hour - COUNTED_HOURS).execute(&mut *open).await?;
        let spent: i64 = sqlx::query_scalar(SPENT).bind(name).bind(hour).fetch_one(&mut *open).await?;
        let left = u32::try_from((i64::from(per_day) - spent).max(0)).unwrap_or(0);
        let units = wanted.min(left);
        if units > 0 {
            sqlx::query(ADD).bind(name).bind(hour).bind(i64::from(units)).execute(&mut *open).await?;
        }
        open.commit().await?;
        Ok(Reserved { name: name.to_owned(), hour, units })
    }
}

#[async_trait]
impl AllowanceBatch for SqliteBatch {
    async fn settle(&mut self, reserved: &Reserved, spent: u32) -> Result<(), StoreError> {
        const BACK: &str = "UPDATE allowance SET spent = max(spent - $3, 0) WHERE name = $1 AND hour = $2";
        let unspent = i64::from(reserved.units.saturating_sub(spent));
        let back = sqlx::query(BACK).bind(&reserved.name).bind(reserved.hour).bind(unspent);
        back.execute(&mut *self.open).await?;
        Ok(())
    }
}
