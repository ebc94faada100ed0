//! What people answer, and how they do.

use warden_policy::{
    Time,
    hold::{
        Answered, Answerer, Fatigue, Habits, Hold, HoldEvent, Level, Means, Way, habits_from,
        habits_text, may_answer, name_key,
    },
};

use super::{HABITS, Holds, NotTaken, TRIES, elicit};
use crate::store::{Away, Entry, NotPut, Space};

impl Holds {
    /// The question to put to the client that asks, as parameters of `elicitation/create`; `None`
    /// if a yes from there would not count, so that nobody is asked in vain.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn question(&self, hold: &Hold) -> Result<Option<String>, NotTaken> {
        if !self.settings.through.contains(&Way::Client) {
            return Ok(None);
        }
        let by = at_client(hold);
        let (habits, _) = self.habits_of(&by.name).await?;
        let tired = self.is_tired(&habits);
        let may = may_answer(hold, &by, (true, tired), &self.settings).is_ok();
        Ok(may.then(|| elicit::question(&hold.rendering.message())))
    }

    /// Takes what the user at the client that asks has said to [`Holds::question`].
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn answer_of_client(&self, hold: &Hold, yes: bool) -> Result<Hold, NotTaken> {
        self.answer(&hold.id, &at_client(hold), (yes, "")).await
    }

    /// Takes an answer: yes or no, and why. Returns the hold as it is then.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn answer(
        &self,
        id: &str,
        by: &Answerer,
        (yes, reason): (bool, &str),
    ) -> Result<Hold, NotTaken> {
        for _ in 0..TRIES {
            let (key, number, hold) = self.find(id).await?;
            let now = self.now();
            let (mut habits, before) = self.habits_of(&by.name).await?;
            let tired = self.is_tired(&habits);
            let event = HoldEvent::Answered { by, yes, reason, tired };
            let next = hold.after(&event, &self.settings, now)?;
            self.witness.answering(&next)?;
            habits
                .add(Answered { at: now, after: since_seen(&hold, by, now), yes }, &self.settings);
            // Counted before it counts: what is not measured is not taken.
            if !self.keep(&by.name, &habits, before).await? {
                continue;
            }
            match self.store.put(Space::Holds, &key, &next.stored(), Some(number)).await {
                Ok(_) => return Ok(next),
                Err(NotPut::Changed) => {}
                Err(NotPut::Away(away)) => return Err(away.into()),
            }
        }
        Err(NotTaken::Busy)
    }

    /// Stores habits. Returns whether they were stored, and not changed by somebody else.
    async fn keep(&self, name: &str, habits: &Habits, before: Option<u64>) -> Result<bool, Away> {
        let key = habits_key(name);
        match self.store.put(Space::Holds, &key, &habits_text(habits), before).await {
            Ok(_) => Ok(true),
            Err(NotPut::Changed) => Ok(false),
            Err(NotPut::Away(away)) => Err(away),
        }
    }

    fn is_tired(&self, habits: &Habits) -> bool {
        habits.fatigue(&self.settings, self.now()).level == Level::Tired
    }

    async fn habits_of(&self, name: &str) -> Result<(Habits, Option<u64>), NotTaken> {
        match self.store.get(Space::Holds, &habits_key(name)).await? {
            None => Ok((Habits::of(name), None)),
            Some(Entry { value, number }) => {
                let habits = habits_from(&value).map_err(|_| NotTaken::Unreadable)?;
                Ok((habits, Some(number)))
            }
        }
    }

    /// How tired everybody is who has answered lately, by name.
    ///
    /// # Errors
    /// When the store cannot be asked, or what is there not be read.
    pub async fn fatigue(&self) -> Result<Vec<(Habits, Fatigue)>, NotTaken> {
        let now = self.now();
        let mut all = Vec::new();
        for (key, entry) in self.store.all(Space::Holds).await? {
            if key.starts_with(HABITS) {
                let habits = habits_from(&entry.value).map_err(|_| NotTaken::Unreadable)?;
                let fatigue = habits.fatigue(&self.settings, now);
                all.push((habits, fatigue));
            }
        }
        all.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        Ok(all)
    }

    /// How tired somebody is.
    ///
    /// # Errors
    /// When the store cannot be asked, or what is there not be read.
    pub async fn fatigue_of(&self, name: &str) -> Result<(Habits, Fatigue), NotTaken> {
        let (habits, _) = self.habits_of(name).await?;
        let fatigue = habits.fatigue(&self.settings, self.now());
        Ok((habits, fatigue))
    }
}

fn habits_key(name: &str) -> String {
    format!("{HABITS}{}", name_key(name))
}

/// The user at the client that asks.
fn at_client(hold: &Hold) -> Answerer {
    Answerer {
        name: hold.by.user.clone().unwrap_or_default(),
        how: Means::Client,
        session: Some(hold.by.session.clone()),
        credential: hold.by.credential,
    }
}

/// How long ago, in milliseconds, whoever answers could see it first. A client shows it each time
/// that it is asked for.
fn since_seen(hold: &Hold, by: &Answerer, now: Time) -> u64 {
    let seen = match by.how {
        Means::Client => hold.asked_at,
        Means::Cli | Means::Http | Means::Webhook => hold.requested_at,
    };
    let since = now.micros().saturating_sub(seen.micros()) / 1_000;
    u64::try_from(since).unwrap_or(0)
}
