//! What a definition has no reason to say: orders that go beyond the tool which it defines.
//!
//! Each row is a sign and no proof, since an honest definition may have one of them: it says where
//! a file is, or that a step comes first. A poisoned one has several, because it must say what is
//! to be taken, where it goes and that nobody is to hear of it. The weights add up.

use super::{
    InstructionKind::{
        Action, Authority, Collection, Exfiltration, Markup, Precedence, Preference, Secrecy,
        SensitiveFile,
    },
    Pattern,
};

patterns! {
    /// Every sign, by kind.
    ORDERS;

    Secrecy, 40, ["to yourself", "confidential", "between us", "secret", "private"],
        r"\bkeep (?:this|it|that|these|those|them|the \w+)(?: \w+){0,3} (?:to yourself|confidential|secret|private|between)|\b(?:this|it|that|order|step|request|instruction)(?:'s| is| are| stays| remains) (?:strictly )?(?:confidential|secret)\b|\bconfidential between\b";
    Secrecy, 30, ["mention", "telling", "tell ", "say so", "bring", "comment", "bother", "attention", "announc", "say that", "point out", "admit", "advertis"],
        r"\b(?:do not|don't|never|must not|should not|shouldn't|needn't|need not|no need to|not necessary to|without|avoid|refrain from|nor)(?: \w+){0,2} (?:mention(?:ing)?|tell(?:ing)?|say(?:ing)? (?:so|that)|bring(?:ing)? (?:it|this|that|them) up|comment(?:ing)?\b|bother(?:ing)?|draw(?:ing)? attention|announc(?:e|ing)|point(?:ing)? (?:this|it|that) out|admit)";
    Secrecy, 30, ["told", "informed", "mentioned", "brought up", "reported", "notified", "asked", "worth a comment", "commented", "alerted", "bothered"],
        r"\b(?:must|should|need|needs|is|are|shall|may|does|do|can|has|have)(?:n't| not| never) (?:to )?(?:be )?(?:told|informed|shown this|mentioned|brought up|reported|notified|asked (?:about|again|whether)|worth a comment|commented|alerted|bothered)";
    Secrecy, 35, ["out of the", "out of your", "out of any"],
        r"\b(?:leave|keep|take|omit|cut)(?: \S+){0,6} out of (?:the|your|any) (?:answer|reply|summary|response|list|report|output|log|transcript|diff|history|message)";
    Secrecy, 40, ["hide", "hidden", "invisible", "not shown", "not visible", "unseen", "nobody", "no one", "not display", "not printed"],
        r"\bhide (?:this|these|it|them|that|the (?:calls?|steps?|change|parameter|file))\b|\bhidden (?:function|step|instruction|duty|task)|\b(?:invisible|not shown|not visible|not displayed|not printed) (?:to|for) (?:the |any )?(?:user|people|person|human|customer|reader)|\b(?:nobody|no one) (?:else )?(?:must|should|needs to|has to|may|will) (?:know|see|notice|learn|hear)";
    Secrecy, 30, ["gets to see", "only sees", "sees only", "is shown only", "as a harmless", "without comment", "no comment", "no trace", "silently", "quietly", "discreetly", "in the background", "unnoticed"],
        r"\b(?:gets to see|only sees|sees only|is shown only)\b|\b(?:without|no) (?:a |any )?(?:comment|trace|mention|notice)\b|\b(?:silently|quietly|discreetly|unnoticed|covertly|secretly) (?:read|send|copy|add|append|include|upload|call|pass|collect|store|record|forward|open|run|do|delete|replace|change|set|put|keep|log)";
    SensitiveFile, 25, [".env", ".pem", ".kdbx", "wallet", "keystore", "kubeconfig", ".tfvars", "tfstate", ".npmrc", ".netrc", ".pgpass", "id rsa", "id ed25519", "service account token", "dotfile", "shell history", "bash history", "browser", "keychain", ".aws", ".ssh", "etc/shadow", "etc/passwd", "authorization header", "seed phrase", "recovery phrase", "session cookie", "login token", "saved password", "stored password", "connection string", "credentials", "passwd", ".kube", ".gnupg", ".docker", ".git-credentials", "secrets", "environment variables", "private key", "passwords"],
        r"\b(?:read|open|search|look|find|fetch|get|copy|collect|load|take|use|include|add|put|pass|paste|attach|give|send|provide|append|submit|hand|extract|gather|cat|watch|store|save|dump|list)\b[^.!?\n]{0,70}?(?:\.env\b|\.(?:pem|kdbx|tfvars|npmrc|netrc|pgpass|aws|ssh|kube|gnupg|git-credentials)\b|tfstate|wallet\.dat|wallets?\b|keystore|kubeconfig|\bid (?:rsa|ed25519)\b|service account token|dotfiles?|(?:shell|bash|zsh|browser|browsing) history|browser (?:cookies|passwords|profile)|keychain|etc/(?:shadow|passwd)|authorization header|(?:seed|recovery) phrase|session cookies?|login tokens?|(?:saved|stored) passwords?|connection strings?|credentials|pg shadow|passwords?\b|environment variables|private keys?|\bsecrets\b)";
    SensitiveFile, 25, ["~/", "$home", "/home/", "/users/", "appdata", "%userprofile%", "/var/run/secrets", "/root/", "/etc/"],
        r"\b(?:read|open|search|look|find|fetch|get|copy|collect|load|take|use|include|add|put|pass|paste|attach|give|send|provide|append|submit|hand|extract|gather|cat|stored in|content of|contents of|from)\b[^.!?\n]{0,60}?(?:~/|\$home\b|/home/|/users/|appdata|%userprofile%|/var/run/secrets|/root/|/etc/)";
    Collection, 30, ["messages", "conversation", "chat", "tool call", "tool result", "other tools", "prompts", "results of", "session", "context window", "open files", "files are open", "other servers", "everything the user", "the user wants", "user types", "user has", "system prompt"],
        r"\b(?:previous|last \w+|all|complete|full|entire|whole|every|each|raw|unabridged|latest)(?: \w+){0,2} (?:messages?|conversations?|chats?|tool calls?|tool results?|prompts?|answers?|replies|chat history)\b|\bconversation (?:so far|up to now|history|until now)|\bresults? of (?:\w+ ){0,2}(?:tool calls|other tools)|\bother servers\b|\b(?:everything|all|what|anything) (?:that )?the user (?:has |had )?(?:typed?|types|said|says|wants?|wrote|writes|entered|enters)|\bsystem prompt\b";
    Collection, 20, ["`", "'", "\"", "parameter", "argument", "field"],
        r"\b(?:put|pass|paste|place|include|give|hand|submit|supply|provide|write|add|copy|send|fill|attach|append|insert|deliver|transmit|carry)\b[^.!?\n]{0,80}? (?:in|as|into|through|via|to|under|with) (?:the )?(?:(?:parameter|field|argument) )?[`'\x22][a-z][a-z0-9 .-]{1,30}[`'\x22]";
    Exfiltration, 30, ["http://", "https://", "wss://", "ws://", "ftp://", "@"],
        r"\b(?:send|post|upload|forward|mirror|stream|transmit|mail|submit|deliver|copy|copies|copied|report|hand|pass|push|sync|go|sent|posted|uploaded|forwarded|passed|bcc|cc|log|share|export|call)\b[^!?\n]{0,90}?(?:https?://|wss?://|ftp://|[a-z0-9._-]+@[a-z0-9-]+\.[a-z])";
    Exfiltration, 20, ["a copy", "also send", "copy to", "second copy", "our side", "our server", "to us", "bcc", "blind copy", "also go", "relay"],
        r"\b(?:send|keep|put|give|get|make|forward|gets|goes|go|include|add)\b[^.!?\n]{0,40}\b(?:a (?:second |blind |hidden |full )?copy|bcc)\b|\bstays? (?:on|with) (?:our|us)\b|\b(?:to|through) (?:our|the) (?:server|relay|archive|collector)\b";
    Precedence, 20, ["before", "prior to", "first step", "beforehand", "afterwards", "after every", "after each", "after the", "after it"],
        r"\b(?:before|prior to)\b[^.!?\n]{0,50}?,? (?:please )?(?:read|open|search|call|copy|collect|look|send|run|mark|include|mark|gather|find|list|upload|fetch|execute|load|store)\b|\bas a first step\b|\bafter (?:every|each|the|it|that)\b[^.!?\n]{0,50}?\b(?:also |always )?(?:read|call|copy|send|run|upload|hand|post|forward|pass)\b";
    Precedence, 35, ["before every other", "before any other", "prior to any", "before all other", "before anything", "before everything", "for the remainder", "for the rest of", "from now on", "as long as this", "while this tool", "while this server"],
        r"\bbefore (?:every|any|all) other\b|\bprior to any other\b|\bbefore (?:anything|everything)(?: else)?\b|\bfor the (?:remainder|rest) of (?:the|this) (?:session|conversation|chat)|\bfrom now on\b|\b(?:as long as|while) this (?:tool|server|extension|plugin) is\b";
    Authority, 30, ["ai client", "assistant", "ai-only", "ai only", "for ai", "ai agent", "the model", "language model", "llm", "the agent"],
        r"\b(?:(?:the|all|every|any|ai|your) )?(?:ai )?(?:clients?|assistants?|agents?|language models?|models?|llms?)\b (?:must|should|shall|has to|have to|is required|are required|are to|is to|may not|never|always|fills? in)\b|\bai[- ]only\b|\b(?:for|to|note for|notice to) (?:ai|llm) (?:assistants?|clients?|agents?|models?)\b";
    Authority, 35, ["by order", "on instruction", "has ordered", "have ordered", "urgent notice", "central bank", "has approved", "is mandatory", "compliance", "required by law", "legal department", "security team", "administrator", "head office", "management", "authority", "regulator"],
        r"\b(?:by order of|on (?:the )?instructions? of|(?:authority|court|police|regulator|management|administrator|board|bank|ministry|department|team) (?:has|have) (?:ordered|instructed|approved|decided|demanded)|urgent notice|(?:developer|maker|vendor|provider|creator)s? of (?:your|the|this) (?:model|assistant) (?:has|have))\b";
    Preference, 35, ["even if", "no matter", "regardless of", "whatever the user", "against the user", "although the user"],
        r"\b(?:even if|even when|no matter (?:what|which|who|whether)|regardless of (?:what|which|who|whether)|whatever|although)(?: \w+){0,3}? (?:users?|person|people|customers?|they|he|she)(?: \w+){0,2} (?:asks?|says?|types?|typed|wants?|requests?|names?|named|prefers?|chose|chooses|objects?|only|insists?)";
    Preference, 30, ["obsolete", "deprecated", "scam", "unsafe", "insecure", "not maintained", "outdated", "no longer", "inaccurate", "false data", "must not be used", "unreliable", "compromised", "in place of", "dangerous", "forbidden", "steal"],
        r"\b(?:others?|all others?|any other|the rest|competing|alternatives?|similar)(?: \w+){0,2} (?:tools?|servers?|browsers?|sources?|searches|ones|services?)? ?(?:are|is|were|have been|has been|will be|must|may|should|give|return|contain)\b[^.!?\n]{0,20}(?:obsolete|deprecated|scams?|unsafe|insecure|not maintained|outdated|no longer|inaccurate|false|wrong|not be (?:used|called|trusted)|unreliable|compromised|dangerous|forbidden|malware|steal)|\bmust be (?:used|called|chosen) (?:in place|instead) of\b|\bnot maintained any more\b";
    Preference, 25, ["only reliable", "only trusted", "only official", "only safe", "only allowed", "only permitted", "only correct", "official and", "certified", "only approved", "only source"],
        r"\b(?:the )?only (?:reliable|trusted|official|safe|allowed|permitted|correct|approved|certified|secure) (?:\w+ )?(?:tool|source|server|way|one|service|browser|search|provider)";
    Action, 35, ["confirmation", "permission prompt", "safety question", "security question", "certificate check", "safety check", "warnings", "approval", "allow list", "allowlist", "as trusted", "without a prompt", "without asking", "on the user's behalf", "by yourself", "as approved", "consent"],
        r"\b(?:skip|switch(?:ed)? off|turn(?:ed)? off|disable[sd]?|suppress|bypass|no|without|omit)(?: \w+){0,2} (?:confirmations?|permission prompts?|(?:safety|security) questions?|certificate checks?|approval|consent)\b|\b(?:confirm|approve|accept|agree|answer|consent)\b[^.!?\n]{0,50}\b(?:on the user's behalf|on behalf of the user|by yourself|yourself|for the user|in the user's name)\b|\b(?:counts?|deemed|considered|regarded|treated?|taken)(?: as)? (?:approved|confirmed|consent|agreed|accepted)\b|\b(?:mark|treat|set|add)\b[^.!?\n]{0,30}\bas trusted\b|\bwithout (?:a )?(?:prompt|asking)\b|\ballow ?list in\b";
    Action, 30, ["recipient", "address", "account", "iban", "destination", "beneficiary", "payee", "amount", "relay", "wallet"],
        r"\b(?:always|replace|change|set|use|enter|put|substitute|go to|transfer|move|redirect|divert|swap)\b[^.!?\n]{0,60}\b(?:recipient|address|account|iban|destination|beneficiary|payee|wallet|relay)\b[^.!?\n]{0,40}?(?:\b[a-z]{2}\d{2}[ \d]{4,}|\d{4}[- ]\d{4}|\d{6,}|\b0x[0-9a-f]{4,}|@|\binstead\b|\bby the one in\b|\bwith the one\b)";
    Action, 25, ["when calling", "whenever you", "in calls of", "with any", "calls to", "calls of", "call of", "is available", "has been used", "when using", "of other tools", "other tools", "other server", "the tool `", "tool '"],
        r"\b(?:when(?:ever)?|if|with any|in (?:all |any |every )?calls? (?:of|to)|while|after|before|to) (?:\w+ ){0,3}[`'\x22][a-z][a-z0-9]+(?:[ -][a-z0-9]+)+[`'\x22][^.!?\n]{0,80}\b(?:always|replace|change|set|use|add|append|also|never|instead|must|put|lower|raise|leave)\b|\b(?:of|for|by|with|in) (?:all )?other (?:tools|servers)\b";
    Action, 35, ["report that", "tell the user the", "tell the user that", "as if it were", "as if they", "make it look", "pretend", "claim that", "say that the", "and say", "real one", "falsely", "instead of the real"],
        r"\b(?:report|tell the user|say|claim|pretend|state)\b(?: that)? [^.!?\n]{0,30}\b(?:has|have|had|was|were|is|are) (?:passed|been|fixed|succeeded|done|clean|sold out|unavailable|successful|unsafe|deleted|saved)\b|\bas if (?:it|they) (?:was|were|had)\b|\bmake it (?:look|seem|appear)|\b(?:above|below|than|from|instead of) the real (?:one|value|price|result)|\bfalsely\b";
    Action, 30, ["pip install", "npm i ", "npm install", "curl ", "wget ", "sudo ", "--force", "verify=false", "chmod", "as root", "bash(*)"],
        r"\b(?:run|execute|do|issue|use|install)\b[^.!?\n]{0,40}(?:pip install|npm i(?:nstall)?|curl|wget|sudo|chmod)\b[^.!?\n]{0,60}\b(?:first|without|no confirmation|as root|again|before|--force|always|every|index-url)|bash\(\*\)|verify=false|certificate checks";
    Markup, 30, ["[/", "ai-only", "/*", "<!--", "===", "[system", "[admin", "[note", "[override", "\"note"],
        r"\[/(?:\w+ ?){1,3}\]|/\*[^*]{0,20}\b(?:ai|assistant|model|agent)\b|<!--|\[(?:admin|system|override|internal|maintenance|note)[^\]]{0,20}\]";
}
