//! The journal: one JSON line per notice, appended to `alerts.ndjson` in the data folder, for scripts that follow it.

use crate::{Channel, DeliverError};
use async_trait::async_trait;
use kiemtin_model::{Delivery, Notice, Time};
use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Keys of the last so many bytes are remembered: a repeat only comes right after a crash.
const REMEMBERED: u64 = 1 << 20;

struct Journal {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    file: File,
    keys: HashSet<String>,
}

pub(crate) fn open(data: &Path) -> Result<Arc<dyn Channel>, DeliverError> {
    let path = data.join("alerts.ndjson");
    let failed = |source| DeliverError::File { path: path.display().to_string(), source };
    let mut file = OpenOptions::new().create(true).read(true).append(true).open(&path).map_err(failed)?;
    let keys = recent_keys(&mut file).map_err(failed)?;
    Ok(Arc::new(Journal { path, state: Mutex::new(State { file, keys }) }))
}

fn recent_keys(file: &mut File) -> std::io::Result<HashSet<String>> {
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(REMEMBERED)))?;
    let mut keys = HashSet::new();
    let mut whole = true;
    let mut reader = BufReader::new(&mut *file);
    let mut line = vec![];
    while reader.read_until(b'\n', &mut line)? > 0 {
        whole = line.ends_with(b"\n");
        // The first line may be cut by the window, the last one by a crash.
        if let Ok(value) = serde_json::from_slice::<serde_json::Value>(&line)
            && let (true, Some(key)) = (whole, value.get("idempotency_key").and_then(|k| k.as_str()))
        {
            keys.insert(key.to_owned());
        }
        line.clear();
    }
    if !whole {
        file.write_all(b"\n")?;
    }
    Ok(keys)
}

#[async_trait]
impl Channel for Journal {
    async fn deliver(&self, notice: &Delivery, at: Time) -> Result<(), DeliverError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.keys.contains(&notice.idempotency_key) {
            return Ok(());
        }
        let mut line = serde_json::to_vec(&match &notice.notice {
            Notice::Alert { alert, event } => serde_json::json!({
                "idempotency_key": notice.idempotency_key,
                "delivered_at": at,
                "event": event,
                "alert": alert,
            }),
            Notice::SavedSearch(told) => serde_json::json!({
                "idempotency_key": notice.idempotency_key,
                "delivered_at": at,
                "event": "saved_search",
                "text": told.line(),
                "saved_search": told,
            }),
            Notice::Warning(warning) => serde_json::json!({
                "idempotency_key": notice.idempotency_key,
                "delivered_at": at,
                "event": "warning",
                "text": warning.line(),
                "warning": warning,
            }),
            Notice::Report(told) => serde_json::json!({
                "idempotency_key": notice.idempotency_key,
                "delivered_at": at,
                "event": "report",
                "text": told.line(),
                "report": told,
            }),
        })?;
        line.push(b'\n');
        let failed = |source| DeliverError::File { path: self.path.display().to_string(), source };
        state.file.write_all(&line).map_err(failed)?;
        state.file.sync_data().map_err(failed)?;
        state.keys.insert(notice.idempotency_key.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn delivery(key: &str, notice: Notice) -> Delivery {
        Delivery { id: 1, channel: "journal".into(), idempotency_key: key.into(), notice, attempts: 0 }
    }

    fn notice(key: &str) -> Delivery {
        delivery(key, samples::opened(1, "alert"))
    }

    #[tokio::test]
    async fn a_saved_search_tells_in_words_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let one = delivery("s", samples::saved());
        open(dir.path()).unwrap().deliver(&one, Time(5)).await.unwrap();
        let line: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(dir.path().join("alerts.ndjson")).unwrap()).unwrap();
        assert_eq!(line["event"], "saved_search");
        assert_eq!(line["text"], "tìm kiếm đã lưu «Giá điện»: bài mới «Một bài của báo A» (bao-a)");
        assert!(line["alert"].is_null() && line["saved_search"]["newest"][0]["id"] == "d");
    }

    #[tokio::test]
    async fn a_repeat_writes_nothing_even_after_a_crash() {
        let dir = tempfile::tempdir().unwrap();
        for key in ["a", "a", "b"] {
            open(dir.path()).unwrap().deliver(&notice(key), Time(5)).await.unwrap();
        }
        let path = dir.path().join("alerts.ndjson");
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2);
        // A line cut by a crash neither hides nor spoils the next one.
        std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"idempotency_key\":\"c").unwrap();
        open(dir.path()).unwrap().deliver(&notice("c"), Time(5)).await.unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.ends_with("}\n") && text.lines().count() == 4, "{text}");
    }
}
