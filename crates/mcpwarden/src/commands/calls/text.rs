//! Calls that wait, for people at a terminal. What comes from outside was made visible before.

use warden_policy::{
    Time,
    hold::{Approval, Fatigue, Habits, Hold, HoldState, Level},
};
use warden_report::printable;

/// Everything that waits, one call a line.
pub(super) fn list(pending: &[Hold], now: Time) -> String {
    if pending.is_empty() {
        return "nothing waits\n".to_owned();
    }
    let mut out: String = pending.iter().map(|hold| line(hold, now)).collect();
    let calls = if pending.len() == 1 { "call waits" } else { "calls wait" };
    out.push_str(&format!("{} {calls}; look at one: mcpwarden calls show ID\n", pending.len()));
    out
}

/// One call in a line.
pub(super) fn line(hold: &Hold, now: Time) -> String {
    let shown = &hold.rendering;
    let asked = if hold.asked_times > 1 {
        format!(", asked {} times", hold.asked_times)
    } else {
        String::new()
    };
    format!(
        "{}  {} {}/{} ({}) by {}, {} left{asked}\n",
        hold.id,
        shown.kind,
        shown.server,
        shown.name,
        shown.effects.join(", "),
        shown.user.as_deref().unwrap_or(&shown.agent),
        left(hold.expires_at, now),
    )
}

fn left(until: Time, now: Time) -> String {
    let seconds = until.micros().saturating_sub(now.micros()).max(0) / 1_000_000;
    if seconds >= 60 {
        format!("{}m {}s", seconds / 60, seconds % 60)
    } else {
        format!("{seconds}s")
    }
}

/// One call with everything in it.
pub(super) fn hold(hold: &Hold, now: Time) -> String {
    let mut out = format!("call        {}\n", hold.id);
    out.push_str(&format!("state       {}\n", state(hold, now)));
    out.push_str(&hold.rendering.text());
    out
}

fn state(hold: &Hold, now: Time) -> String {
    match hold.state_at(now) {
        HoldState::Pending => {
            let times = match hold.asked_times {
                1 => "once".to_owned(),
                times => format!("{times} times"),
            };
            format!("waits, {} left; asked {times}", left(hold.expires_at, now))
        }
        HoldState::Approved(approval) => {
            format!("{}, {} left to use it", approved(&approval), left(approval.until, now))
        }
        HoldState::Refused { by, reason, .. } => format!("refused by {by}: {reason}"),
        HoldState::Used { approval, at } => format!("{}, used {at}", approved(&approval)),
        HoldState::Expired => format!("expired {}", hold.ends_at()),
    }
}

fn approved(approval: &Approval) -> String {
    format!("approved by {} ({}) {}", approval.by, approval.how.name(), approval.at)
}

/// How tired whoever looks is, if he is.
pub(super) fn you(fatigue: &Fatigue) -> String {
    match fatigue.level {
        Level::Rested => String::new(),
        level => format!("you are {}: {}\n", level.name(), fatigue.why),
    }
}

/// What has become of it.
pub(super) fn done(hold: &Hold) -> String {
    let what = match &hold.state {
        HoldState::Approved(approval) => format!("approved, until {}", approval.until),
        HoldState::Refused { .. } => format!("refused, until {}", hold.expires_at),
        other => other.name().to_owned(),
    };
    format!("{}: {what}\n", hold.id)
}

/// How tired everybody is.
pub(super) fn fatigue(all: &[(Habits, Fatigue)]) -> String {
    if all.is_empty() {
        return "nobody has answered yet\n".to_owned();
    }
    all.iter().map(|(habits, fatigue)| person(habits, fatigue)).collect()
}

fn person(habits: &Habits, fatigue: &Fatigue) -> String {
    let why = if fatigue.why.is_empty() { String::new() } else { format!(" ({})", fatigue.why) };
    format!(
        "{}: {}{why}\n  {} answered, {} approved, {} in a row; {}% of the last ones approved\n  \
         half of them within {}.{} s; {} too quick to have been looked at\n",
        printable(&habits.name),
        fatigue.level.name(),
        habits.answered,
        habits.approved,
        habits.streak,
        fatigue.share,
        fatigue.median / 1000,
        fatigue.median % 1000 / 100,
        habits.quick,
    )
}
