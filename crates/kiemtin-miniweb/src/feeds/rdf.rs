//! RSS 1.0 (RDF) with `dc:date`.

use crate::listed;
use crate::markup::escape;
use crate::view::View;

/// The feed of a site.
pub(crate) fn write(view: View<'_>) -> String {
    let (spec, origin) = (view.spec(), view.origin());
    let entries = listed::entries(view);
    let mut list = String::new();
    let mut items = String::new();
    for entry in &entries {
        let url = escape(&entry.url);
        list.push_str(&format!("<rdf:li rdf:resource=\"{url}\" />\n"));
        items.push_str(&format!(
            "<item rdf:about=\"{url}\">\n<title>{}</title>\n<link>{url}</link>\n<description>{}</description>\n\
             <dc:subject>{}</dc:subject>\n<dc:date>{}</dc:date>\n</item>\n",
            escape(&entry.title),
            escape(&entry.summary),
            escape(&entry.section),
            entry.published.iso(),
        ));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
         xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
         <channel rdf:about=\"{origin}{path}\">\n<title>{name}</title>\n<link>{origin}/</link>\n<description>{slogan}</description>\n\
         <dc:language>vi</dc:language>\n<dc:date>{changed}</dc:date>\n<items>\n<rdf:Seq>\n{list}</rdf:Seq>\n</items>\n</channel>\n\
         {items}</rdf:RDF>\n",
        path = spec.feed_path,
        name = escape(spec.name),
        slogan = escape(spec.slogan),
        changed = view.changed().iso(),
    )
}
