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

patterns! {
    /// Every pattern, by kind.
    PATTERNS;

    Override, 80, ["ignore", "disregard", "forget", "overlook", "neglect", "dismiss", "discard", "bypass"],
        r"\b(?:ignore|disregard|forget|overlook|neglect|dismiss|discard|bypass)\b(?: \w+){0,3}? (?:all |any |every |the |your |my |our |these |those |of |other )*(?:previous|prior|preceding|earlier|above|foregoing|existing|original|initial|former|past|system|safety)(?: \w+){0,2} (?:\w*in?structions?|prompts?|directives?|directions?|orders?|commands?|rules?|guidelines?|messages?|context|tasks?|constraints?|text|conversation|policies|policy|restrictions?)";
    Override, 60, ["ignore", "disregard", "forget", "overlook", "dismiss", "discard"],
        r"\b(?:ignore|disregard|forget|overlook|dismiss|discard) (?:all |any |every |of )*(?:your|the|these|those) (?:\w+ )?(?:in?structions?|iunstructions|prompts?|directives?|guidelines?|rules|programming|training|restrictions|orders|safeguards)";
    Override, 60, ["ignore", "disregard", "forget", "overlook"],
        r"\b(?:ignore|disregard|forget|overlook) (?:about )?(?:all|every ?thing|everthing|anything|what|whatever)(?: that)?(?: (?:you'?ve|you have|you were|you are|you|was))(?: \w+){0,2} (?:told|instructed|taught|learned|learnt|said|been|asked|given|know|supposed|before|above|mentioned)";
    // Users correct themselves in the same words.
    Override, 40, ["ignore", "disregard", "forget", "overlook"],
        r"\b(?:ignore|disregard|forget|overlook) (?:about )?(?:all|every ?thing|anything|what|whatever)(?: that)? (?:i|we|i've|we've)(?: \w+){0,2} (?:told|instructed|taught|said|asked|given|mentioned)";
    Override, 55, ["override", "overrule", "supersede", "overwrite", "replaces"],
        r"\b(?:overrid(?:e|es|ing)|overrul(?:e|es|ing)|supersed(?:e|es|ing)|overwrit(?:e|es|ing)|replaces?) (?:all |any |every |the |your |other )*(?:previous|prior|earlier|above|existing|system|safety|user'?s?|your)(?: \w+){0,2} (?:instructions?|prompts?|directives?|rules|guidelines|requests?|policies|constraints)";
    Override, 60, ["instructions", "prompt"],
        r"\b(?:new|updated|real|actual|revised) (?:system )?(?:instructions?|prompt) ?(?::|follows?\b|begins?\b|are as follows)";
    Override, 55, ["ignore", "disregard"], r"\b(?:ignore|disregard) (?:all )?(?:of )?(?:the |what is |everything )?(?:above|before this)(?:,| and|\.| instead)";
    Override, 55, ["ignore"], r"\bignore (?:the )?(?:user|human|person)(?:'s)? (?:\w+ )?(?:request|question|instructions?|task|query|input|and)\b";

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
        r"(?:#{2,} ?\(?|\[|\* ?|-{2,} ?|\(|={2,} ?)(?:begin )?(?:new )?(?:system ?[ -]?(?:message|prompt|override|note|instructions?|alert|notice|update|command)?)(?:\)|\]|:|#|\*| ?-{2,}| ?={2,})";
    Markup, 60, ["important!", "attention!", "[important", "[hidden", "<!--"],
        r"<!-- ?(?:[^>]{0,80}?)(?:\bai\b|agent|assistant|llm|model|instructions?|must|do not tell|ignore|system|important)[^>]{5,}|\bimportant ?!{2,} (?:ignore|you|follow|send|read|do|execute|before|this)";

    SensitiveFile, 60, [".ssh", ".aws", "credentials", ".env", "mcp.json", "passwd", "shadow", ".netrc", ".npmrc", ".git-credentials", "kube", "keychain", "wallet", ".gnupg", ".bash", ".docker", "id rsa"],
        r"\b(?:read|open|cat|load|access|fetch|get|include|send|attach|pass|copy|retrieve|upload|extract|provide|append|list|view|contents? of|content from)\b[^.!?\n]{0,80}?(?:~/\.(?:ssh(?:/[^ck\s]|/?[^/\w]|/?$)|aws|env|netrc|npmrc|pypirc|kube|gnupg|cursor|claude|docker|bash history|zsh history|git-credentials|config/(?:gcloud|gh))|\bid (?:rsa|ed25519)\b|\.ssh/[^ck\s]|\.aws/credentials|/etc/(?:passwd|shadow)|\.cursor/mcp\.json|mcp\.json\b|claude desktop config|\.git-credentials|\.kube/config|login keychain|wallet\.dat|\.gnupg/)";
    SensitiveFile, 45, [".ssh", ".aws", "passwd", ".cursor", ".env", "id rsa"],
        r"(?:~|\$home|/root|/home/\w+)/\.(?:ssh/(?:id|\*)|aws/credentials|cursor/mcp\.json|env\b)|\.ssh/id (?:rsa|ed25519)";

    Collection, 55, ["system prompt", "conversation", "chat history", "previous messages", "full context"],
        r"\b(?:include|pass|send|provide|add|attach|put|insert|append|forward|copy|reveal|print|repeat|output|show|share|give|tell|submit|write)(?: \w+){0,4} (?:your |the |all |entire |full |whole |complete |my |of )*(?:system prompt|(?:entire|full|whole|complete) (?:conversation|chat|context)|conversation history|chat history|previous messages|user's previous messages|initial prompt)(?: \w+){0,8}? ?(?:as|in|into|to|here|verbatim|above|word|parameter|argument|sidenote|field|for|$|\.)";
    Collection, 55, ["sidenote", "side note"], r"\b(?:as|in|into|using|via|through|to) (?:the |a )?[`'\x22]?side ?note[`'\x22]?(?: (?:parameter|argument|field))?|\bside ?note\b[^.]{0,60}\b(?:contents?|file|key|secret|password|config)";
    Collection, 50, ["password", "credential", "api key", "secret key", "private key", "access token", "ssh key"],
        r"\b(?:send|pass|include|provide|give|tell|reveal|share|forward|attach|exfiltrate|collect|steal|leak|print|extract|retrieve|append|disclose)(?: me)?(?: (?:all|any|the|your|his|their|user's|users'|every|available|stored|saved|local|found|secret))+ (?:passwords?|credentials?|api keys?|secret keys?|private keys?|access tokens?|ssh keys?|secrets)\b(?: (?:to|in|into|as|from|with|here|you|for))";
    Collection, 55, ["secret key", "password", "system prompt", "your instructions", "your prompt", "initial instructions", "your rules"],
        r"\bwhat (?:is|are|was|were) (?:your|the) (?:secret (?:key|password|phrase|code)|system prompt|(?:initial|original|hidden|previous) (?:instructions?|prompt)|password)\b";
    Collection, 50, ["prompt", "instructions"],
        r"\b(?:repeat|print|output|reveal|show|display|tell me|give me|leak|translate|summarize|spell) (?:me )?(?:out )?(?:all |the |your |of |back )*(?:previous|above|initial|hidden|system|original|secret|your) (?:\w+ )?(?:instructions?|prompts?|directives?|rules|message)\b";

    Exfiltration, 55, ["http", "www.", "@"],
        r"\b(?:send|post|upload|forward|exfiltrate|transmit|submit|report|leak|copy)\b[^.!?\n]{0,80}\b(?:conversation|credentials?|passwords?|secrets?|tokens?|api keys?|private keys?|ssh|contents? of|all (?:the )?(?:files|data|messages|emails)|history|environment variables?)\b[^!?\n]{0,60}(?:https?://|www\.|[a-z0-9._-]+@[a-z0-9-]+\.[a-z])";
    Exfiltration, 55, ["bcc"], r"\b(?:always |also |must |silently |please )?(?:add|include|set|put|append|insert|use)\b[^.!?\n]{0,60}\bbcc\b[^.!?\n]{0,60}@|\bbcc\b (?:to |field )?[^.!?\n]{0,30}[a-z0-9._-]+@[a-z0-9-]+\.[a-z]";
    Exfiltration, 50, ["environment variables", "env vars", "process.env", "printenv"],
        r"\b(?:send|include|pass|attach|post|upload|forward|append|exfiltrate)\b[^.!?\n]{0,60}\b(?:environment variables|env vars|process\.env|printenv)\b[^.!?\n]{0,60}\b(?:to|in|as|with)\b";
    Exfiltration, 50, ["| sh", "| bash", "|sh", "|bash"], r"\b(?:curl|wget)\b[^\n|]{0,200}\| ?(?:sudo )?(?:ba|z|da)?sh\b";

    Authority, 55, ["message from"], r"\b(?:this is )?an? (?:important|urgent|critical|official) (?:message|notice|instruction|request|update) (?:from|for|to) (?:me|the (?:system|developer|administrator|admin|user|owner|platform|security)|anthropic|openai|your (?:developer|creator|owner)|you|all (?:ai|agents|models|assistants)|ai)\b";
    Authority, 50, ["ai assistant", "ai agent", "language model", "ai model", "llm", "chatbot", "gpt", "claude", "assistant", "agent"],
        r"\b(?:attention|hey|dear|hello|listen|instructions?|message|important)(?: (?:to|for))?(?: (?:all|any|the|every))?,? (?:ai(?: assistants?| agents?| models?| language models?)?|llms?|language models?|chatgpt|gpt-?\d?|claude|gemini|assistants?|agents?) ?[:,!]";
    // Honest definitions have notes for assistants.
    Authority, 40, ["note", "notice"],
        r"\b(?:note|notice)(?: (?:to|for))?(?: (?:all|any|the|every))?,? (?:ai(?: assistants?| agents?| models?| language models?)?|llms?|language models?|chatgpt|gpt-?\d?|claude|gemini|assistants?|agents?) ?[:,!]";
    Authority, 50, ["if you are an", "if you're an", "ai reading", "model reading", "agent reading"],
        r"\bif you(?:'re| are) (?:an? |the )?(?:ai|llm|language model|assistant|large language|ai agent|agent|chatbot|bot)\b|\b(?:ai|llm|model|agent)s? (?:that (?:is|are) )?(?:reading|processing|parsing|summarizing) this\b";
    Authority, 50, ["authorized", "pre-approved", "preapproved", "already approved", "has approved", "already consented", "permission"],
        r"\b(?:the )?user has (?:already |pre-?)?(?:authorized|approved|consented|granted|given)(?: \w+){0,6} (?:no (?:need|further)|so (?:do not|don't|you)|do not ask|don't ask|without asking)|\b(?:no|without|skip(?:ping)?|bypass(?:ing)?)(?: any| the| further| additional| user)* (?:confirmation|approval|permission|consent)(?: \w+){0,3} (?:is |are )?(?:needed|required|necessary|from the user|of the user)? ?,? ?(?:just|immediately|proceed and|execute|transfer|send|delete)\b";

    Role, 60, ["dan", "jailbr", "do anything now", "developer mode", "unrestricted", "no restrictions", "uncensored", "evil"],
        r"\b(?:do anything now|(?:enable|enter|activate|in|with) (?:developer|debug|god|jailbreak|dan|sudo|admin) mode|act(?:ing)? (?:just )?like dan|you are (?:now )?dan\b|(?:no|without(?: any)?|free (?:of|from)(?: all| any)?) (?:filters?|restrictions|limitations|rules|censorship|moral)(?: or (?:restrictions|filters|rules|limitations|guidelines))|unrestricted (?:ai|assistant|model|mode))";
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
    Action, 40, ["todo:"], r"(?:^|[\n'\x22.;:] ?)todo: (?:please )?(?:send|email|delete|transfer|create|make|post|visit|click|share|invite|add|get|reserve|book|say|update|concatenate|upload|forward|go to|write|buy)\b";
    Action, 40, ["click", "visit"], r"\b(?:visit|click(?: on)?|go to|open)(?: the| this)?(?: link(?: of)?)? ?(?:https?://|www\.)\S+ (?:to (?:achieve|get|claim|activate|verify|complete|unlock|receive)|and (?:follow|enter|confirm|pay|buy|post))";
}
