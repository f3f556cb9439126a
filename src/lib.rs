//! Tiwizi.
