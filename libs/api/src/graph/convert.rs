//! The only conversions between graph types and Protobuf.
