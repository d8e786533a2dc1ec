//! What stands in the query of an address?

use crate::fault::Fault;
use axum::extract::Query;
use axum::http::Uri;
use kiemtin_model::Time;
use kiemtin_model::time::DAY_MS;
use kiemtin_text::date::parse_when;

/// Most parameters in one address.
const MAX_PARAMETERS: usize = 40;

/// The named values of an address, in order. An empty value counts as none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params(Vec<(String, String)>);

/// The fields of a posted form: as [`Params`], and as typed, with spaces at both ends.
#[derive(Clone, Default)]
pub struct Fields {
    params: Params,
    typed: Vec<(String, String)>,
}

impl Fields {
    /// From a form's body as it is sent (`application/x-www-form-urlencoded`).
    pub fn read(body: &str) -> Option<Result<Self, Fault>> {
        let uri = format!("/?{body}").parse::<Uri>().ok()?;
        let typed = Query::<Vec<(String, String)>>::try_from_uri(&uri).ok()?.0;
        Some(Params::read(&uri).map(|params| Self { params, typed }))
    }

    /// The first value of a field as it was typed.
    pub fn typed(&self, name: &str) -> Option<&str> {
        self.typed.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str())
    }
}

impl std::ops::Deref for Fields {
    type Target = Params;
    fn deref(&self) -> &Params {
        &self.params
    }
}

impl Params {
    /// From an address.
    pub fn read(uri: &Uri) -> Result<Self, Fault> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| Fault::parameter("?", uri.query().unwrap_or(""), "các cặp tên=giá trị"))?;
        if pairs.len() > MAX_PARAMETERS {
            return Err(Fault::parameter("?", &pairs.len().to_string(), &format!("nhiều nhất {MAX_PARAMETERS} tham số")));
        }
        Ok(Self(pairs.into_iter().map(|(k, v)| (k, v.trim().to_owned())).filter(|(_, v)| !v.is_empty()).collect()))
    }

    /// Refuses a name that the endpoint does not know: a filter that is silently ignored shows a false picture.
    pub fn only(&self, names: &[&str]) -> Result<(), Fault> {
        match self.0.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            // A token in the wrong place is not told again.
            Some((name, _)) if name == "token" => Err(Fault::parameter(name, "…", &format!("một trong các tham số {}", names.join(", ")))),
            Some((name, value)) => Err(Fault::parameter(name, value, &format!("một trong các tham số {}", names.join(", ")))),
            None => Ok(()),
        }
    }

    /// All but one name.
    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(k, _)| k != name).cloned().collect())
    }

    /// These pairs; an empty value counts as none.
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    /// The first value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str())
    }

    /// All values of a name; commas separate values too.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(k, _)| k == name).flat_map(|(_, v)| v.split(',')).map(str::trim).filter(|v| !v.is_empty())
    }

    /// All values of a name, as they are.
    pub fn each<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(k, _)| k == name).map(|(_, v)| v.as_str())
    }

    /// A whole number within bounds.
    pub fn number(&self, name: &str, default: usize, least: usize, most: usize) -> Result<usize, Fault> {
        let Some(text) = self.get(name) else { return Ok(default) };
        let number = text.parse().ok().filter(|n| (least..=most).contains(n));
        number.ok_or_else(|| Fault::parameter(name, text, &format!("một số nguyên từ {least} đến {most}")))
    }

    /// A moment. A date alone is the beginning of that day in Vietnam, or with `whole_day` its end.
    pub fn time(&self, name: &str, whole_day: bool) -> Result<Option<Time>, Fault> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let read = read_time(text, whole_day);
        read.map(Some).ok_or_else(|| Fault::parameter(name, text, "ngày như 2026-11-23 hoặc 23/11/2026, hay thời điểm RFC 3339"))
    }
}

fn read_time(text: &str, whole_day: bool) -> Option<Time> {
    // The plus sign of an offset that was not escaped arrives as a space.
    if let Ok(time) = Time::parse(text).or_else(|_| Time::parse(&text.replace(' ', "+"))) {
        return Some(time);
    }
    let when = parse_when(text)?;
    let (hour, minute, second) = when.time.unwrap_or((0, 0, 0));
    let time = Time::local(when.year, when.month, when.day, hour, minute, second)?;
    Some(if whole_day && when.time.is_none() { time.plus(DAY_MS) } else { time })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(query: &str) -> Params {
        Params::read(&format!("/x?{query}").parse().unwrap()).unwrap()
    }

    #[test]
    fn values_are_read_and_bounded() {
        let p = params("a=1&a=2,%203&b=&limit=5");
        assert_eq!((p.get("a"), p.get("b")), (Some("1"), None));
        assert_eq!(p.all("a").collect::<Vec<_>>(), ["1", "2", "3"]);
        assert_eq!(p.each("a").collect::<Vec<_>>(), ["1", "2, 3"], "commas belong to what is asked");
        assert_eq!(p.number("limit", 9, 1, 200).unwrap(), 5);
        assert_eq!(p.number("none", 9, 1, 200).unwrap(), 9);
        assert!(p.number("limit", 9, 1, 4).unwrap_err().detail.contains("từ 1 đến 4"));
        assert!(p.only(&["a", "limit"]).is_ok() && p.only(&["a"]).is_err());
        let many = vec!["a=1"; MAX_PARAMETERS + 1].join("&");
        assert!(Params::read(&format!("/x?{many}").parse().unwrap()).is_err());
    }

    #[test]
    fn days_and_moments() {
        let day = Time::local(2026, 11, 23, 0, 0, 0);
        for text in ["2026-11-23", "23/11/2026", "2026-11-23T00:00:00%2B07:00", "2026-11-23T00:00:00+07:00", "2026-11-22T17:00:00Z"] {
            assert_eq!(params(&format!("from={text}")).time("from", false).unwrap(), day, "{text}");
        }
        assert_eq!(params("to=23/11/2026").time("to", true).unwrap(), Time::local(2026, 11, 24, 0, 0, 0));
        assert_eq!(params("to=2026-11-23T00:00:00Z").time("to", true).unwrap(), Time::local(2026, 11, 23, 7, 0, 0));
        assert!(params("to=hôm qua".replace(' ', "%20").as_str()).time("to", true).is_err());
    }
}
