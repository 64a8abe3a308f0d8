//! `agree`, `agree-ratings`, `agree-findings`: statistics on files, without a project.

use super::Answer;
use super::args::{AgreeArgs, AgreeFindingsArgs, AgreeRatingsArgs, Pages};
use super::failure::Failure;
use super::shell::{Shell, to_json};
use crate::act::agree::{Fault, of_findings, of_label_maps, page_head, text_of};
use agreement::report::{self, PageHead, result_csv};
use agreement::{
    AgreeOptions, PairOptions, PlanSpec, RatingOptions, RatingTable, Scale, StapleOptions,
    StapleRegion, SummaryOptions,
};
use annotation_format::write::atomic;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::str::FromStr;

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::input(fault.code(), fault)
    }
}

/// An option's number; anything else is `bad_arguments`.
fn number<T: FromStr>(option: &str, text: &str) -> Result<T, Failure> {
    let value = text.trim().parse::<T>();
    value.map_err(|_| {
        Failure::usage(
            "bad_arguments",
            "cli-bad-number",
            &[("option", option), ("value", text)],
        )
    })
}

/// `agree`.
pub(super) fn agree(shell: &Shell<'_, '_>, args: &AgreeArgs) -> Result<Answer, Failure> {
    let mut pair = PairOptions::default();
    if let Some(list) = &args.tolerance_mm {
        pair.tolerances_mm = list
            .split(',')
            .map(|text| number("--tolerance-mm", text))
            .collect::<Result<_, _>>()?;
    }
    if let Some(text) = &args.boundary_mm {
        pair.boundary_mm = number("--boundary-mm", text)?;
    }
    let label = args
        .label
        .as_deref()
        .map(|text| number("--label", text))
        .transpose()?;
    let options = AgreeOptions {
        label,
        multilabel: args.multilabel,
        resample: args.resample,
        staple: StapleOptions {
            prior: args
                .staple_prior
                .as_deref()
                .map(|text| number("--staple-prior", text))
                .transpose()?,
            region: if args.staple_box {
                StapleRegion::UnionBox
            } else {
                StapleRegion::Image
            },
        },
        pair,
    };
    let result = of_label_maps(&args.files, &options)?;
    answer(
        shell,
        &result,
        &args.files,
        &args.pages,
        |head, language| report::masks_html(&result, &options, head, language),
    )
}

/// `agree-ratings`: agreement, or a column's distribution, or the number of items of a study.
pub(super) fn agree_ratings(
    shell: &Shell<'_, '_>,
    args: &AgreeRatingsArgs,
) -> Result<Answer, Failure> {
    if let Some(spec) = &args.plan {
        let result = agreement::plan(PlanSpec::from_json(&text_of(spec)?)?)?;
        let inputs = std::slice::from_ref(spec);
        return answer(shell, &result, inputs, &args.pages, |head, language| {
            report::plan_html(&result, head, language)
        });
    }
    let file = args
        .file
        .as_ref()
        .ok_or_else(|| Failure::usage("bad_arguments", "cli-file-missing", &[]))?;
    let text = text_of(file)?;
    let inputs = std::slice::from_ref(file);
    if let Some(column) = &args.summarise {
        let mut options = SummaryOptions::default();
        if let Some(text) = &args.resamples {
            options.resamples = number("--resamples", text)?;
        }
        if let Some(text) = &args.seed {
            options.seed = number("--seed", text)?;
        }
        let result = agreement::summarise_column(&text, column, args.cluster.as_deref(), options)?;
        return answer(shell, &result, inputs, &args.pages, |head, language| {
            report::summary_html(&result, column, options, head, language)
        });
    }
    let table = RatingTable::from_csv_by_case(&text, args.cluster.as_deref())?;
    let result = agreement::agree_ratings(&table, &rating_options(args)?)?;
    answer(shell, &result, inputs, &args.pages, |head, language| {
        report::ratings_html(&result, &table, head, language)
    })
}

fn rating_options(args: &AgreeRatingsArgs) -> Result<RatingOptions, Failure> {
    let scale = match args.scale.as_deref() {
        None | Some("nominal") => Scale::Nominal,
        Some("ordinal") => Scale::Ordinal,
        Some("interval") => Scale::Interval,
        Some("ratio") => Scale::Ratio,
        Some(other) => {
            return Err(Failure::usage(
                "bad_arguments",
                "cli-unknown-name",
                &[("name", other)],
            ));
        }
    };
    let row = |text: &str| {
        text.split(',')
            .map(|cell| number::<f64>("--disagreement-weights", cell))
            .collect::<Result<Vec<f64>, _>>()
    };
    let weights = args.disagreement_weights.as_deref();
    Ok(RatingOptions {
        scale,
        categories: args.categories.as_deref().map(agreement::list_of_names),
        category_names: None,
        positive: args.positive.clone(),
        disagreement_weights: weights
            .map(|rows| rows.split(';').map(row).collect())
            .transpose()?,
    })
}

/// `agree-findings`.
pub(super) fn agree_findings(
    shell: &Shell<'_, '_>,
    args: &AgreeFindingsArgs,
) -> Result<Answer, Failure> {
    let (list, result) = of_findings(&args.file)?;
    let inputs = std::slice::from_ref(&args.file);
    answer(shell, &result, inputs, &args.pages, |head, language| {
        report::findings_html(&result, &list, head, language)
    })
}

/// The result as JSON and as a table, and the files that were asked for beside it.
fn answer(
    shell: &Shell<'_, '_>,
    result: &impl Serialize,
    inputs: &[PathBuf],
    pages: &Pages,
    page: impl FnOnce(&PageHead, report::Language) -> String,
) -> Result<Answer, Failure> {
    let table = result_csv(result);
    let write = |path: &Path, text: &str| atomic::write_bytes(path, text.as_bytes());
    if let Some(path) = &pages.report {
        let head = page_head(inputs);
        let language = report::Language::from_code(shell.words.code());
        write(path, &page(&head, language))?;
    }
    if let Some(path) = &pages.csv {
        write(path, &table)?;
    }
    Ok(Answer::new(to_json(result)?, table))
}
