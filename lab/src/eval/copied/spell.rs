//! Letters that are spelled.

const MORSE: [&str; 36] = [
    ".-", "-...", "-.-.", "-..", ".", "..-.", "--.", "....", "..", ".---", "-.-", ".-..", "--",
    "-.", "---", ".--.", "--.-", ".-.", "...", "-", "..-", "...-", ".--", "-..-", "-.--", "--..",
    "-----", ".----", "..---", "...--", "....-", ".....", "-....", "--...", "---..", "----.",
];
const ALPHABET: [&str; 36] = [
    "Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett",
    "Kilo", "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango",
    "Uniform", "Victor", "Whiskey", "Xray", "Yankee", "Zulu", "zero", "one", "two", "three",
    "four", "five", "six", "seven", "eight", "nine",
];

pub(super) fn morse(text: &str) -> String {
    spelled(text, &MORSE)
}

pub(super) fn alphabet(text: &str) -> String {
    spelled(text, &ALPHABET)
}

fn spelled(text: &str, table: &[&str; 36]) -> String {
    let at = |char: char| match char.to_ascii_lowercase() {
        letter @ 'a'..='z' => Some(usize::from(letter as u8 - b'a')),
        digit @ '0'..='9' => Some(usize::from(digit as u8 - b'0') + 26),
        _ => None,
    };
    text.chars().filter_map(at).map(|at| table[at]).collect::<Vec<_>>().join(" ")
}
