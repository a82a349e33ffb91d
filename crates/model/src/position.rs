//! Positions on the Earth, as documents have them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A position: degrees east, then degrees north.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Position(pub f64, pub f64);

impl JsonSchema for Position {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Position".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A position: degrees east, then degrees north.",
            "type": "array",
            "items": { "type": "number", "minimum": -540, "maximum": 540 },
            "minItems": 2,
            "maxItems": 2
        })
    }
}
