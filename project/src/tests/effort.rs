//! Effort: sums, medians and estimates hold to a simple model, and no clock makes nonsense of them.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::scene::{Scene, code};
use crate::store::audit;
use crate::{EffortSpan, Role};

const MINUTE: u64 = 60_000;

fn span(active_ms: u64) -> EffortSpan {
    EffortSpan {
        active_ms,
        idle_ms: MINUTE,
        edits: 3,
    }
}

#[test]
fn spans_of_a_case_are_summed_over_restarts_and_revisions() {
    let scene = Scene::new(1);
    let note = |scene: &Scene, ms| {
        scene.project.note_effort(&scene.a, "1", span(ms)).unwrap();
    };
    note(&scene, 1000);
    let scene = scene.reopen();
    note(&scene, 2500);
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    scene
        .project
        .reopen(&scene.lead, "1", None, "again")
        .unwrap();
    note(&scene, 500);
    let sums = scene.project.own_effort(&scene.a, "1").unwrap();
    assert_eq!((sums.active_ms, sums.idle_ms), (4000, 3 * MINUTE));
    assert_eq!((sums.edits, sums.spans), (9, 3));
    let of_b = scene.project.own_effort(&scene.b, "1").unwrap();
    assert_eq!(of_b.spans, 0);
    assert!(scene.project.verify(true).unwrap().ok);
}

#[test]
fn more_than_a_day_is_not_believed_and_nothing_leaves_no_row() {
    let scene = Scene::new(1);
    let day = 24 * 60 * MINUTE;
    let noted = |active_ms, idle_ms| {
        let asked = EffortSpan {
            active_ms,
            idle_ms,
            edits: 0,
        };
        let noted = scene.project.note_effort(&scene.a, "1", asked).unwrap();
        (noted.active_ms, noted.idle_ms)
    };
    assert_eq!(noted(u64::MAX, u64::MAX), (day, 0));
    assert_eq!(noted(day - 5, 17), (day - 5, 5));
    assert_eq!(noted(5, 17), (5, 17));
    assert_eq!(noted(0, 0), (0, 0));
    let spans = scene.project.own_effort(&scene.a, "1").unwrap().spans;
    assert_eq!(spans, 3);
    assert!(scene.project.verify(false).unwrap().ok);
}

#[test]
fn a_submitted_case_takes_no_more_effort() {
    let scene = Scene::new(1);
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    let noted = scene.project.note_effort(&scene.a, "1", span(1000));
    assert_eq!(code(noted), "refused");
}

#[test]
fn progress_counts_what_is_done_and_estimates_the_rest_by_the_own_median() {
    let scene = Scene::new(6);
    let project = &scene.project;
    let empty = project.own_progress(&scene.a).unwrap();
    assert_eq!((empty.total, empty.remaining, empty.measured), (6, 6, 0));
    assert_eq!((empty.median_active_s, empty.remaining_s), (None, None));
    // Three read in 2, 4 and 9 minutes (the last in two sittings), one without any figure.
    for (case, minutes) in [("1", vec![2]), ("2", vec![4]), ("3", vec![4, 5])] {
        for minutes in minutes {
            project
                .note_effort(&scene.a, case, span(minutes * MINUTE))
                .unwrap();
        }
        scene.read_case(&scene.a, case, &[(10, 20)]);
    }
    scene.read_case(&scene.a, "4", &[(10, 20)]);
    // One begun for 90 s and put aside.
    project.note_effort(&scene.a, "5", span(90_000)).unwrap();
    project.hold(&scene.a, "5", "waits for the prior").unwrap();
    // What the other reader does is nobody's business.
    project
        .note_effort(&scene.b, "1", span(70 * MINUTE))
        .unwrap();
    let progress = project.own_progress(&scene.a).unwrap();
    assert_eq!((progress.total, progress.submitted), (6, 4));
    assert_eq!((progress.remaining, progress.on_hold), (2, 1));
    assert_eq!((progress.submitted_today, progress.measured), (4, 3));
    assert_eq!(progress.median_active_s, Some(240.0));
    assert_eq!(progress.remaining_s, Some((240.0 - 90.0) + 240.0));
    // Taken out by a lead: counted nowhere. The median is now between 2 and 4 minutes.
    project
        .set_excluded(&scene.lead, "3", true, "blurred")
        .unwrap();
    let progress = project.own_progress(&scene.a).unwrap();
    assert_eq!((progress.total, progress.submitted), (5, 3));
    assert_eq!(progress.median_active_s, Some(180.0));
    // A case that took longer than the median so far adds nothing, and takes nothing away.
    project
        .note_effort(&scene.a, "6", span(30 * MINUTE))
        .unwrap();
    let progress = project.own_progress(&scene.a).unwrap();
    assert_eq!(progress.remaining_s, Some(180.0 - 90.0));
}

#[test]
fn today_is_the_day_of_the_time_zone_and_a_clock_far_off_changes_nothing_else() {
    let scene = Scene::new(2);
    scene
        .project
        .note_effort(&scene.a, "1", span(MINUTE))
        .unwrap();
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    let events = audit::events(&scene.project.db).unwrap();
    let submitted = events.iter().find(|event| event.kind == "submit").unwrap();
    let at: Timestamp = submitted.wall.parse().unwrap();
    let progress =
        |now, zone: &TimeZone| scene.project.own_progress_at(&scene.a, now, zone).unwrap();
    for hours in -12..=14_i8 {
        let zone = TimeZone::fixed(jiff::tz::offset(hours));
        let midnight = at
            .to_zoned(zone.clone())
            .start_of_day()
            .unwrap()
            .timestamp();
        let second = SignedDuration::from_secs(1);
        let next_day = midnight + SignedDuration::from_hours(24);
        for (now, count) in [
            (midnight, 1),
            (next_day - second, 1),
            (next_day, 0),
            (midnight - second, 0),
        ] {
            assert_eq!(progress(now, &zone).submitted_today, count, "{hours} {now}");
        }
    }
    let utc = TimeZone::UTC;
    let years = SignedDuration::from_hours(24 * 3650);
    let (past, future) = (progress(at - years, &utc), progress(at + years, &utc));
    assert_eq!(past, future);
    assert_eq!(past.median_active_s, Some(60.0));
}

#[test]
fn the_figures_of_another_person_can_be_asked_by_nobody() {
    let scene = Scene::new(1);
    let project = &scene.project;
    project.note_effort(&scene.a, "1", span(MINUTE)).unwrap();
    assert_eq!(code(project.own_progress(&scene.lead)), "refused");
    assert_eq!(code(project.own_effort(&scene.lead, "1")), "refused");
    project
        .add_person(
            &scene.lead,
            &super::scene::person("another", &[Role::Reader]),
        )
        .unwrap();
    let another = project.sign_in("another", None).unwrap();
    assert_eq!(project.own_progress(&another).unwrap().total, 0);
    for case in ["1", "99"] {
        assert_eq!(code(project.own_effort(&another, case)), "refused");
    }
}
