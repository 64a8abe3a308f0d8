//! The main job below the window: import, read twice, compare, adjudicate, consensus, report.

use annotation_format::document::gesture::Onto;
use voxel::Mask;

use super::scene::{A, B, Scene, code, copy_folder, grid, lung_protocol, new_case, person};
use crate::{
    AssignRequest, Comparison, MatchKind, NewDecision, NewFile, NewSeries, Role, Take, UnitState,
};

fn decide(finding: &str, take: Take) -> NewDecision {
    NewDecision {
        finding: finding.to_owned(),
        take,
        mask: None,
        reason: "seen on 1 mm".to_owned(),
    }
}

fn nodule(comparison: &Comparison) -> &crate::LabelRow {
    comparison
        .labels
        .iter()
        .find(|row| row.label == "nodule")
        .unwrap()
}

#[test]
fn two_equal_readings_agree_and_are_the_consensus() {
    let scene = Scene::new(1);
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    scene.read_case(&scene.b, "1", &[(10, 20)]);
    assert_eq!(scene.project.cases(&scene.lead).unwrap()[0].state, "ready");
    let comparison = scene.project.compare(&scene.lead, "1").unwrap();
    assert!(comparison.agreed && comparison.to_decide.is_empty());
    assert_eq!(comparison.state, UnitState::Agreed);
    assert_eq!(nodule(&comparison).dice, Some(1.0));
    assert_eq!(nodule(&comparison).voxel_kappa, Some(1.0));
    assert_eq!(nodule(&comparison).hd95_mm, Some(0.0));
    let consensus = scene.project.consensus(&scene.lead, "1").unwrap();
    let finding = consensus.document.findings().next().unwrap();
    assert_eq!(finding.mask.as_ref().unwrap().count(), 10 * 10 * 5);
    assert!(consensus.document.missing().is_empty());
    assert_eq!(consensus.provenance[0].by, None);
}

#[test]
fn differences_are_figured_decided_and_settled() {
    let scene = Scene::new(1);
    // a shifted boundary, a finding that only one reader has
    scene.read_case(&scene.a, "1", &[(10, 20), (40, 48)]);
    scene.read_case(&scene.b, "1", &[(14, 24)]);
    let project = &scene.project;
    let comparison = project.compare(&scene.lead, "1").unwrap();
    assert_eq!(comparison.state, UnitState::Discordant);
    assert_eq!(comparison.findings.len(), 2);
    let matched = comparison
        .findings
        .iter()
        .find(|row| row.matched == MatchKind::Matched)
        .unwrap();
    assert!((matched.iou.unwrap() - 6.0 / 14.0).abs() < 1e-12);
    assert!((matched.dice.unwrap() - 0.6).abs() < 1e-12);
    assert!(!matched.agreed, "the protocol asks for a Dice of 0.75");
    let alone = comparison
        .findings
        .iter()
        .find(|row| row.matched == MatchKind::Unmatched)
        .unwrap();
    assert_eq!(alone.reasons["iou"], "no_match");
    let row = nodule(&comparison);
    assert_eq!((row.n_findings_a + row.n_findings_b, row.n_matched), (3, 1));
    let both = 2.0 * 6.0 / (10.0 + 8.0 + 10.0);
    assert!((row.dice.unwrap() - both).abs() < 1e-12);
    assert_eq!(code(project.consensus(&scene.lead, "1")), "undecided");
    // What is asked wrongly is said.
    let wrong =
        |finding: &str, take| code(project.adjudicate(&scene.lead, "1", &decide(finding, take)));
    assert_eq!(wrong(&alone.id, Take::Reader(2)), "no_such_decision");
    assert_eq!(wrong(&alone.id, Take::Intersection), "no_such_decision");
    assert_eq!(wrong("form:nothing", Take::Reader(0)), "no_such_finding");
    let silent = NewDecision {
        reason: " ".to_owned(),
        ..decide(&alone.id, Take::None)
    };
    assert_eq!(
        code(project.adjudicate(&scene.lead, "1", &silent)),
        "reason_required"
    );
    let decided = project
        .adjudicate(&scene.lead, "1", &decide(&matched.id, Take::Union))
        .unwrap();
    assert_eq!(decided.state, UnitState::Discordant);
    let decided = project
        .adjudicate(&scene.lead, "1", &decide(&alone.id, Take::None))
        .unwrap();
    assert_eq!(
        (decided.decision.as_str(), decided.state),
        ("none", UnitState::Settled)
    );
    let consensus = project.consensus(&scene.lead, "1").unwrap();
    assert_eq!(consensus.rejected, std::slice::from_ref(&alone.id));
    let findings: Vec<_> = consensus.document.findings().collect();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].mask.as_ref().unwrap().count(), 14 * 10 * 5);
    assert!(consensus.document.missing().is_empty());
    assert_eq!(consensus.provenance[0].sources.len(), 2);
    // A second thought supersedes and keeps the first.
    project
        .adjudicate(&scene.lead, "1", &decide(&alone.id, Take::Unresolved))
        .unwrap();
    let consensus = project.consensus(&scene.lead, "1").unwrap();
    assert_eq!(consensus.unresolved, std::slice::from_ref(&alone.id));
    let made: i64 = project
        .db
        .query_row("SELECT count(*) FROM adjudication", [], |row| row.get(0))
        .unwrap();
    assert_eq!(made, 3);
    let report = project.verify(true).unwrap();
    assert!(report.ok, "{:?}", report.faults);
}

#[test]
fn a_redrawn_mask_replaces_the_geometry_and_survives_a_restart() {
    let scene = Scene::new(1);
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    scene.read_case(&scene.b, "1", &[(15, 30)]);
    let comparison = scene.project.compare(&scene.lead, "1").unwrap();
    let row = comparison.findings[0].id.clone();
    let drawn = Mask::from_fn(grid().size(), |v| (12..27).contains(&v.0[0]) && v.0[2] == 5);
    let decision = NewDecision {
        mask: Some(drawn.clone()),
        ..decide(&row, Take::Reader(0))
    };
    let other = Mask::full([5, 5, 5]);
    let wrong = NewDecision {
        mask: Some(other),
        ..decision.clone()
    };
    assert_eq!(
        code(scene.project.adjudicate(&scene.lead, "1", &wrong)),
        "no_such_decision"
    );
    scene
        .project
        .adjudicate(&scene.lead, "1", &decision)
        .unwrap();
    for row in comparison.to_decide.iter().filter(|id| **id != row) {
        scene
            .project
            .adjudicate(&scene.lead, "1", &decide(row, Take::None))
            .unwrap();
    }
    let scene = scene.reopen();
    let consensus = scene.project.consensus(&scene.lead, "1").unwrap();
    let finding = consensus.document.findings().next().unwrap();
    assert_eq!(finding.mask.as_ref(), Some(&drawn));
    assert!(consensus.provenance.iter().any(|part| part.redrawn));
    let shown = scene.project.compare(&scene.lead, "1").unwrap();
    let decided = shown.findings[0].decision.as_ref().unwrap();
    assert!(decided.redrawn && decided.reason == "seen on 1 mm");
}

#[test]
fn two_empty_readings_agree_that_there_is_nothing() {
    let scene = Scene::new(1);
    scene.read_case(&scene.a, "1", &[]);
    scene.read_case(&scene.b, "1", &[]);
    let comparison = scene.project.compare(&scene.lead, "1").unwrap();
    assert!(comparison.agreed);
    assert_eq!(nodule(&comparison).dice, None);
    assert_eq!(nodule(&comparison).reasons["dice"], "both_empty");
    let consensus = scene.project.consensus(&scene.lead, "1").unwrap();
    assert!(consensus.document.no_finding() && consensus.document.missing().is_empty());
}

#[test]
fn three_readers_are_compared_by_pairs_and_combined_by_majority_and_staple() {
    let scene = Scene::new(1);
    let project = &scene.project;
    project
        .add_person(&scene.lead, &person("Reader C", &[Role::Reader]))
        .unwrap();
    let c = project.sign_in("Reader C", None).unwrap();
    let request = AssignRequest {
        readers: vec![A.to_owned(), B.to_owned(), "Reader C".to_owned()],
        ..AssignRequest::default()
    };
    let assigned = project.assign(&scene.lead, &request).unwrap();
    assert_eq!(assigned.assignments.len(), 1);
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    scene.read_case(&scene.b, "1", &[(14, 24)]);
    scene.read_case(&c, "1", &[(15, 26)]);
    let comparison = project.compare(&scene.lead, "1").unwrap();
    let pairs: Vec<_> = comparison
        .labels
        .iter()
        .filter(|row| row.label == "nodule")
        .map(|row| row.pair.clone().unwrap())
        .collect();
    assert_eq!(pairs, ["a-b", "a-c", "b-c"]);
    assert_eq!(comparison.findings.len(), 1);
    let row = &comparison.findings[0];
    assert_eq!(
        row.members.keys().map(String::as_str).collect::<Vec<_>>(),
        ["a", "b", "c"]
    );
    project
        .adjudicate(&scene.lead, "1", &decide(&row.id, Take::Majority))
        .unwrap();
    let count = |consensus: &crate::Consensus| {
        consensus
            .document
            .findings()
            .next()
            .unwrap()
            .mask
            .as_ref()
            .unwrap()
            .count()
    };
    let majority = project.consensus(&scene.lead, "1").unwrap();
    assert_eq!(count(&majority), 10 * 10 * 5); // columns 14..24
    project
        .adjudicate(&scene.lead, "1", &decide(&row.id, Take::Staple))
        .unwrap();
    assert!(count(&project.consensus(&scene.lead, "1").unwrap()) >= 10 * 10 * 5);
}

#[test]
fn the_order_of_a_and_b_is_the_same_at_every_look_and_differs_between_cases() {
    let scene = Scene::new(12);
    let mut first_is_a = Vec::new();
    for number in 1..=12 {
        let case = number.to_string();
        scene.read_case(&scene.a, &case, &[(10, 20)]);
        scene.read_case(&scene.b, &case, &[]);
        let order = |scene: &Scene| {
            let readings = scene.project.readings(&scene.lead, &case).unwrap();
            readings[0].document.findings().len() == 1
        };
        assert_eq!(order(&scene), order(&scene));
        first_is_a.push(order(&scene));
    }
    assert!(first_is_a.contains(&true) && first_is_a.contains(&false));
}

#[test]
fn the_report_takes_the_readings_made_before_the_comparison_was_seen() {
    let scene = Scene::new(1);
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    scene.read_case(&scene.b, "1", &[(14, 24)]);
    let project = &scene.project;
    let first = project.compare(&scene.lead, "1").unwrap();
    project
        .reopen(&scene.lead, "1", Some(B), "compare again")
        .unwrap();
    let work = project.open_work(&scene.b, "1").unwrap();
    let edit = super::scene::paint(&work.document, &work, "nodule", Onto::Latest, (10, 14));
    project.append(&scene.b, &work.id, &edit).unwrap();
    project.submit(&scene.b, "1").unwrap();
    assert_eq!(project.cases(&scene.lead).unwrap()[0].state, "ready");
    let second = project.compare(&scene.lead, "1").unwrap();
    assert_ne!(nodule(&first).dice, nodule(&second).dice);
    assert_eq!(
        second
            .readers
            .iter()
            .filter(|reader| !reader.blinded)
            .count(),
        1
    );
    let report = project.report_input(&scene.lead).unwrap();
    let label = report.cases[0]
        .labels
        .iter()
        .find(|row| row.label == "nodule")
        .unwrap();
    assert_eq!(label.comparison.overlap.dice, nodule(&first).dice);
    let page = agreement::report::html(&report, agreement::report::Language::Japanese).unwrap();
    assert!(page.contains("肺結節"));
}

#[test]
fn the_same_series_twice_is_once_and_the_same_study_is_one_case() {
    let scene = Scene::new(1);
    let folder = scene.folder.path();
    let again = scene
        .project
        .import_case(&scene.lead, new_case(folder, 1))
        .unwrap();
    assert!(!again.is_new && !again.series[0].is_new);
    assert_eq!(again.id, scene.cases[0].id);
    let mut more = new_case(folder, 1);
    let file = folder.join("second series.dcm");
    std::fs::write(&file, "other pixels").unwrap();
    more.series.push(NewSeries {
        files: vec![NewFile::plain("second series.dcm", file)],
        ..more.series[0].clone()
    });
    let grown = scene
        .project
        .import_case(&scene.lead, more.clone())
        .unwrap();
    assert_eq!(
        grown
            .series
            .iter()
            .map(|series| series.is_new)
            .collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(scene.project.cases(&scene.lead).unwrap().len(), 1);
    // Nothing is added to what somebody has begun to read.
    scene.project.open_work(&scene.a, "1").unwrap();
    let third = folder.join("third.dcm");
    std::fs::write(&third, "still other pixels").unwrap();
    more.series[0].files = vec![NewFile::plain("third.dcm", third)];
    assert_eq!(
        code(scene.project.import_case(&scene.lead, more)),
        "case_begun"
    );
    let mut empty = new_case(folder, 5);
    empty.series[0].files.clear();
    assert_eq!(
        code(scene.project.import_case(&scene.lead, empty)),
        "empty_case"
    );
}

#[test]
fn images_come_back_with_names_grid_and_meta_also_by_reference() {
    let scene = Scene::new(1);
    let mut case = new_case(scene.folder.path(), 2);
    case.by_reference = true;
    let place = case.series[0].files[0].place.clone();
    scene.project.import_case(&scene.lead, case).unwrap();
    let copied = scene.project.series_files(&scene.a, "1").unwrap();
    assert_eq!(copied[0].grid, Some(grid()));
    assert_eq!(copied[0].meta["number"], 1);
    assert_eq!(copied[0].files[0].name, "画像 1.dcm");
    assert_eq!(
        std::fs::read(&copied[0].files[0].path).unwrap(),
        b"pixels of case 1"
    );
    let referred = scene.project.series_files(&scene.lead, "2").unwrap();
    assert_eq!(referred[0].files[0].path, place);
    assert_eq!(code(scene.project.series_files(&scene.a, "2")), "refused");
    assert_eq!(code(scene.project.series_files(&scene.a, "3")), "refused");
    std::fs::remove_file(&place).unwrap();
    assert_eq!(
        code(scene.project.series_files(&scene.lead, "2")),
        "image_missing"
    );
}

#[test]
fn a_file_inside_another_one_is_copied_through_its_opener_even_by_reference() {
    let scene = Scene::new(0);
    let mut case = new_case(scene.folder.path(), 1);
    case.by_reference = true;
    let place = scene.folder.path().join("画像.zip/CT/1.dcm");
    let open: crate::OpenFile =
        std::sync::Arc::new(|| Ok(Box::new(&b"a member's pixels"[..]) as Box<dyn std::io::Read>));
    case.series[0]
        .files
        .push(NewFile::inside("1.dcm", place, open));
    scene
        .project
        .import_case(&scene.lead, case.clone())
        .unwrap();
    let files = &scene.project.series_files(&scene.lead, "1").unwrap()[0].files;
    assert_eq!(files[0].path, case.series[0].files[0].place);
    assert_eq!(files[1].name, "1.dcm");
    assert_eq!(std::fs::read(&files[1].path).unwrap(), b"a member's pixels");
    assert!(scene.project.verify(true).unwrap().ok);
    let lost: crate::OpenFile =
        std::sync::Arc::new(|| Err(std::io::Error::from(std::io::ErrorKind::NotFound)));
    let mut case = new_case(scene.folder.path(), 2);
    case.series[0].files = vec![NewFile::inside("2.dcm", "gone.zip/2.dcm".into(), lost)];
    assert_eq!(code(scene.project.import_case(&scene.lead, case)), "io");
}

#[test]
fn a_case_gets_the_number_and_the_group_of_the_list_and_only_the_lead_sees_the_group() {
    let scene = Scene::new(1);
    let mut case = new_case(scene.folder.path(), 2);
    (case.number, case.group) = (Some(120), Some("対照".to_owned()));
    let meta = case.meta.clone();
    let imported = scene.project.import_case(&scene.lead, case).unwrap();
    assert_eq!(imported.number, 120);
    let mut same_number = new_case(scene.folder.path(), 3);
    same_number.number = Some(120);
    assert_eq!(
        code(scene.project.import_case(&scene.lead, same_number)),
        "number_taken"
    );
    let next = new_case(scene.folder.path(), 4);
    let next = scene.project.import_case(&scene.lead, next).unwrap();
    assert_eq!(next.number, 121);
    let request = AssignRequest {
        readers: vec![A.to_owned()],
        ..AssignRequest::default()
    };
    scene.project.assign(&scene.lead, &request).unwrap();
    let of_lead = scene.project.cases(&scene.lead).unwrap();
    let row = |rows: &[crate::CaseRow]| rows.iter().find(|row| row.number == 120).cloned();
    let seen = row(&of_lead).unwrap();
    assert_eq!((seen.group.as_deref(), &seen.meta), (Some("対照"), &meta));
    let of_reader = row(&scene.project.cases(&scene.a).unwrap()).unwrap();
    assert_eq!((of_reader.group, of_reader.meta), (None, meta));
}

#[test]
fn an_excluded_case_is_in_no_count_and_no_report_and_comes_back() {
    let scene = Scene::new(2);
    let project = &scene.project;
    assert_eq!(
        code(project.set_excluded(&scene.lead, "2", true, "")),
        "reason_required"
    );
    project
        .set_excluded(&scene.lead, "2", true, "motion")
        .unwrap();
    assert_eq!(code(project.open_work(&scene.a, "2")), "case_excluded");
    let status = project.status(Some(&scene.lead)).unwrap();
    assert_eq!((status.cases.total, status.cases.excluded), (2, 1));
    assert_eq!(status.cases.by_state["open"], 1);
    assert!(status.readers.iter().all(|reader| reader.assigned == 1));
    let own = project.status(Some(&scene.a)).unwrap();
    assert_eq!(own.cases.by_state["assigned"], 1);
    assert_eq!(own.readers.len(), 1);
    project.set_excluded(&scene.lead, "2", false, "").unwrap();
    project.open_work(&scene.a, "2").unwrap();
}

#[test]
fn a_new_protocol_is_current_while_work_begun_keeps_its_own() {
    let scene = Scene::new(1);
    let project = &scene.project;
    let mut changed = lung_protocol();
    changed.title.en = "Changed".to_owned();
    changed.sha256 = String::new();
    let same_version = annotation_format::Protocol::from_json(&changed.to_json()).unwrap();
    assert_eq!(
        code(project.set_protocol(&scene.lead, &same_version)),
        "protocol_version_taken"
    );
    changed.version = "1.1.0".to_owned();
    let next = annotation_format::Protocol::from_json(&changed.to_json()).unwrap();
    project.set_protocol(&scene.lead, &next).unwrap();
    assert_eq!(project.protocol().unwrap().version, "1.1.0");
    let work = project.open_work(&scene.a, "1").unwrap();
    assert_eq!(work.document.protocol().version, "1.0.0");
    project.set_protocol(&scene.lead, &lung_protocol()).unwrap();
    assert_eq!(project.protocol().unwrap().version, "1.0.0");
    assert!(project.verify(false).unwrap().ok);
}

#[test]
fn a_closed_project_is_one_file_that_can_be_copied_and_read() {
    let scene = Scene::new(1);
    scene.read_case(&scene.a, "1", &[(10, 20)]);
    let home = scene.home();
    let copy = scene.folder.path().join("コピー 1");
    let Scene {
        project, folder, ..
    } = scene;
    project.close().unwrap();
    let log = home.join("project.sqlite-wal");
    assert!(!log.exists() || log.metadata().unwrap().len() == 0);
    copy_folder(&home, &copy);
    let opened = crate::Project::open(&copy, crate::Access::ReadOnly).unwrap();
    assert!(opened.verify(true).unwrap().ok);
    drop(folder);
}
