//! All distances between two lists of nodes.
