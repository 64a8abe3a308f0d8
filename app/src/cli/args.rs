//! The commands' arguments.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// Dokuei: annotation of medical images. Without a command the window opens.
#[derive(Debug, Parser)]
#[command(name = "dokuei", version, disable_help_subcommand = true)]
pub(crate) struct Call {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// Folder of the project; without it the working directory's.
    #[arg(long, global = true, value_name = "DIR", allow_hyphen_values = true)]
    pub(crate) project: Option<PathBuf>,
    /// Who acts: name or id. The passphrase comes from DOKUEI_PASSPHRASE or the terminal.
    #[arg(
        long = "as",
        global = true,
        value_name = "PERSON",
        allow_hyphen_values = true
    )]
    pub(crate) person: Option<String>,
    /// One JSON document on standard output; everything else on standard error.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Language of sentences and reports.
    #[arg(long, global = true, value_name = "ja|en")]
    pub(crate) lang: Option<LangArg>,
    /// No progress, no notes.
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
    /// What draws the window's pictures.
    #[arg(
        long,
        global = true,
        value_name = "auto|gpu|cpu",
        default_value = "auto"
    )]
    pub(crate) renderer: RendererArg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LangArg {
    Ja,
    En,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RendererArg {
    Auto,
    Gpu,
    Cpu,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Scan files or folders; no project needed.
    Info(InfoArgs),
    /// Cases of the worklist.
    #[command(subcommand)]
    Case(CaseCommand),
    /// Open the window on images without a project.
    View {
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Write a series in another format.
    Convert(ConvertArgs),
    /// Make the workstation's picture of a plane.
    Render(Box<RenderArgs>),
    /// Make a project.
    Init(InitArgs),
    /// Add cases.
    Import(ImportArgs),
    /// Show, check or set the protocol.
    #[command(subcommand)]
    Protocol(ProtocolCommand),
    /// People.
    #[command(subcommand)]
    Reader(ReaderCommand),
    /// Give cases to readers.
    Assign(AssignArgs),
    /// Work on a case by a tool script or a mask.
    Annotate(AnnotateArgs),
    /// Every tool with its options.
    Tools,
    /// Take back edits.
    Undo(TimesArgs),
    /// Take back undos.
    Redo(TimesArgs),
    /// The journal of a case.
    History(HistoryArgs),
    /// Lock one's work on a case.
    Submit { case: String },
    /// Unlock a submitted work as a new revision.
    Reopen(ReopenArgs),
    /// Readings of a case side by side.
    Compare { case: String },
    /// Decide on a difference.
    Adjudicate(AdjudicateArgs),
    /// The project's agreement report.
    Report {
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
    /// Write files that others read.
    Export(ExportArgs),
    /// Agreement of label maps.
    Agree(AgreeArgs),
    /// Agreement of ratings.
    AgreeRatings(AgreeRatingsArgs),
    /// Agreement of findings.
    AgreeFindings(AgreeFindingsArgs),
    /// How far the project is.
    Status,
    /// Check chain, hashes, database and images.
    Verify(VerifyArgs),
    /// Questions of readers to the lead; a reader asks with `case flag`.
    #[command(subcommand)]
    Flag(FlagCommand),
    /// Copies of the project in generations, for an admin.
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Make the sample project.
    Demo { folder: PathBuf },
    /// Play a whole job in the window.
    #[command(hide = true)]
    Play {
        play: String,
        #[arg(long)]
        out: PathBuf,
        #[arg(long)]
        offscreen: bool,
    },
    #[command(external_subcommand)]
    Unknown(Vec<OsString>),
}

#[derive(Debug, Args)]
pub(crate) struct InfoArgs {
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Also decode, for the range of values.
    #[arg(long)]
    pub(crate) pixels: bool,
    /// Only this series.
    #[arg(long)]
    pub(crate) series: Option<String>,
    /// The header of one file, element by element.
    #[arg(long, conflicts_with_all = ["pixels", "series"])]
    pub(crate) tags: bool,
    /// Only elements whose tag, name or value holds this text.
    #[arg(
        long,
        requires = "tags",
        value_name = "TEXT",
        allow_hyphen_values = true
    )]
    pub(crate) filter: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CaseCommand {
    /// What is in the worklist.
    List,
    /// Take a case out of the worklist; its images stay.
    Exclude {
        case: String,
        #[arg(long, allow_hyphen_values = true)]
        reason: String,
    },
    /// Take it back in.
    Include { case: String },
    /// Put an own case on hold: the next case is another one, the lead sees the note.
    Hold {
        case: String,
        #[arg(long, allow_hyphen_values = true)]
        note: String,
    },
    /// Take an own case off hold.
    Release { case: String },
    /// Ask the lead about an own case; the other readers do not see it.
    Flag {
        case: String,
        #[arg(long, allow_hyphen_values = true)]
        text: String,
        /// The finding that is meant.
        #[arg(long, allow_hyphen_values = true)]
        finding: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum FlagCommand {
    /// Own questions with their answers; for a lead those of readers.
    List,
    /// Answer a question; only the reader who asked sees it.
    Answer {
        flag: String,
        #[arg(long, allow_hyphen_values = true)]
        text: String,
    },
    /// Take an own question back.
    Withdraw { flag: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Make a generation in a folder; images that are there already are not copied again.
    Make { folder: PathBuf },
    /// Check every file of a generation; no project needed.
    Verify { backup: PathBuf },
    /// Make a project of a generation in a new folder, as an admin of the backup.
    Restore { backup: PathBuf, folder: PathBuf },
    /// Keep 7 daily, 4 weekly and 6 monthly generations of the project.
    Prune {
        /// The folder of the last backup if absent.
        folder: Option<PathBuf>,
    },
    #[command(external_subcommand)]
    Unknown(Vec<OsString>),
}

#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    /// File or folder with the series.
    pub(crate) source: PathBuf,
    /// NAME.nii, .nii.gz, .nrrd, .mha; NAME.png or a folder: one PNG a slice, with a table.
    pub(crate) target: PathBuf,
    /// Which series, where the source has several.
    #[arg(long)]
    pub(crate) series: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    pub(crate) source: PathBuf,
    #[arg(short, long)]
    pub(crate) output: PathBuf,
    /// acquired, axial, coronal, sagittal or oblique.
    #[arg(long)]
    pub(crate) plane: Option<String>,
    /// Plane along the grid axis, from 0.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) index: Option<i64>,
    /// A point that the plane goes through, LPS mm.
    #[arg(long, value_name = "X,Y,Z", allow_hyphen_values = true)]
    pub(crate) position_mm: Option<String>,
    /// Direction away from the reader, for an oblique plane.
    #[arg(long, value_name = "X,Y,Z", allow_hyphen_values = true)]
    pub(crate) normal: Option<String>,
    /// Centre and width in the unit of the values.
    #[arg(long, value_name = "C,W", allow_hyphen_values = true)]
    pub(crate) window: Option<String>,
    /// nearest or linear.
    #[arg(long)]
    pub(crate) interpolation: Option<String>,
    /// Thickness of a slab in mm instead of one plane.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(crate) slab_mm: Option<String>,
    /// mean, mip or minip; mip if not said.
    #[arg(long)]
    pub(crate) slab_mode: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) volume: Option<String>,
    /// Label maps on the image's grid, drawn over it.
    #[arg(long)]
    pub(crate) mask: Vec<PathBuf>,
    /// Width x height in pixels.
    #[arg(long, value_name = "WxH")]
    pub(crate) size: Option<String>,
    /// One pixel per voxel.
    #[arg(long)]
    pub(crate) native: bool,
    /// Without letters and scale.
    #[arg(long)]
    pub(crate) plain: bool,
    #[arg(long)]
    pub(crate) series: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    pub(crate) folder: PathBuf,
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) title: String,
    /// TOML or JSON; without it a small built-in protocol.
    #[arg(long)]
    pub(crate) protocol: Option<PathBuf>,
    /// Who becomes lead and admin.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) lead: String,
    #[arg(long, default_value = "hospital")]
    pub(crate) preset: String,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Files and folders; a single CSV is an import list.
    #[arg(required_unless_present = "list")]
    pub(crate) paths: Vec<PathBuf>,
    /// Import list: CSV with the columns path or uid, case, group.
    #[arg(long, value_name = "LIST.csv")]
    pub(crate) list: Option<PathBuf>,
    /// Say what would happen and change nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Where the list of what did not come in is kept.
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) refusals: Option<PathBuf>,
    /// Leave the files where they are.
    #[arg(long)]
    pub(crate) reference: bool,
    #[arg(long, hide = true)]
    pub(crate) pseudonymise: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProtocolCommand {
    /// The current protocol.
    Show,
    /// Check a file.
    Check { file: PathBuf },
    /// Check, freeze and make current.
    Set { file: PathBuf },
    #[command(external_subcommand)]
    Unknown(Vec<OsString>),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReaderCommand {
    /// Add a person.
    Add {
        #[arg(allow_hyphen_values = true)]
        name: String,
        /// reader, lead, admin; several with commas.
        #[arg(long)]
        role: String,
        #[arg(long, allow_hyphen_values = true)]
        qualification: Option<String>,
    },
    /// Everybody.
    List,
    /// Take all roles of a person; the person's work stays.
    Disable {
        #[arg(allow_hyphen_values = true)]
        name: String,
    },
    #[command(external_subcommand)]
    Unknown(Vec<OsString>),
}

#[derive(Debug, Args)]
pub(crate) struct AssignArgs {
    /// Names or ids, with commas.
    #[arg(long)]
    pub(crate) readers: Option<String>,
    /// Readers per case; all named ones if absent.
    #[arg(long)]
    pub(crate) per_case: Option<usize>,
    /// Case ids or numbers, with commas; every case if absent.
    #[arg(long)]
    pub(crate) cases: Option<String>,
    /// Draws the same order again.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    #[arg(long, hide = true)]
    pub(crate) design: Option<PathBuf>,
    #[arg(long, hide = true)]
    pub(crate) preview: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AnnotateArgs {
    pub(crate) case: String,
    /// One JSON object a line; `-` reads standard input.
    #[arg(long, conflicts_with = "mask")]
    pub(crate) script: Option<PathBuf>,
    /// Label map on the grid of a series.
    #[arg(long)]
    pub(crate) mask: Option<PathBuf>,
    #[arg(long)]
    pub(crate) label: Option<String>,
    /// As a new finding.
    #[arg(long)]
    pub(crate) as_finding: bool,
    #[arg(long)]
    pub(crate) series: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) proposal: Option<PathBuf>,
    #[arg(long, hide = true)]
    pub(crate) model: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct TimesArgs {
    pub(crate) case: String,
    #[arg(default_value_t = 1)]
    pub(crate) times: usize,
}

#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    pub(crate) case: String,
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) reader: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ReopenArgs {
    pub(crate) case: String,
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) reason: String,
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) reader: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AdjudicateArgs {
    pub(crate) case: String,
    /// Id of a row of `compare`.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) finding: String,
    /// a, b, …, union, intersection, majority, staple, none or unresolved.
    #[arg(long)]
    pub(crate) take: String,
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) reason: String,
    /// A redrawn mask instead of the geometry taken.
    #[arg(long)]
    pub(crate) mask: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// seg, nifti, csv, json; several with commas.
    #[arg(long)]
    pub(crate) format: String,
    #[arg(short, long)]
    pub(crate) output: PathBuf,
    /// reader=NAME, consensus or all.
    #[arg(long, default_value = "all", allow_hyphen_values = true)]
    pub(crate) what: String,
    #[arg(long, hide = true)]
    pub(crate) pseudonymise: bool,
}

/// Where the readable forms of statistics go.
#[derive(Debug, Args)]
pub(crate) struct Pages {
    /// Readable report.
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
    /// Tables.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct AgreeArgs {
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Foreground is this value.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) label: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) tolerance_mm: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) boundary_mm: Option<String>,
    /// All labels at once.
    #[arg(long)]
    pub(crate) multilabel: bool,
    /// Bring files of other grids to the first one's by nearest neighbour.
    #[arg(long)]
    pub(crate) resample: bool,
    /// Share of foreground that STAPLE assumes, instead of the mean of all decisions.
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    pub(crate) staple_prior: Option<String>,
    /// STAPLE over the smallest box around all masks instead of the whole image.
    #[arg(long)]
    pub(crate) staple_box: bool,
    #[command(flatten)]
    pub(crate) pages: Pages,
}

#[derive(Debug, Args)]
pub(crate) struct AgreeRatingsArgs {
    pub(crate) file: Option<PathBuf>,
    /// nominal, ordinal, interval or ratio.
    #[arg(long)]
    pub(crate) scale: Option<String>,
    /// Categories and their order, with commas.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) categories: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) positive: Option<String>,
    /// Rows with semicolons, values with commas.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) disagreement_weights: Option<String>,
    /// Distribution of a column instead.
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub(crate) summarise: Option<String>,
    /// Column that names the case of each row: intervals that resample whole cases.
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub(crate) cluster: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) resamples: Option<String>,
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) seed: Option<String>,
    /// Number of items of a study instead.
    #[arg(long, value_name = "SPEC.json")]
    pub(crate) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) pages: Pages,
}

#[derive(Debug, Args)]
pub(crate) struct AgreeFindingsArgs {
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) pages: Pages,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Also read every image and fold every journal.
    #[arg(long)]
    pub(crate) deep: bool,
    #[arg(long, hide = true)]
    pub(crate) recompute: bool,
    #[arg(long, hide = true)]
    pub(crate) anchor: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) package: Option<PathBuf>,
}
