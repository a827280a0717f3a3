//! rialto-portfolio
