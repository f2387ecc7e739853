//! What people say about incidents: how one was resolved, and whether that helped another time.

use resync_api::incidents::model::{
    Incident, IncidentEntryKind, IncidentResolution, IncidentState, NewResolution, NewResolutionReport,
    ResolutionReport,
};
use resync_api::journal::model::Acting;

use super::error::IncidentError;
use super::kept::Kept;
use super::{ATTEMPTS, Incidents, events, rows};
use crate::audit::mask::mask_text;
use crate::store::Batch;

impl Incidents {
    /// A person says how an incident was resolved. Saying the same again changes nothing. Secrets are masked before
    /// anything is kept.
    ///
    /// # Errors
    /// When there is no such incident, or somebody said otherwise before.
    pub async fn resolve(&self, said: &NewResolution, acting: &Acting) -> Result<Incident, IncidentError> {
        let by = &acting.actor.subject;
        let mut text = said.resolution.clone();
        mask_text(&mut text);
        for _ in 0..ATTEMPTS {
            let (mut kept, revision) = self.kept(&said.incident_id).await?;
            if let Some(known) = &kept.incident.resolution {
                if known.text == text && known.by == *by && known.confirmed_by == said.confirmed_by {
                    return Ok(kept.incident);
                }
                return Err(IncidentError::Resolved { id: kept.incident.id.clone(), by: known.by.clone() });
            }
            let resolution = IncidentResolution {
                text: text.clone(),
                by: by.clone(),
                at: (self.clock)(),
                confirmed_by: said.confirmed_by.clone(),
            };
            kept.incident.state = IncidentState::Resolved;
            kept.incident.resolution = Some(resolution.clone());
            kept.note_said(IncidentEntryKind::Resolved, resolution.at, by, &text);
            let event = events::resolved(&kept.incident, &resolution, acting);
            if self.say(&kept, revision, event).await? {
                return Ok(kept.incident);
            }
        }
        Err(IncidentError::Contended)
    }

    /// A person says whether the resolution of a past incident helped. Saying the same again changes nothing; saying
    /// otherwise replaces their earlier word.
    ///
    /// # Errors
    /// When there is no such incident, or it is not resolved.
    pub async fn report(
        &self,
        said: &NewResolutionReport,
        acting: &Acting,
    ) -> Result<Incident, IncidentError> {
        let by = &acting.actor.subject;
        let mut note = said.note.clone();
        mask_text(&mut note);
        for _ in 0..ATTEMPTS {
            let (mut kept, revision) = self.kept(&said.incident_id).await?;
            if kept.incident.resolution.is_none() {
                return Err(IncidentError::NotResolved(kept.incident.id));
            }
            let same = |known: &&ResolutionReport| {
                known.by == *by
                    && known.tried_on == said.tried_on
                    && known.worked == said.worked
                    && known.note == note
            };
            if kept.reports.iter().any(|known| same(&known)) {
                return Ok(kept.incident);
            }
            let report = ResolutionReport {
                by: by.clone(),
                at: (self.clock)(),
                worked: said.worked,
                tried_on: said.tried_on.clone(),
                note: note.clone(),
            };
            kept.note_said(IncidentEntryKind::Reported, report.at, by, &note);
            kept.reported(report.clone());
            let event = events::reported(&kept.incident, &report, kept.reports_made, acting);
            if self.say(&kept, revision, event).await? {
                return Ok(kept.incident);
            }
        }
        Err(IncidentError::Contended)
    }

    /// Keeps what was said with its event; false: others were first.
    async fn say(
        &self,
        kept: &Kept,
        revision: i64,
        event: resync_api::audit::model::AuditEvent,
    ) -> Result<bool, IncidentError> {
        let writes = Batch::new().replace(rows::incident(kept, revision)?);
        match self.log.append(event, writes).await.map_err(IncidentError::from) {
            Ok(_) => Ok(true),
            Err(error) if error.is_conflict() => Ok(false),
            Err(error) => Err(error),
        }
    }
}
