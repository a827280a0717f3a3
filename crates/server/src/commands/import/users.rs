use rialto_adapter_postgres::Elsewhere;
use rialto_identity::AccountImporter;
use rialto_kernel::Remark;

use super::super::user::failed;
use super::people::People;
use super::report::{Report, Thing};
use crate::start_error::StartError;

/// Brings the users over and notes who they are.
pub async fn bring(
    there: &mut Elsewhere,
    accounts: &mut AccountImporter,
    report: &mut Report,
    mut people: People,
) -> Result<People, StartError> {
    loop {
        let batch = there.next_users().await.map_err(failed)?;
        if batch.is_empty() {
            return Ok(people);
        }
        for account in batch {
            let (id, name) = (account.id.clone(), account.username.clone());
            if id.is_empty() {
                report.refuse(Thing::User, &id, Remark::new("id", format!("{name:?} has none")))?;
                continue;
            }
            let here = accounts.import(account).await.map_err(failed)?;
            if let Some(user_id) = here.user_id {
                people.note(&id, &name, user_id);
            }
            report.tell(Thing::User, &id, here.arrival, &here.remarks)?;
        }
        report.show_progress();
    }
}
