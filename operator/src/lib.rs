//! kavka-operator
