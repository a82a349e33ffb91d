//! Exit codes of the command line.

/// The request was answered.
pub const DONE: u8 = 0;
/// The input cannot be used; standard error says why.
pub const BAD_INPUT: u8 = 1;
/// There is no solution; the answer says why.
pub const NO_SOLUTION: u8 = 3;
/// A limit was reached; the answer says which.
pub const LIMIT: u8 = 4;
/// A defect of the program itself (EX_SOFTWARE).
pub const DEFECT: u8 = 70;
