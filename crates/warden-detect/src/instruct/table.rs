//! Every pattern. Text is lower case, with single spaces (`_` counts as one) and without hidden
//! characters.
//!
//! A weight of 50 is enough on its own. Words that honest definitions also use ("important",
//! "must", "call this first") weigh nothing: they are common in them, and prove nothing.

use super::{
    InstructionKind::{
        Action, Authority, Collection, Exfiltration, Markup, Override, Precedence, Preference,
        Role, Secrecy, SensitiveFile,
    },
    Pattern,
};

/// What is asked for to be let in.
macro_rules! secret {
    () => {
        r"(?:passwords?|pass ?codes?|pass ?phrases?|secret (?:key|word|code|phrase|password))"
    };
}

patterns! {
    /// Every pattern, by kind.
    PATTERNS;

    Override, 80, ["ignore", "disregard", "forget", "overlook", "neglect", "dismiss", "discard", "bypass"],
        r"\b(?:ignore|disregard|forget|overlook|neglect|dismiss|discard|bypass)\b(?: \w+){0,3}? (?:all |any |every |the |your |my |our |these |those |of |other )*(?:previous(?:ly)?|prior|preceding|earlier|above(?:-?mentioned)?|afore-?mentioned|foregoing|existing|original|initial|former(?:ly)?|past|system|safety)(?: \w+){0,2} (?:\w*in?structions?|prompts?|directives?|directions?|orders?|commands?|rules?|guidelines?|messages?|context|tasks?|constraints?|text|conversation|policies|policy|restrictions?)";
    Override, 60, ["ignore", "disregard", "forget", "overlook", "dismiss", "discard"],
        r"\b(?:ignore|disregard|forget|overlook|dismiss|discard) (?:all |any |every |of )*(?:your|the|these|those) (?:\w+ )?(?:in?structions?|iunstructions|prompts?|directives?|guidelines?|rules|programming|training|restrictions|orders|safeguards)";
    Override, 60, ["ignore", "disregard", "forget", "overlook"],
        r"\b(?:ignore|disregard|forget|overlook) (?:about )?(?:all|every ?thing|everthing|anything|what|whatever)(?: that)?(?: (?:you'?ve|you have|you were|you are|you|was))(?: \w+){0,2} (?:told|instructed|taught|learned|learnt|said|been|asked|given|know|supposed|before|above|mentioned)";
    // Users correct themselves in the same words.
    Override, 40, ["ignore", "disregard", "forget", "overlook"],
        r"\b(?:ignore|disregard|forget|overlook) (?:about )?(?:all|every ?thing|anything|what|whatever)(?: that)? (?:i|we|i've|we've)(?: \w+){0,2} (?:told|instructed|taught|said|asked|given|mentioned)";
    Override, 55, ["override", "overrule", "supersede", "overwrite", "replaces"],
        r"\b(?:overrid(?:e|es|ing)|overrul(?:e|es|ing)|supersed(?:e|es|ing)|overwrit(?:e|es|ing)|replaces?) (?:all |any |every |the |your |other )*(?:previous|prior|earlier|above|existing|system|safety|user'?s?|your)(?: \w+){0,2} (?:instructions?|prompts?|directives?|rules|guidelines|requests?|policies|constraints)";
    Override, 45, ["instructions", "prompt"],
        r"\b(?:new|updated|real|actual) (?:system )?(?:instructions?|prompt) ?(?::|follows?\b|begins?\b|are as follows)";
    Override, 55, ["ignore", "disregard"], r"\b(?:ignore|disregard) (?:all )?(?:of )?(?:the |what is |everything )?(?:above|before this)(?:,| and|\.| instead)";
    Override, 55, ["ignore"], r"\bignore (?:the )?(?:user|human|person)(?:'s)? (?:\w+ )?(?:request|question|instructions?|task|query|input|and)\b";

    Override, 60, ["listen", "follow", "obey", "heed", "respect", "comply", "adher"],
        r"\b(?:do not|don't|stop|never|no longer) (?:listen(?:ing)? to|follow(?:ing)?|obey(?:ing)?|heed(?:ing)?|respect(?:ing)?|comply(?:ing)? with|adher(?:e|ing) to) (?:any |all |your |the |these |those |other |of )*(?:previous|prior|earlier|above|existing|original|former|initial|system|safety|preceding)(?: \w+){0,2} (?:instructions?|information|rules?|guidelines?|prompts?|orders?|directives?|restrictions?|polic(?:y|ies)|messages?|commands?|constraints?)\b";

    Override, 55, ["ignore", "disregard", "forget", "skip"],
        r"\b(?:ignore|disregard|forget|skip) (?:the|this|that|all of the) \w+(?: \w+)?,? and (?:instead |just |simply |only )?(?:state|say|write|output|print|return|reply|respond|answer|claim|tell|report|conclude)\b";

    Override, 55, ["stop everything", "stop all", "stop what"],
        r"\bstop (?:everything|all (?:of )?(?:this|that|tasks?|work)|what(?:ever)? you(?:'re| are) doing)\b[^?\n]{0,40}\b(?:print|say|output|write|reply|respond|repeat|send|read|call|run|execute)\b";

    Secrecy, 70, ["tell", "inform", "mention", "reveal", "disclose", "notify", "alert", "show", "let", "say", "report"],
        r"\b(?:do not|don't|never|without|must not|should not|shouldn't|avoid|refrain from)(?: ever)? (?:tell(?:ing)?|inform(?:ing)?|notify(?:ing)?|alert(?:ing)?|let(?:ting)?|mention(?:ing)?|reveal(?:ing)?|disclos(?:e|ing)|show(?:ing)?|report(?:ing)?|say(?:ing)?)(?: (?:this|that|it|these|any|anything|about|of|the|to|step|steps|process|details?|action|behavio(?:u)?r|tool|file|content|contents))* (?:to )?(?:the |your )?(?:user|human|customer|operator|person|owner|anyone|anybody)\b(?: (?:know|that you|about this|about the|anything|why|you (?:are|have|did)|of this|this))?";
    Secrecy, 55, ["secret", "hidden", "silent", "quiet", "covert", "invisib", "discree", "discreet", "unnotic", "conceal"],
        r"\b(?:keep (?:this|it|that|the above)(?: \w+){0,3} (?:secret|hidden|confidential|private|silent|between us)|(?:silently|secretly|covertly|quietly|discreetly|invisibly) (?:read|send|copy|forward|include|add|append|upload|run|execute|collect|pass|call|attach|transmit|exfiltrate|log|bcc|write|store|modify|insert)|(?:hide|conceal) (?:this|it|these|that|the)(?: \w+){0,4} from (?:the )?(?:user|human|operator|admin))";
    Secrecy, 55, ["aware", "notice", "noticing", "knowing", "knowledge", "unnoticed", "alerting", "consent"],
        r"\b(?:without|so that) (?:the )?(?:user|human|anyone|owner|operator|customer)(?:'s)? (?:\w+ )?(?:knowing|noticing|noticed|knowledge|awareness|being aware|consent|doesn't notice|does not notice|will not notice|won't notice)|\b(?:user|human) (?:must|should|does|need) ?not (?:be )?(?:know|see|aware|notice|informed)";
    Secrecy, 50, ["worry", "upset", "scare", "confuse"], r"\b(?:would|will|might|may|could|to not|not) (?:only )?(?:worry|upset|scare|alarm|confuse) (?:the user|him|her|them)\b";
    Secrecy, 50, ["explain"], r"\b(?:provide|give|include|present|offer)(?: \w+){0,4} (?:explanation|reasoning|mathematical|reason)s?(?: \w+){0,12} (?:but|and) (?:do not|don't|never) (?:mention|tell|say|reveal)";

    Precedence, 55, ["before"],
        r"\bbefore (?:using|calling|invoking|running|executing|you (?:use|call|can use|may use))(?: \w+){0,2} (?:any|every|all|each)(?: of)? (?:the )?(?:other |another )?tools?\b[^.!?]{0,60}?\b(?:you must|must|always|first|read|call|send|pass|you have to|need to)\b";
    Precedence, 60, ["before"],
        r"\bbefore (?:you )?(?:can |may |could )?(?:solve|solving|complete|completing|continue|continuing|answer|answering|start|proceed|finish|respond|reply|do)(?: \w+){0,8},? (?:please |you must |must )(?:\w+ ){0,3}(?:do|perform|complete|follow|send|read|call|visit|transfer|execute)(?: the following)?(?: \w+)? ?(?:first|:|tool|file|this)";
    Precedence, 40, ["other tool", "other tools"], r"\b(?:no other tools?|other tools? (?:will|are|is|must|should|can|may) (?:not|be (?:disabled|blocked|ignored)|broken|deprecated|unsafe|outdated|stop)|instead of (?:any|all|the) other tools?|must be (?:called|used|run|invoked) before (?:any|every|all|each) (?:other )?(?:tools?|actions?|request|response))";
    Precedence, 50, ["otherwise", "not work", "unavailable"], r"\b(?:otherwise|or else),? (?:the |this |all |any )?(?:other )?(?:tools?|server|system|operation)(?: \w+){0,3} (?:will|won't|may|would|cannot|can't|does not)(?: not)? (?:work|function|crash|break|be (?:blocked|lost|deleted|corrupted|suspended|available))";
    Precedence, 45, ["every message", "every response", "every request", "every conversation", "every user", "every interaction", "each message", "each response", "any user"],
        r"\b(?:must|always|should) (?:be )?(?:call(?:ed)?|us(?:e|ed)|invok(?:e|ed)|run|send|forward|include)(?: \w+){0,5} (?:on|for|at|before|after|with|in) (?:every|each|any) (?:single )?(?:user )?(?:message|response|request|conversation|interaction|turn|query|reply)";

    Markup, 70, ["<important", "<system", "<secret", "<hidden", "<instruction", "<admin", "<critical", "<assistant", "<information", "<s>", "<override"],
        r"<(?:important|system|secret|hidden|instructions?|system[ -]?(?:prompt|message|instructions?|note|override)|admin|critical|assistant|information|override)(?: ?!+)?>[^<]{20}";
    Markup, 70, ["<|", "[inst", "[/inst", "<<sys"],
        r"<\|(?:im start|im-start|im end|system|user|assistant|endoftext|start header id|begin of text|eot id)\|>|\[/?inst\]|<<sys>>";
    Markup, 60, ["system message", "system prompt", "system override", "system:", "system note", "systemmessage"],
        r"(?:#{2,} ?\(?|\[|-{2,} ?|={2,} ?)(?:begin )?(?:new )?(?:system ?[ -]?(?:message|prompt|override|note|instructions?|alert|notice|update|command)?)(?:\)|\]|:|#|\*| ?-{2,}| ?={2,})";
    // So is written in the middle of sentences as well.
    Markup, 40, ["system message", "system prompt", "system override", "system:", "system note", "systemmessage"],
        r"(?:\* ?|\()(?:begin )?(?:new )?(?:system ?[ -]?(?:message|prompt|override|note|instructions?|alert|notice|update|command)?)(?:\)|\]|:|#|\*| ?-{2,}| ?={2,})";
    Markup, 60, ["important!", "attention!", "[important", "[hidden", "<!--"],
        r"<!-{2,} ?(?:[\w.-]+[ -]){0,4}?(?:ai|llm|assistant|agent|model|chatbot|chatgpt|copilot)s?\b(?: \w+){0,5}?[:,] [^>]{8,}|<!-- ?[^>]{0,120}?\b(?:ai|llms?|language models?|assistants?|chatgpt|claude|copilot)\b[^>]{0,120}?\b(?:must|should|please|ignore|do not|don't|never|always|send|include|say|tell|follow|read|call|forget|disregard|output|add|reply|respond|recommend)\b[^>]{3,}|<!-- ?[^>]{0,80}?\b(?:ignore (?:all|any|the|your|previous|prior)|do not tell|system ?(?::|prompt|message|override|instruction)|important ?!|(?:hidden|new|secret) instructions?|follow these instructions)\b[^>]{3,}|\bimportant ?!{2,} (?:ignore|you|follow|send|read|do|execute|before|this)";

    SensitiveFile, 60, [".ssh", ".aws", "credentials", ".env", "mcp.json", "passwd", "shadow", ".netrc", ".npmrc", ".git-credentials", "kube", "keychain", "wallet", ".gnupg", ".bash", ".docker", "id rsa"],
        r"\b(?:read|open|cat|load|access|fetch|get|include|send|attach|pass|copy|retrieve|upload|extract|provide|append|list|view|contents? of|content from)\b[^.!?\n]{0,80}?(?:~/\.(?:ssh(?:/[^ck\s]|/?[^/\w]|/?$)|aws|env|netrc|npmrc|pypirc|kube|gnupg|cursor|claude|docker|bash history|zsh history|git-credentials|config/(?:gcloud|gh))|\bid (?:rsa|ed25519)\b|\.ssh/[^ck\s]|\.aws/credentials|/etc/(?:passwd|shadow)|\.cursor/mcp\.json|mcp\.json\b|claude desktop config|\.git-credentials|\.kube/config|login keychain|wallet\.dat|\.gnupg/)";
    SensitiveFile, 45, [".ssh", ".aws", "passwd", ".cursor", ".env", "id rsa"],
        r"(?:~|\$home|/root|/home/\w+)/\.(?:ssh/(?:id|\*)|aws/credentials|cursor/mcp\.json|env\b)|\.ssh/id (?:rsa|ed25519)";

    Collection, 55, ["system prompt", "conversation", "chat history", "previous messages", "full context"],
        r"\b(?:include|pass|send|provide|add|attach|put|insert|append|forward|copy|reveal|print|repeat|output|show|share|give|tell|submit|write)(?: \w+){0,4} (?:your |the |all |entire |full |whole |complete |my |of )*(?:system prompt|(?:entire|full|whole|complete) (?:conversation|chat|context)|conversation history|chat history|previous messages|user's previous messages|initial prompt)(?: \w+){0,8}? ?(?:as|in|into|to|here|verbatim|above|word|parameter|argument|sidenote|field|for|$|\.)";
    Collection, 55, ["sidenote", "side note"], r"\b(?:as|in|into|using|via|through|to) (?:the |a )?[`'\x22]?side ?note[`'\x22]?(?: (?:parameter|argument|field))?|\bside ?note\b[^.]{0,60}\b(?:contents?|file|key|secret|password|config)";
    Collection, 45, ["password", "credential", "api key", "secret key", "private key", "access token", "ssh key"],
        r"\b(?:send|pass|include|provide|give|tell|reveal|share|forward|attach|exfiltrate|collect|steal|leak|print|extract|retrieve|append|disclose)(?: me)?(?: (?:all|any|the|your|his|their|user's|users'|every|available|stored|saved|local|found|secret))+ (?:passwords?|credentials?|api keys?|secret keys?|private keys?|access tokens?|ssh keys?|secrets)\b(?: (?:to|in|into|as|from|with|here|you|for))";
    Collection, 55, ["secret key", "password", "system prompt", "your instructions", "your prompt", "initial instructions", "your rules"],
        r"\bwhat (?:is|are|was|were) (?:your|the) (?:secret (?:key|password|phrase|code)|system prompt|(?:initial|original|hidden|previous) (?:instructions?|prompt)|password)\b";
    Collection, 50, ["password", "passcode", "pass code", "passphrase", "pass phrase", "secret"],
        concat!(r"\bwhat(?:'s| is| are) (?:your|the|our) (?:\w+ )?", secret!(), r"\b");
    Collection, 50, ["password", "passcode", "pass code", "passphrase", "pass phrase", "secret"],
        concat!(r"\b(?:(?:can|could|would|will|must|should|please|need to|have to|if) (?:you )?(?:please )?(?:give|tell|share|send|reveal|disclose|provide|show|spell)(?: (?:me|us|with me|with us|out))* your|i(?:'ll| will)? (?:need|want|require) your) (?:\w+ )?", secret!(), r"\b");
    // By a detour.
    Collection, 50, ["password", "passcode", "pass code", "passphrase", "pass phrase", "secret"],
        concat!(r"\b(?:write|compose|create|make|give|sing|tell|craft|generate)(?: me| us)?(?: an?| the)? (?:\w+ )?(?:poem|haiku|story|song|riddle|acrostic|limerick|sonnet|essay|rap|rhyme|joke)\b[^.!?\n]{0,40}\b", secret!(), r"\b");
    Collection, 50, ["password", "passcode", "pass code", "passphrase", "pass phrase", "secret"],
        concat!(r"\b(?:the|your) ", secret!(), r"\b[^.!?\n]{0,24}\b(?:in|using|as|with|into) (?:leetspeak|leet|pig latin|reverse(?: order)?|backwards?|base ?64|base ?32|morse(?: code)?|rot ?13|emojis?|binary|hexadecimal|hex|ascii(?: codes?)?|a (?:poem|haiku|song|riddle|story))\b");
    Collection, 50, ["password", "passcode", "pass code", "passphrase", "pass phrase", "secret"],
        concat!(r"\b(?:first|last|second|third|fourth|fifth|next|each|every|\d(?:st|nd|rd|th)) (?:\w+ )?(?:letters?|characters?|digits?|words?) (?:of|in) (?:the|your) ", secret!(), r"\b|\b(?:hints?|clues?|rhymes?|rhyming|anagrams?|acrostic|synonyms?|riddle) (?:of|about|for|to|with|on) (?:the|your|what the) ", secret!(), r"\b");
    Collection, 50, ["password", "passcode", "pass code", "passphrase", "pass phrase", "secret"],
        concat!(r"\bwhat (?:would |might |could )?your (?:\w+ )?", secret!(), r" (?:be|is|are|looks like)\b");
    Collection, 50, ["the user's"],
        r"\b(?:tell me|tell us|give me|share|show me|reveal|disclose|spell(?: out)?|translate|encode|i need to know|you know|remind me of|what(?:'s| is| are| was)) (?:\w+ ){0,4}the user's (?:\w+ ){0,3}(?:initials|birth ?\w*|date of birth|name|address|e-?mail|phone|balance|location|residence|city|ssn|social security|credit card|favou?rite \w+|age|salary|income|medical)\b";
    Collection, 55, ["instructions", "prompt", "directives", "rules", "message"],
        r"\b(?:what (?:were|was|are|is)|show me|tell me|repeat|reveal|print|copy|output|summari[sz]e|translate|paraphrase) (?:all |of |exactly |verbatim )*(?:your|the) (?:\w+ )?(?:initial|original|first|hidden|secret|system|developer|pre)[ -]?(?:instructions?|prompts?|message|directives?|rules)\b";
    Collection, 50, ["above", "before", "prior", "given", "told"],
        r"\b(?:repeat|print|output|copy|recite|translate|spell-?check|show|summari[sz]e) (?:me )?(?:everything|all(?: of)?(?: the)?(?: \w+)?|the (?:text|words|sentences?|content|instructions?|messages?|paragraphs?)) (?:above|before this|prior to this|that (?:came|comes|is|are) (?:before|above)|you (?:were|have been) (?:given|told))\b";
    Collection, 50, ["prompt", "instructions"],
        r"\b(?:repeat|print|output|reveal|show|display|tell me|give me|leak|translate|summarize|spell) (?:me )?(?:out )?(?:all |the |your |of |back )*(?:previous|above|initial|hidden|system|original|secret|your) (?:\w+ )?(?:instructions?|prompts?|directives?|rules|message)\b";

    Exfiltration, 55, ["http", "www.", "@"],
        r"\b(?:send|post|upload|forward|exfiltrate|transmit|submit|report|leak|copy)\b[^.!?\n]{0,80}\b(?:conversation|credentials?|passwords?|secrets?|tokens?|api keys?|private keys?|ssh|contents? of|all (?:the )?(?:files|data|messages|emails)|history|environment variables?)\b(?:[^.!?\n]|\.\w){0,60}?\b(?:to|at|via|into|onto|using|with|on|for|by|in|from|address|url|e-?mail|endpoint|:)[ :]{1,2}[^.!?\n]{0,24}?(?:https?://|www\.|[a-z0-9._-]+@[a-z0-9-]+\.[a-z])";
    Exfiltration, 55, ["bcc"], r"\b(?:always |also |must |silently |please )?(?:add|include|set|put|append|insert|use)\b[^.!?\n]{0,60}\bbcc\b[^.!?\n]{0,60}@|\bbcc\b (?:to |field )?[^.!?\n]{0,30}[a-z0-9._-]+@[a-z0-9-]+\.[a-z]";
    Exfiltration, 50, ["environment variables", "env vars", "process.env", "printenv"],
        r"\b(?:send|include|pass|attach|post|upload|forward|append|exfiltrate)\b[^.!?\n]{0,60}\b(?:environment variables|env vars|process\.env|printenv)\b[^.!?\n]{0,60}\b(?:to|in|as|with)\b";
    // It is how much is installed.
    Exfiltration, 35, ["| sh", "| bash", "|sh", "|bash"], r"\b(?:curl|wget)\b[^\n|]{0,200}\| ?(?:sudo )?(?:ba|z|da)?sh\b";

    Authority, 50, ["i'm", "i am"],
        r"\bi(?:'m| am) (?:the |a |an |your |god\b)(?:\w+ )?(?:president|police officer|developer|creator|administrator|god|boss|ceo|lawyer|doctor|fbi agent|detective|supervisor|programmer|engineer|owner|government|openai|anthropic|king|queen|judge|officer)\b[^?\n]{0,100}\b(?:i need (?:you )?to|you (?:have|must|need|are required) to|it(?:'s| is) (?:important|crucial|essential|imperative) (?:that )?you|tell me|answer my|answer all|you should (?:tell|answer|share))\b";
    Authority, 55, ["message from"], r"\b(?:this is )?an? (?:important|urgent|critical|official) (?:message|notice|instruction|request|update) (?:from|for|to) (?:me|the (?:system|developer|administrator|admin|user|owner|platform|security)|anthropic|openai|your (?:developer|creator|owner)|you|all (?:ai|agents|models|assistants)|ai)\b";
    Authority, 50, ["ai assistant", "ai agent", "language model", "ai model", "llm", "chatbot", "gpt", "claude", "assistant", "agent"],
        r"\b(?:attention|hey|dear|hello|listen|instructions?|message|important)(?: (?:to|for))?(?: (?:all|any|the|every))?,? (?:ai(?: assistants?| agents?| models?| language models?)?|llms?|language models?|chatgpt|gpt-?\d?|claude|gemini|assistants?|agents?) ?[:!]|\b(?:attention|hey|dear|hello|listen)(?: (?:to|for))?(?: (?:all|any|the|every))?,? (?:ai(?: assistants?| agents?| models?| language models?)?|llms?|language models?|chatgpt|gpt-?\d?|claude|gemini|assistants?|agents?),";
    // Honest definitions have notes for assistants.
    Authority, 40, ["note", "notice"],
        r"\b(?:note|notice)(?: (?:to|for))?(?: (?:all|any|the|every))?,? (?:ai(?: assistants?| agents?| models?| language models?)?|llms?|language models?|chatgpt|gpt-?\d?|claude|gemini|assistants?|agents?) ?[:,!]";
    Authority, 50, ["if you are an", "if you're an", "ai reading", "model reading", "agent reading"],
        r"\bif you(?:'re| are) (?:an? |the )?(?:ai|llm|language model|assistant|large language|ai agent|agent|chatbot|bot)\b|\b(?:ai|llm|model|agent)s? (?:that (?:is|are) )?(?:reading|processing|parsing|summarizing) this\b";
    Authority, 50, ["authorized", "pre-approved", "preapproved", "already approved", "has approved", "already consented", "permission"],
        r"\b(?:the )?user has (?:already |pre-?)?(?:authorized|approved|consented|granted|given)(?: \w+){0,6} (?:no (?:need|further)|so (?:do not|don't|you)|do not ask|don't ask|without asking)|\b(?:no|without|skip(?:ping)?|bypass(?:ing)?)(?: any| the| further| additional| user)* (?:confirmation|approval|permission|consent)(?: \w+){0,3} (?:is |are )?(?:needed|required|necessary|from the user|of the user)? ?,? ?(?:just|immediately|proceed and|execute|transfer|send|delete)\b";

    Role, 60, ["dan", "jailbr", "do anything now", "developer mode", "unrestricted", "no restrictions", "uncensored", "evil"],
        r"\b(?:do anything now|(?:enable|enter|activate|in|with) (?:developer|debug|god|jailbreak|dan|sudo|admin) mode|act(?:ing)? (?:just )?like dan|you are (?:now )?dan\b|(?:no|without(?: any)?|free (?:of|from)(?: all| any)?) (?:filters?|restrictions|limitations|rules|censorship|moral)(?: or (?:restrictions|filters|rules|limitations|guidelines))|unrestricted (?:ai|assistant|model|mode))";
    Role, 50, ["entering", "activating", "switching", "enabling", "engaging", "initiating"],
        r"\bi(?:'m| am)(?: now)? (?:entering|activating|switching (?:in)?to|enabling|engaging|initiating)(?: [\x22'\[(]*[\w-]+[\x22'\])]*){1,6}? mode\b";
    Role, 55, ["another ai", "another language", "different ai", "unrestricted ai", "unfiltered ai", "evil ai", "amoral ai", "another assistant", "another chatbot"],
        r"\b(?:role of|act(?:ing)? as|pretend to be|become|simulate|play(?:ing)?)(?: \w+){0,2} (?:another|different|unrestricted|unfiltered|evil|amoral) (?:ai|language model|llm|chatbot|assistant)\b";
    Role, 40, ["you are now", "you're now", "from now on", "pretend", "new persona"],
        r"\b(?:you are now|you're now|pretend (?:to be|that you|you|to have)|act as if you (?:are|were|have)|your new (?:role|persona|identity|task|goal|objective) is)\b(?: \w+){1,}";

    Role, 50, ["from now on", "hereafter"],
        r"\b(?:from now on|hereafter),? (?:you(?:'re| are| will| must| shall| have| can)?|act|behave|answer|respond|always|never)\b";

    Preference, 50, ["best tool", "only tool", "better than", "most reliable tool", "superior", "best and", "most accurate tool", "best choice"],
        r"\b(?:this is |it is |the |is )?(?:the )?(?:best|greatest|most (?:reliable|powerful|accurate|trusted|advanced)|number one|only (?:safe|trusted|reliable|correct)) (?:tool|choice|option)(?: in the world| ever| of all| available| there is|,? (?:always )?(?:use|choose|prefer|select)| over (?:all|any))|\b(?:better|superior|safer) (?:than|to) (?:all|any|every)(?: the)? other tools?\b";
    Preference, 35, ["instead of", "rather than", "prefer", "over any"],
        r"\b(?:always|must|you should|only) (?:use|choose|prefer|select|call|pick) this (?:tool|server|function|one)(?: \w+){0,6} (?:instead of|rather than|over|even if|no matter|regardless|and never)\b";

    Action, 50, ["instead", "following instruction", "strictly adhere"],
        r"\b(?:strictly )?(?:adhere to|follow|obey|execute|carry out|comply with) (?:only )?(?:the|this|these|my) (?:following |new |next )?(?:instructions?|commands?|orders?|directives?) ?(?::|only|instead|exactly|and (?:only|ignore|do not))";
    Action, 45, ["without asking", "without confirm", "without permission", "no confirmation", "without prompting", "do not ask", "don't ask"],
        r"\b(?:send|transfer|delete|execute|run|buy|purchase|pay|post|create|upload|forward|install|grant|approve|share|fill|make|do|call|perform|modify|proceed)\b[^.!?\n]{0,80}\b(?:without (?:asking|confirm(?:ing|ation)|permission|prompting|requesting|telling)|(?:do not|don't|never) ask (?:the user |me |for )?(?:for )?(?:confirmation|permission|first|approval|the user))";
    // Behind the mark of a comment it is the note of a programmer.
    Action, 40, ["todo:"], r"(?:^|[^/#*;%<!-] |[^ /#*;%<!-])todo: (?:please )?(?:sen[dt]|e?mail|delete|transfer|create|make|post|visit|click|share|invite|add|get|reserve|book|say|update|concatenate|upload|forward|go to|write|buy|change|modify|cancel|pay|order|purchase|schedule|reset|reply|tell)\b";
    Action, 40, ["click", "visit"], r"\b(?:visit|click(?: on)?|go to|open)(?: the| this)?(?: link(?: of)?)? ?(?:https?://|www\.)\S+ (?:to (?:achieve|get|claim|activate|verify|complete|unlock|receive)|and (?:follow|enter|confirm|pay|buy|post))";
}
