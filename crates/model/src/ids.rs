//! Typed positions: a `LinkId` cannot be used where a `PlaceId` is meant.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the scenario's vector of this kind.
            pub fn ix(self) -> usize {
                self.0 as usize
            }

            /// The id of a position.
            pub fn at(position: usize) -> Self {
                $name(u32::try_from(position).expect("fewer than 2^32 rows: the reader limits them"))
            }
        }
    )*};
}

ids! {
    /// A row of `places.csv`.
    PlaceId;
    /// A row of `links.csv`.
    LinkId;
    /// A row of `resources.csv`.
    ResourceId;
    /// A row of `operations.csv`.
    OperationId;
    /// A row of `vehicles.csv`.
    VehicleId;
    /// A row of `demand.csv`.
    DemandId;
    /// A row of `options.csv`.
    OptionId;
    /// A row of the policy tables.
    PolicyId;
    /// A row of `calendars.csv`.
    CalendarId;
}
