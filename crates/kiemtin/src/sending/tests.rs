//! Does sending keep its promises?
