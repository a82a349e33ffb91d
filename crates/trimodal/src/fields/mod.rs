//! Requests as programs write them: a declared list of fields, read from a query string or a JSON object.
//!
//! One vocabulary for the HTTP API, Python and the files of batches: each verb has its fields and the request that
//! they make. The readers and the OpenAPI document are made from the declarations. Every problem of a request
//! is reported at once.
//!
//! ```
//! use trimodal::fields::{Given, route};
//!
//! let asked = br#"{ "from": "Mombasa", "to": "Kampala", "cargo": "containers", "teu": 2 }"#;
//! let given = Given::from_json(&route::KNOWN, asked).expect("all fields are known");
//! assert_eq!(route::request(&given).expect("all values are good").from, "Mombasa");
//! ```

use serde_json::{Map, Value, json};
use trimodal_model::problem::{BAD_VALUE, FIELD_UNKNOWN, Problem, nearest, shown};

pub mod ask;
pub mod inline_table;
mod once;
mod options;
pub mod pairs;
pub mod plan;
pub mod route;
pub mod shipment;
pub mod simulate;
pub mod table;

pub use options::in_fields;

/// What a field holds.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Text.
    Text,
    /// Text of several lines: the content of a table.
    Table,
    /// A number in a range.
    Number(f64, f64),
    /// A whole number in a range.
    Whole(u64, u64),
    /// `true` or `false`.
    Flag,
    /// Texts; in a query string separated by commas, or by `|` where one has a comma.
    List,
    /// Numbers; in a query string separated by commas.
    Numbers,
    /// One of some words.
    Word(&'static [&'static str]),
    /// Some of some words.
    Words(&'static [&'static str]),
    /// Any JSON; not in a query string.
    Json,
}

/// A field of a request.
pub struct Field {
    /// Name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be given.
    pub required: bool,
    /// What it means, in a sentence.
    pub about: &'static str,
}

/// A field that may be left out.
pub const fn optional(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, required: false, about }
}

/// A field that must be given.
pub const fn required(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, required: true, about }
}

/// The time that an answer may take.
pub const TIME: &[Field] = &[optional(
    "time_limit_s",
    Kind::Number(0.001, 1e6),
    "Time limit, s; that of the server where it is shorter.",
)];

/// The fields of a request as they were given, each of its kind.
#[derive(Debug, Clone, Default)]
pub struct Given(Map<String, Value>);

impl Given {
    /// Reads a query string.
    pub fn from_query(known: &[&[Field]], query: &str) -> Result<Given, Vec<Problem>> {
        if percent_encoding::percent_decode_str(query).decode_utf8().is_err() {
            let problem = Problem::new(BAD_VALUE, "the fields of the address are not UTF-8");
            return Err(vec![problem.hint("percent-encode them as UTF-8 (RFC 3986)")]);
        }
        let mut values: Map<String, Value> = Map::new();
        let mut twice: Vec<Problem> = Vec::new();
        let is_list = |name: &str| {
            let field = known.iter().copied().flatten().find(|f| f.name == name);
            field.is_none_or(|f| f.kind.is_list())
        };
        for (name, text) in form_urlencoded::parse(query.as_bytes()) {
            let text = text.into_owned();
            match values.get_mut(name.as_ref()) {
                Some(_) if !is_list(&name) => {
                    let message = format!("`{}` is given twice", shown(&name));
                    twice.push(Problem::new(BAD_VALUE, message).hint("give it once"));
                }
                // A list may be given part by part.
                Some(Value::String(before)) => {
                    before.push(',');
                    before.push_str(&text);
                }
                _ => drop(values.insert(name.into_owned(), Value::String(text))),
            }
        }
        match read(known, values, true) {
            Ok(given) if twice.is_empty() => Ok(given),
            read => Err(twice.into_iter().chain(read.err().into_iter().flatten()).collect()),
        }
    }

    /// Reads a JSON object.
    pub fn from_json(known: &[&[Field]], body: &[u8]) -> Result<Given, Vec<Problem>> {
        match serde_json::from_slice(body).map(|once::Once(value)| value) {
            Ok(Value::Object(values)) => read(known, values, false),
            Ok(_) => {
                Err(vec![Problem::new(BAD_VALUE, "the body is not a JSON object").hint("send {…}")])
            }
            // Any JSON has a value: only a name that is given twice is wrong in its data.
            Err(e) if e.is_data() => {
                Err(vec![Problem::new(BAD_VALUE, e.to_string()).hint("give it once")])
            }
            Err(e) => Err(vec![
                Problem::new(BAD_VALUE, format!("the body is not JSON: {e}"))
                    .hint("send a JSON object"),
            ]),
        }
    }

    /// Whether a field was given.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The text of a field.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// The number of a field.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.0.get(name).and_then(Value::as_f64)
    }

    /// The whole number of a field.
    pub fn whole(&self, name: &str) -> Option<u64> {
        self.0.get(name).and_then(Value::as_u64)
    }

    /// Whether a flag is set.
    pub fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The texts of a list; empty where it was not given.
    pub fn list(&self, name: &str) -> Vec<String> {
        let texts = self.0.get(name).and_then(Value::as_array);
        texts.into_iter().flatten().filter_map(|v| v.as_str().map(String::from)).collect()
    }

    /// The numbers of a list.
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        let numbers = self.0.get(name).and_then(Value::as_array);
        numbers.into_iter().flatten().filter_map(Value::as_f64).collect()
    }

    /// The JSON of a field.
    pub fn json(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

fn read(
    known: &[&[Field]],
    values: Map<String, Value>,
    is_query: bool,
) -> Result<Given, Vec<Problem>> {
    let all = || known.iter().copied().flatten();
    let mut given = Map::new();
    let mut problems = Vec::new();
    for (name, value) in values {
        let Some(field) = all().find(|f| f.name == name) else {
            let usable = all().filter(|f| !is_query || f.kind.is_short());
            problems.push(unknown(&name, usable.map(|f| f.name)));
            continue;
        };
        if value.is_null() || value.as_str() == Some("") {
            continue;
        }
        match field.kind.read(value, is_query) {
            Ok(value) => drop(given.insert(name, value)),
            Err((found, hint)) => problems
                .push(Problem::new(BAD_VALUE, format!("`{name}` is {}", shown(&found))).hint(hint)),
        }
    }
    for field in all().filter(|f| f.required && !given.contains_key(f.name)) {
        let told = problems.iter().any(|p| p.message.starts_with(&format!("`{}`", field.name)));
        if !told {
            let message = format!("`{}` is missing", field.name);
            problems.push(Problem::new(BAD_VALUE, message).hint(field.about));
        }
    }
    if problems.is_empty() { Ok(Given(given)) } else { Err(problems) }
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Problem {
    let hint = match nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the fields are {}", known.collect::<Vec<_>>().join(", ")),
    };
    Problem::new(FIELD_UNKNOWN, format!("there is no field `{}`", shown(name))).hint(hint)
}

impl Kind {
    /// Whether several values are one field.
    fn is_list(self) -> bool {
        matches!(self, Kind::List | Kind::Numbers | Kind::Words(_))
    }

    /// The value in its own type, or what was found and what to give.
    fn read(self, value: Value, is_query: bool) -> Result<Value, (String, String)> {
        let found = || plain(&value);
        let refuse = |hint: &str| Err((found(), hint.to_string()));
        match self {
            Kind::Text if value.is_string() => Ok(value),
            Kind::Text if value.is_number() => Ok(json!(value.to_string())),
            Kind::Text => refuse("give text"),
            Kind::Table if is_query => {
                Err(("in the address".into(), "send it in the body of a POST".into()))
            }
            Kind::Table if value.is_string() => Ok(value),
            Kind::Table => refuse("give the content of the table as text"),
            Kind::Json if is_query => {
                Err(("in the address".into(), "send it in the body of a POST".into()))
            }
            Kind::Json => Ok(value),
            Kind::Flag => match (&value, value.as_str()) {
                (Value::Bool(_), _) => Ok(value),
                (_, Some("true" | "1")) => Ok(json!(true)),
                (_, Some("false" | "0")) => Ok(json!(false)),
                _ => refuse("give true or false"),
            },
            Kind::Number(low, high) => match number(&value) {
                Some(n) if (low..=high).contains(&n) => Ok(json!(n)),
                _ => refuse(&format!("give a number from {low} to {high}")),
            },
            Kind::Whole(low, high) => match number(&value) {
                Some(n) if n.fract() == 0.0 && n >= low as f64 && n <= high as f64 => {
                    Ok(json!(n as u64))
                }
                _ => refuse(&format!("give a whole number from {low} to {high}")),
            },
            Kind::Word(words) => match value.as_str() {
                Some(word) if words.contains(&word) => Ok(value),
                _ => refuse(&format!("give one of {}", words.join(", "))),
            },
            Kind::List => match texts(&value) {
                Some(texts) => Ok(json!(texts)),
                None => refuse("give a list of texts"),
            },
            Kind::Words(words) => match texts(&value) {
                Some(texts) if texts.iter().all(|t| words.contains(&t.as_str())) => {
                    Ok(json!(texts))
                }
                _ => refuse(&format!("give some of {}", words.join(", "))),
            },
            Kind::Numbers => match numbers(&value) {
                Some(numbers) => Ok(json!(numbers)),
                None => refuse("give a list of numbers"),
            },
        }
    }

    /// Its JSON Schema.
    pub fn schema(self) -> Value {
        match self {
            Kind::Text | Kind::Table => json!({ "type": "string" }),
            Kind::Flag => json!({ "type": "boolean" }),
            Kind::Number(low, high) => json!({ "type": "number", "minimum": low, "maximum": high }),
            Kind::Whole(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
            Kind::List => json!({ "type": "array", "items": { "type": "string" } }),
            Kind::Numbers => json!({ "type": "array", "items": { "type": "number" } }),
            Kind::Word(words) => json!({ "type": "string", "enum": words }),
            Kind::Words(words) => {
                json!({ "type": "array", "items": { "type": "string", "enum": words } })
            }
            Kind::Json => json!({}),
        }
    }

    /// Whether it can stand in a query string.
    pub fn is_short(self) -> bool {
        !matches!(self, Kind::Table | Kind::Json)
    }
}

/// A value without the quotes of JSON, which would be escaped where it is shown.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(|v| !v.is_array() && !v.is_object()) => {
            items.iter().map(plain).collect::<Vec<_>>().join(", ")
        }
        Value::Array(_) => "a list of other than plain values".into(),
        Value::Object(_) => "an object".into(),
        other => other.to_string(),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => value.as_f64(),
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    let split = |text: &str| -> Vec<String> {
        let between = if text.contains('|') { '|' } else { ',' };
        text.split(between).map(str::trim).filter(|t| !t.is_empty()).map(String::from).collect()
    };
    match value {
        Value::String(text) => Some(split(text)),
        Value::Array(items) => items.iter().map(|v| v.as_str().map(String::from)).collect(),
        _ => None,
    }
}

fn numbers(value: &Value) -> Option<Vec<f64>> {
    match value {
        Value::String(text) => text.split(',').map(|t| t.trim().parse().ok()).collect(),
        Value::Array(items) => items.iter().map(number).collect(),
        one => number(one).map(|n| vec![n]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vertical_bars_separate_names_with_commas() {
        let list = |text: &str| texts(&Value::String(text.to_string())).unwrap_or_default();
        assert_eq!(list("Paris, Hamburg"), ["Paris", "Hamburg"]);
        assert_eq!(list("Savannah, GA|Hamburg"), ["Savannah, GA", "Hamburg"]);
        assert_eq!(list("Savannah, GA|"), ["Savannah, GA"]);
    }
}
