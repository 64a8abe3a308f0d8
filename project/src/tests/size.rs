//! A work of 200 findings on 512×512×1000: what each part of an edit costs. Measures only where it is
//! asked to: `cargo test -p project --release size -- --ignored --nocapture`.

use std::io::Write;
use std::time::{Duration, Instant};

use annotation_format::document::gesture::{self, EraseFrom, Onto, Overlap, Place, Stroke};
use annotation_format::{Document, Edit, FindingId, LabelId, Protocol, Terms, wire};
use voxel::{Affine, Grid, Span};

use super::scene::Scene;
use crate::Work;
use crate::store::journal;

const SIZE: [usize; 3] = [512, 512, 1000];
const FINDINGS: usize = 200;

fn protocol() -> Protocol {
    let text = include_str!("../../../assets/protocols/ct-pneumonia.toml");
    let text = text.replace("many = false", "many = true");
    Protocol::from_toml(&text, Terms::builtin()).unwrap()
}

fn grid() -> Grid {
    Grid::new(SIZE, Affine::scaling([0.7, 0.7, 0.5])).unwrap()
}

fn ball([ci, cj, ck]: [i64; 3], radius: i64) -> Vec<Span> {
    let mut spans = Vec::new();
    for k in ck - radius..=ck + radius {
        for j in cj - radius..=cj + radius {
            let rest = radius * radius - (k - ck).pow(2) - (j - cj).pow(2);
            if rest >= 0 {
                let half = rest.isqrt();
                spans.push(Span {
                    j,
                    k,
                    i0: ci - half,
                    i1: ci + half + 1,
                });
            }
        }
    }
    spans
}

/// The middle of a finding; they stand in 8 × 5 × 5 places.
fn middle(at: usize) -> [i64; 3] {
    let [x, y, z] = [at % 8, at / 8 % 5, at / 40].map(|n| n as i64);
    [34 + x * 63, 50 + y * 100, 100 + z * 195]
}

/// Times of one kind of act.
struct Times(&'static str, Vec<Duration>);

impl Times {
    fn of(name: &'static str) -> Self {
        Self(name, Vec::new())
    }

    fn take<T>(&mut self, act: impl FnOnce() -> T) -> T {
        let begin = Instant::now();
        let value = act();
        self.1.push(begin.elapsed());
        value
    }

    fn tell(mut self) {
        self.1.sort();
        let at =
            |share: f64| self.1[((self.1.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        let (p50, p95, most) = (at(0.5), at(0.95), at(1.0));
        writeln!(
            std::io::stdout(),
            "{:<34} p50 {p50:>8.3} ms   p95 {p95:>8.3} ms   max {most:>8.3} ms   n {}",
            self.0,
            self.1.len()
        )
        .unwrap();
    }
}

struct Bench {
    scene: Scene,
    work: Work,
    document: Document,
    grid: Grid,
}

impl Bench {
    fn empty() -> Self {
        let scene = Scene::with_protocol(protocol(), 1);
        let work = scene.project.open_work(&scene.a, "1").unwrap();
        let document = work.document.clone();
        Self {
            scene,
            work,
            document,
            grid: grid(),
        }
    }

    fn new() -> Self {
        let mut bench = Self::empty();
        let mut times = Times::of("a ball of 100,000 voxels, durable");
        for at in 0..FINDINGS {
            let edit = bench.paint(Onto::New, at, &ball(middle(at), 29), Overlap::Keep);
            times.take(|| bench.append(&edit));
        }
        times.tell();
        bench
    }

    fn place(&self) -> Place<'_> {
        Place {
            series: self.work.series[0].id.as_str(),
            grid: &self.grid,
        }
    }

    fn label(at: usize) -> LabelId {
        LabelId::from(["ggo", "consolidation"][at % 2])
    }

    fn paint(&self, onto: Onto, at: usize, spans: &[Span], overlap: Overlap) -> Edit {
        let label = Self::label(at);
        let mut stroke = Stroke::brush(&label, onto, spans);
        stroke.overlap = overlap;
        gesture::paint(&self.document, &self.place(), &stroke).unwrap()
    }

    fn append(&mut self, edit: &Edit) {
        self.document.apply(edit).unwrap();
        self.scene
            .project
            .append(&self.scene.a, &self.work.id, edit)
            .unwrap();
    }

    fn id(&self, at: usize) -> FindingId {
        self.document.findings().nth(at).unwrap().id.clone()
    }

    /// The window's part (gesture and apply) and the storage thread's (plan, encode, write) of each act.
    fn acts(&mut self, name: [&'static str; 5], edit_of: impl Fn(&Self, usize) -> Edit) {
        let [mut made, mut applied, mut planned, mut encoded, mut written] = name.map(Times::of);
        for at in 0..60 {
            let edit = made.take(|| edit_of(self, at));
            applied.take(|| self.document.apply(&edit).unwrap());
            let project = &self.scene.project;
            let work = &self.work.id;
            let row = planned.take(|| {
                project.writable_work(&self.scene.a, work).unwrap();
                project
                    .plan(work, |open, _, _| open.plan_edit(work, &edit))
                    .unwrap()
            });
            encoded.take(|| {
                wire::encode_without(&edit, &|hash| {
                    journal::knows_brick(&project.db, hash.as_bytes())
                })
            });
            written.take(|| project.write_row(&row).unwrap());
        }
        for times in [made, applied, planned, encoded, written] {
            times.tell();
        }
    }

    fn undo(&mut self, name: [&'static str; 2], times: usize) {
        let [mut undone, mut redone] = name.map(Times::of);
        let project = &self.scene.project;
        let work = &self.work.id;
        for _ in 0..times {
            let row = undone
                .take(|| project.plan(work, |open, db, seal| open.plan_undo(db, seal, work)))
                .unwrap();
            project.write_row(&row).unwrap();
        }
        for _ in 0..times {
            let row = redone
                .take(|| project.plan(work, |open, db, seal| open.plan_redo(db, seal, work)))
                .unwrap();
            project.write_row(&row).unwrap();
        }
        undone.tell();
        redone.tell();
    }
}

#[test]
#[ignore = "measures, for minutes"]
fn what_an_edit_costs_among_200_findings_on_512_512_1000() {
    let mut bench = Bench::new();
    let onto = |bench: &Bench, at: usize| Onto::Finding(bench.id(at));
    // A sample of a stroke at the rim of a finding, which takes voxels of its neighbour.
    let sample = |at: usize| {
        let [i, j, k] = middle(at);
        ball([i + 27, j, k + at as i64 % 20], 10)
    };
    bench.acts(
        ["sample, keep: gesture", "apply", "plan", "encode", "write"],
        |bench, at| bench.paint(onto(bench, at), at, &sample(at), Overlap::Keep),
    );
    bench.undo(["undo of a sample: plan", "redo: plan"], 60);
    bench.acts(
        [
            "sample, overwrite: gesture",
            "apply",
            "plan",
            "encode",
            "write",
        ],
        |bench, at| {
            let shifted: Vec<Span> = sample(at)
                .iter()
                .map(|s| Span { j: s.j + 8, ..*s })
                .collect();
            bench.paint(onto(bench, at), at, &shifted, Overlap::Overwrite)
        },
    );
    bench.acts(
        [
            "erase everywhere: gesture",
            "apply",
            "plan",
            "encode",
            "write",
        ],
        |bench, at| {
            let [i, j, k] = middle(at);
            let spans = ball([i, j + at as i64 % 7, k], 8);
            gesture::erase(&bench.document, &bench.place(), &EraseFrom::All, &spans).unwrap()
        },
    );
    bench.acts(
        ["comment: gesture", "apply", "plan", "encode", "write"],
        |bench, at| {
            gesture::comment(&bench.document, &bench.id(at), &format!("remark {at}")).unwrap()
        },
    );
    bench.acts(
        [
            "delete 100,000 voxels: gesture",
            "apply",
            "plan",
            "encode",
            "write",
        ],
        |bench, _| gesture::delete(&bench.document, &bench.id(3)).unwrap(),
    );
    bench.undo(["undo of a deletion: plan", "redo: plan"], 60);
    let mut gone = Times::of("back to the empty case: plan");
    let mut written = Times::of("its row: encode and write");
    let mut undone = Times::of("undo of that: plan");
    for _ in 0..3 {
        let (project, work) = (&bench.scene.project, &bench.work.id);
        let row = gone.take(|| project.plan_go_to(work, 0).unwrap().unwrap());
        written.take(|| project.write_row(&row).unwrap());
        let row =
            undone.take(|| project.plan(work, |open, db, seal| open.plan_undo(db, seal, work)));
        project.write_row(&row.unwrap()).unwrap();
    }
    gone.tell();
    written.tell();
    undone.tell();
    let mut checkpoint = Times::of("checkpoint");
    for _ in 0..5 {
        let (project, work) = (&bench.scene.project, &bench.work.id);
        checkpoint.take(|| project.write_checkpoint(work)).unwrap();
    }
    checkpoint.tell();
    let mut past = Times::of("the document 100 rows ago");
    let last = bench.scene.project.last_planned(&bench.work.id);
    for _ in 0..5 {
        past.take(|| {
            let (a, work) = (&bench.scene.a, &bench.work.id);
            bench
                .scene
                .project
                .document_at(a, work, last - 100)
                .unwrap()
        });
    }
    past.tell();
    let mut opened = Times::of("open (fold from the checkpoint)");
    for _ in 0..3 {
        bench.scene.project.works.borrow_mut().clear();
        opened.take(|| bench.scene.project.open_work(&bench.scene.a, "1").unwrap());
    }
    opened.tell();
}

/// A stroke along an arc in a plane: discs of the brush, sample after sample.
fn stroke([ci, cj, k]: [i64; 3], (radius, from): (f64, f64), brush: i64) -> Vec<Span> {
    let mut spans = Vec::new();
    for sample in 0..40 {
        let angle = from + f64::from(sample) * 0.12;
        let (i, j) = (radius * angle.cos(), radius * angle.sin() * 0.8);
        let (i, j) = (ci + i.round() as i64, cj + j.round() as i64);
        for row in -brush..=brush {
            let half = (brush * brush - row * row).isqrt();
            spans.push(Span {
                j: j + row,
                k,
                i0: i - half,
                i1: i + half + 1,
            });
        }
    }
    spans
}

#[test]
#[ignore = "measures"]
fn what_a_painted_work_weighs() {
    let mut bench = Bench::empty();
    for nodule in 0..40 {
        let [i, j, k] = middle(nodule * 5);
        for plane in 0..8 {
            let turn = (nodule * 7 + plane) as f64;
            let middle = [i, j, k + plane as i64];
            let onto = if plane == 0 { Onto::New } else { Onto::Latest };
            let size = 12.0 - (plane as f64 - 3.5).abs() * 2.0;
            for (radius, brush) in [(size, 5), (size * 0.4, 6)] {
                let spans = stroke(middle, (radius, turn), brush);
                let onto = if radius < size {
                    Onto::Latest
                } else {
                    onto.clone()
                };
                let edit = bench.paint(onto, 0, &spans, Overlap::Keep);
                bench.append(&edit);
            }
            let spans = stroke(middle, (size + 6.0, turn + 1.0), 3);
            let edit = gesture::erase(&bench.document, &bench.place(), &EraseFrom::All, &spans);
            bench.append(&edit.unwrap());
        }
    }
    let db = &bench.scene.project.db;
    for sum in [
        "SELECT 'rows', count(*), sum(length(body)) FROM edit",
        "SELECT 'bricks', count(*), sum(length(data)) FROM brick",
        "SELECT 'checkpoints', count(*), sum(length(body)) FROM checkpoint",
        "SELECT 'pages of brick', count(*), sum(pgsize) FROM dbstat WHERE name = 'brick'",
        "SELECT 'pages of edit', count(*), sum(pgsize) FROM dbstat WHERE name = 'edit'",
        "SELECT 'pages', page_count, page_count * 4096 FROM pragma_page_count",
    ] {
        let told = db.query_row(sum, [], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(2)?,
            ))
        });
        writeln!(std::io::stdout(), "{told:?}").unwrap();
    }
    let last = bench.scene.project.last_planned(&bench.work.id);
    bench.scene.project.works.borrow_mut().clear();
    let mut past = Times::of("the document after any row");
    for row in (0..=last).step_by(23) {
        past.take(|| {
            let (a, work) = (&bench.scene.a, &bench.work.id);
            bench.scene.project.document_at(a, work, row).unwrap()
        });
    }
    past.tell();
}
