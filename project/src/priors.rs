//! Earlier studies of a case's patient, to be looked at beside it where the protocol lets readers do so.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;

use crate::cases::SeriesFiles;
use crate::error::Result;
use crate::ids::CaseId;
use crate::import::undescribed;
use crate::project::Project;
use crate::session::{Act, Grant, Session};
use crate::store::assignments;
use crate::store::cases::{self, CaseRecord};

/// An earlier study of the patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Prior {
    /// Its case.
    pub case: CaseId,
    /// The case's number in the worklist.
    pub number: u32,
    /// Days from it to the study that is read, at least 1.
    pub days_before: i32,
}

impl Project {
    /// The earlier studies of the patient of a case that the person reads, the latest first.
    ///
    /// Earlier is by the date of the study; studies without a date, of the same day, or later ones,
    /// which could tell a reader how a case went on, are none. None either where the protocol of the
    /// work does not let readers see priors; nor is a case that a lead has taken out.
    ///
    /// # Errors
    /// [`crate::Error::Refused`] unless the case is assigned to the reader; errors of the database.
    pub fn priors(&self, session: &Session, case: &str) -> Result<Vec<Prior>> {
        let grant = self.authorise(session, Act::Read)?;
        Ok(self.priors_of(&grant, case)?.1)
    }

    /// The images of an earlier study of a case that the person reads. That they were opened is
    /// written into the audit chain.
    ///
    /// # Errors
    /// [`crate::Error::Refused`] unless it is one of [`Project::priors`]; [`crate::Error::ReadOnly`], as what is
    /// opened could not be recorded; [`crate::Error::ObjectMissing`].
    pub fn open_prior(
        &self,
        session: &Session,
        case: &str,
        prior: &CaseId,
    ) -> Result<Vec<SeriesFiles>> {
        let grant = self.authorise(session, Act::Read)?;
        let (case, priors) = self.priors_of(&grant, case)?;
        if !priors.iter().any(|known| known.case == *prior) {
            return Err(self.refuse(&grant));
        }
        let files: Vec<SeriesFiles> = cases::series_of_case(&self.db, self.seal, prior)?
            .iter()
            .map(|record| self.files_of(record))
            .collect::<Result<_>>()?;
        self.write(grant.person(), |recorder| {
            let body = json!({"case": case.id, "prior": prior});
            recorder.note("open_prior", &body)
        })?;
        Ok(files)
    }

    fn priors_of(&self, grant: &Grant, case: &str) -> Result<(CaseRecord, Vec<Prior>)> {
        let (case, assigned) = self.own_assignment(grant, case)?;
        let Some(date) = study_date(&case)? else {
            return Ok((case, Vec::new()));
        };
        let begun = assignments::last_work(&self.db, &assigned.id)?;
        let Some(work) = begun.filter(|_| !case.excluded) else {
            return Ok((case, Vec::new()));
        };
        if !self.shows_priors(&work, &assigned)? {
            return Ok((case, Vec::new()));
        }
        let mut priors = Vec::new();
        for other in cases::others_of_patient(&self.db, self.seal, &case.id)? {
            let earlier = study_date(&other)?.filter(|earlier| *earlier < date && !other.excluded);
            if let Some(earlier) = earlier {
                priors.push(Prior {
                    case: other.id,
                    number: other.number,
                    days_before: (date - earlier).get_days(),
                });
            }
        }
        priors.sort_by_key(|prior| (prior.days_before, std::cmp::Reverse(prior.number)));
        Ok((case, priors))
    }
}

/// The day of a study, also as DICOM wrote it before 1993 (`2026.10.05`).
fn study_date(case: &CaseRecord) -> Result<Option<Date>> {
    let (meta, _) = undescribed(&case.description)?;
    let text = meta.get("study_date").and_then(|date| date.as_str());
    let text = text.unwrap_or_default().trim();
    let day = Date::strptime("%Y%m%d", text).or_else(|_| Date::strptime("%Y.%m.%d", text));
    Ok(day.ok())
}
