//! Where everything ended up on the pages: nothing beyond their edges, nothing on top of other text.

use typst::{
    layout::{Abs, Frame, FrameItem, Point, Rect, Transform},
    text::TextItem,
};
use typst_layout::{Page, PagedDocument};

use crate::{SetError, room::Room};

/// What rounding may add, in points.
const SLACK: f64 = 0.6;

/// What a mark on an edge of a drawing may stand over, in points.
const MARK: f64 = 5.0;

/// A piece of what is on a page.
enum Thing<'a> {
    Text(&'a str),
    Drawing,
}

/// Goes through everything on a page, with the box that it takes.
fn walk<'a>(frame: &'a Frame, place: Transform, see: &mut impl FnMut(Thing<'a>, Rect)) {
    for (at, item) in frame.items() {
        let here = place.pre_concat(Transform::translate(at.x, at.y));
        match item {
            FrameItem::Group(group) => {
                walk(&group.frame, here.pre_concat(group.transform), see);
            }
            FrameItem::Text(text) => see(Thing::Text(&text.text), moved(body(text), here)),
            FrameItem::Shape(shape, _) => {
                see(Thing::Drawing, moved(shape.geometry.bbox(None), here));
            }
            FrameItem::Image(_, size, _) => {
                see(Thing::Drawing, moved(Rect::new(Point::zero(), size.to_point()), here));
            }
            FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
    }
}

/// The box of a piece of text: as high as its ink, and no wider than what it takes on its line. The
/// foot of a J may stand before it, and a space behind it takes nothing.
fn body(text: &TextItem) -> Rect {
    let (ink, width) = (text.bbox(), text.width());
    if !(ink.min.x.to_pt().is_finite() && ink.max.x.to_pt().is_finite()) {
        return Rect::new(Point::zero(), Point::with_x(width));
    }
    let (left, right) = (ink.min.x.max(Abs::zero()), ink.max.x.min(width));
    Rect::new(Point::new(left, ink.min.y), Point::new(right, ink.max.y))
}

fn moved(one: Rect, place: Transform) -> Rect {
    let corners =
        [one.min, one.max, Point::new(one.min.x, one.max.y), Point::new(one.max.x, one.min.y)]
            .map(|corner| corner.transform(place));
    let mut all = Rect::new(corners[0], corners[0]);
    for corner in corners {
        all.min = all.min.min(corner);
        all.max = all.max.max(corner);
    }
    all
}

/// Whether everything is within the text of its page, to the sides, and on the page, up and down.
///
/// # Errors
/// The first thing that is not, and its page.
pub(crate) fn check(pages: &PagedDocument, room: &Room) -> Result<(), SetError> {
    for (number, page) in pages.pages().iter().enumerate() {
        if let Some(text) = beyond(page, room) {
            return Err(SetError::Room { page: number + 1, text });
        }
    }
    Ok(())
}

fn beyond(page: &Page, room: &Room) -> Option<String> {
    let (left, right) = (room.margin, page.frame.width().to_pt() - room.margin);
    let height = page.frame.height().to_pt();
    let mut found = None;
    walk(&page.frame, Transform::identity(), &mut |thing, place| {
        let slack = if matches!(thing, Thing::Text(_)) { SLACK } else { MARK };
        let within = place.min.x.to_pt() >= left - slack
            && place.max.x.to_pt() <= right + slack
            && place.min.y.to_pt() >= 0.0
            && place.max.y.to_pt() <= height;
        if !within && found.is_none() {
            found = Some(match thing {
                Thing::Text(text) => warden_report::printable(text).into_owned(),
                Thing::Drawing => "a drawing".to_owned(),
            });
        }
    });
    found
}

/// The pieces of text on a page, in the order in which they were set.
pub(crate) fn texts(frame: &Frame) -> Vec<String> {
    let mut all = Vec::new();
    walk(frame, Transform::identity(), &mut |thing, _| {
        if let Thing::Text(text) = thing {
            all.push(text.to_owned());
        }
    });
    all
}

/// Pairs of texts whose ink overlaps, with the page, from 1.
pub(crate) fn collisions(pages: &PagedDocument) -> Vec<(usize, String, String)> {
    let mut found = Vec::new();
    for (number, page) in pages.pages().iter().enumerate() {
        let mut all: Vec<(&str, Rect)> = Vec::new();
        walk(&page.frame, Transform::identity(), &mut |thing, place| {
            if let Thing::Text(text) = thing {
                all.push((text, place));
            }
        });
        all.sort_by_key(|one| one.1.min.y);
        for (at, (text, place)) in all.iter().enumerate() {
            let below = all.iter().skip(at + 1).take_while(|other| other.1.min.y < place.max.y);
            for (other, _) in below.filter(|other| overlap(*place, other.1)) {
                found.push((number + 1, (*text).to_owned(), (*other).to_owned()));
            }
        }
    }
    found
}

fn overlap(one: Rect, other: Rect) -> bool {
    let wide = one.max.x.min(other.max.x) - one.min.x.max(other.min.x);
    let high = one.max.y.min(other.max.y) - one.min.y.max(other.min.y);
    wide.to_pt() > 1.0 && high.to_pt() > 1.0
}
