//! Atom: the one feed here that says when an entry was changed.

use crate::listed;
use crate::markup::escape;
use crate::view::View;

/// The feed of a site.
pub(crate) fn write(view: View<'_>) -> String {
    let (spec, origin) = (view.spec(), view.origin());
    let entries: String = listed::entries(view)
        .iter()
        .map(|entry| {
            format!(
                "<entry>\n<title>{}</title>\n<link rel=\"alternate\" type=\"text/html\" href=\"{}\" />\n<id>{}</id>\n\
                 <published>{}</published>\n<updated>{}</updated>\n<category term=\"{}\" />\n<summary type=\"text\">{}</summary>\n</entry>\n",
                escape(&entry.title),
                escape(&entry.url),
                escape(&entry.id),
                entry.published.iso(),
                entry.updated.iso(),
                escape(&entry.section),
                escape(&entry.summary),
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"vi\">\n<title>{name}</title>\n\
         <subtitle>{slogan}</subtitle>\n<id>{origin}/</id>\n<link rel=\"alternate\" href=\"{origin}/\" />\n\
         <link rel=\"self\" href=\"{origin}{path}\" />\n<updated>{changed}</updated>\n<author><name>{name}</name></author>\n{entries}</feed>\n",
        name = escape(spec.name),
        slogan = escape(spec.slogan),
        path = spec.feed_path,
        changed = view.changed().iso(),
    )
}
