//! rialto-adapter-prices
