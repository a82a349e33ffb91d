//! Points in time and times of day, as ISO 8601 writes them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use parquet::basic::{LogicalType, TimeUnit};
use parquet::schema::types::Type;

use crate::layer::Value;

const SECOND_NS: i128 = 1_000_000_000;

/// What a column of times holds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stamp {
    /// Whether it is the time at Greenwich; otherwise one without a zone.
    is_utc: bool,
    /// Whether it has no day.
    is_time: bool,
}

impl Stamp {
    /// A time of day.
    pub const TIME: Stamp = Stamp { is_utc: false, is_time: true };

    /// That of a column, if it has times.
    pub fn of(column: &Type) -> Option<Stamp> {
        match column.get_basic_info().logical_type_ref()? {
            LogicalType::Timestamp(t) => {
                Some(Stamp { is_utc: t.is_adjusted_to_u_t_c, is_time: false })
            }
            LogicalType::Time(_) => Some(Stamp::TIME),
            _ => None,
        }
    }

    /// So many units since 1970, or since midnight.
    pub fn text(self, count: i64, unit: TimeUnit) -> Value {
        let ns = i128::from(count)
            * match unit {
                TimeUnit::MILLIS => 1_000_000,
                TimeUnit::MICROS => 1_000,
                TimeUnit::NANOS => 1,
            };
        if self.is_time {
            return time(ns);
        }
        let Ok(at) = Timestamp::from_nanosecond(ns) else { return Value::Empty };
        match self.is_utc {
            true => Value::Text(at.to_string()),
            false => Value::Text(TimeZone::UTC.to_datetime(at).to_string()),
        }
    }
}

fn time(ns: i128) -> Value {
    let parts = i32::try_from(ns / SECOND_NS).ok().zip(i32::try_from(ns % SECOND_NS).ok());
    let at = parts.and_then(|(s, ns)| {
        let part = |x: i32| i8::try_from(x).ok();
        jiff::civil::Time::new(part(s / 3_600)?, part(s / 60 % 60)?, part(s % 60)?, ns).ok()
    });
    at.map_or(Value::Empty, |t| Value::Text(t.to_string()))
}
