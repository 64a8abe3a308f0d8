//! Tests of the project as a whole.

mod access;
mod backup;
mod blinding;
mod effort;
mod flags;
mod full_disc;
mod hold;
mod kill;
mod lists;
mod main_job;
mod migration;
mod past;
mod places;
mod priors;
mod random;
mod roles;
mod scene;
mod sign_in;
mod size;
mod tamper;
