//! Black-box tests of the rialto binary; see `suite/`.
