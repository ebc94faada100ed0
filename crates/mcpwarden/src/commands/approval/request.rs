//! Asking for an approval.

use clap::ValueEnum;
use warden_policy::approval::{Acts, Deed, Person, Request, Scope, tier};

use super::{By, show, with_store};
use crate::{
    Failure, Kind, World,
    approvals::{Desk, changed, facts, signing::Signing, subject},
    commands::run::{Data, Place},
    output,
    paths::Paths,
};

/// Ask for an approval of a certified server, for one use
///
/// Takes the place of what was asked for before: whoever said yes to that has to say it again.
/// What evidence can answer is answered at once; the rest is open.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The name that it was certified by
    #[arg(value_name = "NAME")]
    name: String,

    /// Where it is to be used
    #[arg(long, value_enum, value_name = "WHERE")]
    environment: Place,

    /// With which data
    #[arg(long, value_enum, value_name = "CLASS")]
    data: Data,

    /// Who answers for it in use
    #[arg(long, value_name = "PERSON")]
    owner: String,

    /// The blast tier that this should be: 1 production and regulated data, 2 production,
    /// 3 sandbox. It follows from the others, and is refused where it does not
    #[arg(long, value_name = "TIER", value_parser = clap::value_parser!(u8).range(1..=3))]
    tier: Option<u8>,

    /// What else it comes near. What nobody says counts as near
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    near: Vec<Near>,

    /// It is our own, and no vendor has to answer for it
    #[arg(long)]
    own: bool,

    /// Leave behind what was said so far, also where it cannot be read any more
    #[arg(long)]
    anew: bool,

    #[command(flatten)]
    given: facts::Given,

    #[command(flatten)]
    by: By,
}

/// What a server comes near.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Near {
    /// None of these
    None,
    /// Data that a law protects
    RegulatedData,
    /// Credentials of production
    ProductionCredentials,
    /// What is said to or by customers
    CustomerCommunications,
}

impl Args {
    pub(super) fn run(self, (world, paths): (&World, &Paths)) -> Result<(), Failure> {
        let desk = Desk::open(world, paths)?;
        let signing = self.by.signing(world, &desk)?;
        let request = self.request(&desk, signing.person.clone())?;
        let certificate = subject::certificate(&self.name, &desk, world)?;
        let name = &self.name;
        let acts = with_store(paths, |writer| {
            let held = desk.change()?;
            let acts = if self.anew { None } else { desk.acts(name)? };
            let acts = acts.unwrap_or_else(|| Acts::none(name));
            let subject = subject::subject(name, &certificate, writer.store());
            let digest = subject.digest();
            changed::keep_tree(name, &subject, writer)?;
            let acts = desk.add(&held, acts, &signing, Deed::Request { subject, request })?;
            let history = desk.history(&acts);
            let about = facts::About {
                name,
                certificate: &certificate,
                subject: digest,
                before: history.dossier.as_ref().map_or(&[], |dossier| &dossier.answers),
                given: &self.given,
            };
            let answers = facts::answers(&about, writer, desk.now, (world, paths))?;
            desk.add(&held, acts, &Signing::machine(&desk)?, Deed::Answers { answers })
        })?;
        output::print(&show::text(&desk.history(&acts), &acts, &desk))
    }

    fn request(&self, desk: &Desk<'_>, by: Person) -> Result<Request, Failure> {
        let owner = Person::new(&self.owner).map_err(|error| {
            Failure::new(Kind::Usage, format!("`{}` is no owner", self.owner)).caused_by(error)
        })?;
        let (environment, data) = (self.environment.into(), self.data.into());
        let found = tier(environment, data).number();
        if let Some(wanted) = self.tier.filter(|wanted| *wanted != found) {
            return Err(Failure::new(
                Kind::Usage,
                format!("this is blast tier {found}, not {wanted}"),
            )
            .hint("it follows from `--environment` and `--data`"));
        }
        Ok(Request {
            by,
            at: desk.now,
            owner,
            environment,
            data,
            scope: self.scope()?,
            third_party: self.own.then_some(false),
        })
    }

    fn scope(&self) -> Result<Scope, Failure> {
        if self.near.is_empty() {
            return Ok(Scope::default());
        }
        if self.near.contains(&Near::None) && self.near.len() > 1 {
            return Err(Failure::new(Kind::Usage, "`none` goes with nothing else"));
        }
        let near = |what| Some(self.near.contains(&what));
        Ok(Scope {
            regulated_data: near(Near::RegulatedData),
            production_credentials: near(Near::ProductionCredentials),
            customer_communications: near(Near::CustomerCommunications),
        })
    }
}
