//! Tests of the project as a whole.

mod access;
mod blinding;
mod full_disc;
mod kill;
mod main_job;
mod migration;
mod past;
mod priors;
mod random;
mod roles;
mod scene;
mod sign_in;
mod tamper;
