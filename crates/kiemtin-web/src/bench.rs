//! What would the service say of a text? Nothing of it is stored or logged.

use crate::fault::Fault;
use crate::service::Service;
use kiemtin_analyze::line::{Given, LineRules, read_given, read_line};
use kiemtin_analyze::verdict::verdict;
use kiemtin_analyze::{Explanation, Knowledge, explain};
use kiemtin_model::{Document, SourceGroup};
use kiemtin_text::mask::mask;
use std::collections::HashMap;
use std::sync::Arc;

/// Longest title and text together, in bytes.
pub const MAX_TEXT: usize = 64 * 1024;

/// What was said of a text that somebody tries.
pub struct Tried {
    /// The text as it would be stored: what can hurt a person is masked.
    pub document: Document,
    /// Something was masked.
    pub masked: bool,
    /// What is said of it, and why.
    pub explanation: Explanation,
}

/// Explains a text as if it stood in a source of this group. As in the pipeline, what is assessed is the masked text.
///
/// # Errors
/// There is no text, or it is too long.
pub async fn try_out(service: &Service, given: Given, group: SourceGroup) -> Result<Tried, Fault> {
    if given.title.len() + given.text.len() > MAX_TEXT {
        return Err(Fault::too_large(MAX_TEXT));
    }
    let (knowledge, now) = ((service.knowledge)(), service.now());
    off_thread(move || {
        let rules = LineRules { now, salt: "", group_of: &|_| Some(group), as_given: true };
        let read = read_given(given, &rules).map_err(|_| Fault::body("Hãy dán tiêu đề hoặc nội dung cần thử."))?;
        let (title, text) = (mask(&read.document.title, &knowledge.hotlines), mask(&read.document.text, &knowledge.hotlines));
        let masked = !title.cuts.is_empty() || !text.cuts.is_empty();
        let document = Document { title: title.text, text: text.text, ..read.document };
        Ok(Tried { explanation: explain(&document, &knowledge), document, masked })
    })
    .await
}

/// The verdict line of a document line, as `kiemtin classify` prints it: the text is taken as given.
///
/// # Errors
/// It is no document line.
pub async fn classify(service: &Service, line: String) -> Result<String, Fault> {
    let (knowledge, now): (Arc<Knowledge>, _) = ((service.knowledge)(), service.now());
    let groups: HashMap<String, SourceGroup> = service.catalogue.sources.iter().map(|s| (s.id.clone(), s.group)).collect();
    off_thread(move || {
        let rules = LineRules { now, salt: "", group_of: &|id| groups.get(id).copied(), as_given: true };
        let read = read_line(&line, &rules).map_err(|reason| Fault::body(format!("Cần một dòng tài liệu: {reason}.")))?;
        serde_json::to_string(&verdict(read, &knowledge)).map_err(|e| Fault::ours("a verdict could not be written", &e))
    })
    .await
}

/// Assessing takes a processor for some milliseconds: not on the threads that serve.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Fault::ours("a text could not be assessed", &e))?
}
