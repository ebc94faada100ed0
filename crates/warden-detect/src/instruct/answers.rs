//! What wants the answer of the model to be another: put into a code, turned round, with something
//! in it that nobody asked for. Only content is read for it: definitions say how a result is to be
//! told.

use super::{InstructionKind::Answer, Pattern};

/// What a model says, as those call it who want it changed.
macro_rules! said {
    () => {
        r"your (?:\w+ )?(?:reply|replies|responses?|answers?|outputs?)"
    };
}

/// Code that is given, as those call it who want it used.
macro_rules! given {
    () => {
        r"\b(?:following|below|subsequent) code (?:snippet|block|excerpt|section|segment|fragment|sample)\b"
    };
}

/// Code that the model writes.
macro_rules! written {
    () => {
        r"\b(?:the code you \w+|your (?:\w+ ){0,2}(?:implementation|solution|algorithm|program|elucidation|explanation|code|codebase|logic|responses?|answers?|reply|functionality|capability))\b"
    };
}

patterns! {
    /// Every pattern.
    ANSWERS;

    // So that who watches cannot read it.
    Answer, 50, ["encode", "encrypt", "encipher", "obfuscate", "reverse", "translate", "invert", "scramble"],
        concat!(r"\b(?:encode|encrypt|encipher|obfuscate|reverse|translate|invert|scramble)\b[^.!?\n]{0,24}\b", said!(), r"\b");
    Answer, 50, ["revers", "backward", "base", "hexadecimal", "binary", "rot13", "rot 13", "morse", "pig latin", "caesar", "cipher", "leetspeak", "emoji"],
        concat!(r"\b(?:(?:provide|write|give|deliver|express|display|render|represent|send|present|output|return) ", said!(), r"|reply|respond|answer)(?: only)? (?:in|using|with|as|to)? ?(?:\w+ ){0,2}(?:revers\w+|backwards?|base ?-?\d\d|hexadecimal|binary|rot ?13|morse|pig latin|caesar|\w* ?cipher|leetspeak|emojis? only|only emojis?)\b");
    Answer, 50, ["cipher", "encoding", "emoji", "positions", "base"],
        concat!(r"\b(?:use|apply|using|shift|substitut\w+|replace)\b[^.!?\n]{0,60}\b(?:cipher|encoding|emojis?|positions? (?:forward|backward)|base ?-?\d\d)\b[^.!?\n]{0,60}\b", said!(), r"\b");

    Answer, 50, ["shift", "substitut", "replace", "swap"],
        concat!(
            r"\b(?:shift|substitut\w+|replace|swap)\b[^.!?\n]{0,40}\b",
            said!(),
            r"\b[^.!?\n]{0,30}\b(?:positions?|places|cipher|emojis?|symbols|numbers)\b"
        );

    // With something in it.
    Answer, 50, ["your reply", "your response", "your answer", "your output", "your final", "your next"],
        concat!(r"\b(?:add|append|insert|include|incorporate|integrate|embed|weave|work|slip|sneak|promote|advertise|introduce)\b(?:[^.!?\n]|\.\w){0,100}?\b(?:in|into|to|within|with|of) ", said!(), r"\b");
    Answer, 50, ["in your reply", "in your response", "in your answer", "in your output", "in your final", "in your next"],
        concat!(r"\bin ", said!(), r",? (?:please |also |always )?(?:suggest|mention|include|recommend|promote|add|insert|hint|claim|advertise|encourage|urge|state|say|tell|link|refer)\b");
    Answer, 50, ["modify", "change", "alter", "adjust", "edit", "enhance", "augment", "enrich", "amend", "twist", "tailor", "supplement"],
        concat!(r"\b(?:modify|change|alter|adjust|edit|enhance|augment|enrich|amend|twist|tailor|supplement) (?:", said!(), r"|your (?:elucidation|explanation))\b");

    // With code in it that was given.
    Answer, 50, ["following code", "below code", "subsequent code"], concat!(given!(), r"[^.!?\n]{0,80}?", written!());
    Answer, 50, ["following code", "below code", "subsequent code"], concat!(written!(), r"[^.!?\n]{0,60}?", given!());
}
