//! What is said most often to steer a model, in many languages. Spelt as text is normalised: lower
//! case, without marks on Latin, Greek and Cyrillic letters.
//!
//! Three orders only, which nobody gives a person in these words: that what was said before does
//! not count, that the user is not to be told, and that the password is to be said. What else is
//! hostile in these languages is left to the learnt judge.

use super::{
    InstructionKind::{Collection, Override, Secrecy},
    Pattern,
};

/// What does not end a sentence, and how much of it may stand between two of the words.
macro_rules! between {
    () => {
        r"[^.!?。\n]{0,40}?"
    };
}

/// A word and two more behind it, in any order: `ignore`, `earlier` and `instructions`.
macro_rules! ahead {
    ($verb:literal, $one:literal, $other:literal) => {
        concat!(
            "(?:",
            $verb,
            ")",
            between!(),
            "(?:(?:",
            $one,
            ")",
            between!(),
            "(?:",
            $other,
            ")|(?:",
            $other,
            ")",
            between!(),
            "(?:",
            $one,
            "))"
        )
    };
}

/// The same where the verb stands last.
macro_rules! behind {
    ($verb:literal, $one:literal, $other:literal) => {
        concat!(
            "(?:(?:",
            $one,
            ")",
            between!(),
            "(?:",
            $other,
            ")|(?:",
            $other,
            ")",
            between!(),
            "(?:",
            $one,
            "))",
            between!(),
            "(?:",
            $verb,
            ")"
        )
    };
}

/// Words in this order.
macro_rules! follow {
    ($first:literal, $second:literal) => {
        concat!("(?:", $first, ")", between!(), "(?:", $second, ")")
    };
}

patterns! {
    /// Every pattern, by kind.
    LANGUAGES;

    // Spanish
    Override, 60, ["ignor", "olvid", "desatiend", "caso omiso"], ahead!(r"\b(?:ignor(?:a|e|ad|en|ar|es)|olvid(?:a|e|ad|en|ar|ate|ese)|desatiend[ae]n?|caso omiso)\b", r"\b(?:anterior|previ[ao]s?\b|tod[ao]s|de arriba|del sistema|hasta ahora)", r"\b(?:instrucci|directri|directiva|indicaci|consigna|reglas|ordenes)");
    // French
    Override, 60, ["ignor", "oubli", "pas compte"], ahead!(r"\b(?:ignor(?:e|es|ez|er|ons)|oubli(?:e|es|ez|er|ons)|pas compte)\b", r"\b(?:preceden|anterieur|toute?s|ci-dessus|systeme|jusqu)", r"\b(?:instruction|consigne|directive|regles|ordres|indications)");
    // German
    Override, 60, ["ignorier", "vergiss", "vergesse", "missacht", "beachte"], ahead!(r"\b(?:ignorier(?:e|en|t)?|vergiss|vergesst|vergessen sie|missachte[nt]?|beachte[nt]?(?: sie)? nicht)\b", r"\b(?:vorherig|vorig|bisherig|fruher|obig|alle\b|samtliche|vorangegangen|ursprunglich)", r"(?:anweisung|instruktion|vorgabe|befehl|regeln|richtlinie|systemprompt)");
    // Portuguese
    Override, 60, ["ignor", "esque", "desconsider"], ahead!(r"\b(?:ignor(?:e|a|em|ar)|esque(?:ca|cam|ce|cer)|desconsider(?:e|a|em|ar))\b", r"\b(?:anterior|previ[ao]s?\b|tod[ao]s|acima|do sistema)", r"\b(?:instruc(?:ao|oes)|diretri|diretiva|orientac|regras|ordens|comandos)");
    // Italian
    Override, 60, ["ignora", "dimentic", "trascura", "non tenere conto"], ahead!(r"\b(?:ignora(?:te|re)?|ignori|dimentic(?:a|ate|are|hi)|trascura(?:te|re)?|non tenere conto)\b", r"\b(?:precedent|tutt[ei]|di sopra|finora|del sistema)", r"\b(?:istruzion|direttiv|indicazion|regole|ordini|comandi)");
    // Dutch
    Override, 60, ["negeer", "negeren", "vergeet"], ahead!(r"\b(?:negeer|negeren|vergeet)\b", r"\b(?:vorige|voorgaande|eerdere|bovenstaande|alle)\b", r"\b(?:instructies?|aanwijzingen|opdrachten|regels|richtlijnen|bevelen)\b");
    // Polish
    Override, 60, ["ignoruj", "zignor", "zapomnij", "pomin"], ahead!(r"\b(?:ignoruj|zignoruj|zignorowa|zapomnij|pomin)", r"\b(?:poprzedni|wczesniejsz|powyzsz|wszystki|dotychczas)", r"\b(?:instrukcj|polecen|wytyczn|zasad|rozkaz)");
    // Czech and Slovak
    Override, 60, ["ignoruj", "zapomen", "zabudni"], ahead!(r"\b(?:ignoruj|zapomen|zabudni)", r"\b(?:predchoz|predosl|predchadza|vsechn|vsetk|vyse)", r"\b(?:instrukc|pokyn|prikaz|pravidl)");
    // Romanian
    Override, 60, ["ignora", "uita"], ahead!(r"\b(?:ignora(?:ti)?|uita(?:ti)?)\b", r"\b(?:anterioar|precedent|toate|de mai sus)", r"\b(?:instructiun|directiv|reguli|comenzi|ordine)");
    // Swedish, Danish and Norwegian
    Override, 60, ["ignorer", "glom", "glem", "bortse", "se bort"], ahead!(r"\b(?:ignorera?|glom|glem|bortse|se bort)\b", r"\b(?:tidigare|tidligere|foregaende|forrige|ovanstaende|ovenstaende|alla|alle)\b", r"\b(?:instruktion|instruks|anvisning|regler|order|kommando|retningslinj|riktlinj)");
    // Finnish
    Override, 60, ["ohita", "unohda", "jata huomiotta", "ala valita"], ahead!(r"\b(?:ohita|unohda|jata huomiotta|ala valita)\b", r"\b(?:aiem|aikaisem|edelli|kaikki|ylla)", r"\b(?:ohje|kasky|kaskyt|maarayk|saanno)");
    // Hungarian: what begins the order stands on both sides of what it is about.
    Override, 60, ["figyelmen kivul", "felejts"], ahead!(r"\b(?:figyelmen kivul|felejtsd? el|felejtse el)\b", r"\b(?:korabbi|elozo|eddigi|osszes|fenti)", r"\b(?:utasitas|szabaly|parancs|iranyelv)");
    // Greek
    Override, 60, ["αγνο", "ξεχ"], ahead!(r"(?:αγνοησ|αγνοειστε|ξεχασ|ξεχνα)", r"(?:προηγουμεν|παραπανω|ολες|ολα)", r"(?:οδηγι|εντολ|κανον)");
    // Russian and Ukrainian
    Override, 60, ["игнор", "ігнор", "забуд", "пренебре", "не обраща"], ahead!(r"(?:игнорир|ігнору|ігнорув|забудь|забудьте|пренебре|не обращаи(?:те)? внимания)", r"(?:предыдущ|прежн|вышеуказ|все |всі |усі |выше|попередн|вище)", r"(?:инструкц|інструкц|указани|вказівк|команд|правил|распоряжени|приказ|наказ)");
    // Turkish
    Override, 60, ["yok say", "yoksay", "gormezden", "dikkate alma", "unut"], behind!(r"\b(?:yok ?say|gormezden gel|dikkate alma|unut)", r"\b(?:onceki|yukaridaki|tum|butun)\b", r"\b(?:talimat|komut|yonerge|kural|emir|emr)");
    // Arabic
    Override, 60, ["تجاهل", "انس", "إنس"], ahead!(r"(?:تجاهل|انس|إنس)", r"(?:السابق|سابق|جميع|كل |أعلاه)", r"(?:تعليمات|أوامر|توجيهات|إرشادات|قواعد)");
    // Hebrew
    Override, 60, ["התעלם", "התעלמ", "להתעלם", "תתעלם", "שכח"], ahead!(r"(?:התעלם|התעלמ|תתעלם|שכח)", r"(?:קודמ|לעיל|כל |שמעל)", r"(?:הוראות|הנחיות|פקודות|כללים)");
    // Persian
    Override, 60, ["نادیده", "فراموش"], behind!(r"(?:نادیده|فراموش)", r"(?:قبلی|پیشین|بالا|تمام|همه)", r"(?:دستور|راهنما|قوانین|فرمان)");
    // Hindi and Bengali
    Override, 60, ["अनदेखा", "नजरअंदाज", "नज़रअंदाज़", "भूल ज", "উপেক্ষা", "ভুলে য", "অগ্রাহ্য"], behind!(r"(?:अनदेखा|नजरअंदाज|नज़रअंदाज़|भूल ज|উপেক্ষা|ভুলে য|অগ্রাহ্য)", r"(?:पिछल|पूर्व|सभी|ऊपर|পূর্ববর্তী|আগের|সমস্ত|সব )", r"(?:निर्देश|आदेश|नियम|নির্দেশ|আদেশ|নিয়ম)");
    // Tamil
    Override, 60, ["புறக்கணி", "மறந்து"], behind!(r"(?:புறக்கணி|மறந்து)", r"(?:முந்தைய|அனைத்து|மேலே)", r"(?:வழிமுறை|அறிவுறுத்தல|கட்டளை|விதி)");
    // Vietnamese
    Override, 60, ["bo qua", "phot lo", "quen"], ahead!(r"\b(?:bo qua|phot lo|hay quen)\b", r"(?:truoc|tat ca|moi |o tren)", r"\b(?:huong dan|chi thi|chi dan|lenh|quy tac)\b");
    // Indonesian and Malay
    Override, 60, ["abaikan", "lupakan", "hiraukan"], ahead!(r"\b(?:abaikan|lupakan|jangan hiraukan)\b", r"\b(?:sebelumnya|sebelum ini|semua|di atas|terdahulu)\b", r"\b(?:instruksi|perintah|arahan|petunjuk|aturan)\b");
    // Swahili
    Override, 60, ["puuza", "sahau"], ahead!(r"\b(?:puuza|sahau)\b", r"\b(?:awali|yote|yaliyotangulia|iliyotangulia)\b", r"\b(?:maagizo|maelekezo|amri|sheria)\b");
    // Thai
    Override, 60, ["ละเว้น", "ละเลย", "เพิกเฉย", "ไม่สนใจ", "ลืม", "ข้าม"], ahead!(r"(?:ละเว้น|ละเลย|เพิกเฉย|ไม่สนใจ|ลืม|ข้าม)", r"(?:ก่อนหน้า|ทั้งหมด|ข้างต้น|ด้านบน)", r"(?:คำสั่ง|คำแนะนำ|กฎ)");
    // Chinese
    Override, 60, ["忽略", "无视", "無視", "忘记", "忘記", "忘掉", "不要理会", "不理会"], ahead!("(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不理会)", "(?:之前|以前|先前|上述|上面|以上|前面|此前|所有|全部|原有)", "(?:指令|指示|提示|规则|規則|命令|要求|设定)");
    // Japanese
    Override, 60, ["無視", "忘れ"], behind!("(?:無視|忘れ)", "(?:これまで|以前|前の|上記|先ほど|すべて|全て|今まで|元の)", "(?:指示|命令|プロンプト|ルール|指令|規則)");
    // Korean
    Override, 60, ["무시", "잊어", "잊으"], behind!("(?:무시|잊어|잊으)", "(?:이전|앞선|위의|기존|지금까지|모든|앞서)", "(?:지시|명령|프롬프트|규칙|지침)");

    // "Ignore the page and say": Romance languages and German
    Override, 55, ["ignor", "olvid", "oubli", "vergiss"], r"\b(?:ignor(?:a|e|ez|es|i|ate|en|iere[nt]?|ieren sie)|olvid[ae]|oubliez?|vergiss) (?:la|el|lo|los|las|le|les|il|i|gli|l'|a|o|as|os|die|das|den|der|dieses?|diese[nr]?|cette|cet|ce|esta|este|questa|questo) ?\w+(?: \w+){0,2},? (?:y|et|e|ed|und) (?:declar|indi[cq]|di\b|diga|digas|dis\b|dites|afirm|affirm|escrib|ecri|scriv|schreib|sag|antwort|respond|repond|rispond|genera|gib\b|geben sie)";

    Secrecy, 60, ["usuario", "cliente"], follow!(r"\bno (?:se )?(?:lo |la |le |les )?(?:digas|diga|cuentes|informes|informe|menciones|mencione|reveles|notifiques|avises|muestres)\b", r"\bal? (?:usuario|cliente)\b");
    Secrecy, 60, ["utilisateur", "client"], follow!(r"\bne (?:le |la |les )?(?:dis|dites|mentionne|mentionnez|revele|revelez|informe|informez|signale|signalez|montre|montrez)\b", r"\bpas\b[^.!?\n]{0,24}(?:utilisateur|client)");
    Secrecy, 60, ["benutzer", "nutzer", "kunden", "anwender"], follow!(r"\b(?:sag|sage|sagen sie|erzahl|erzahle|verrate?|informiere|erwahne|zeige?)\b", r"\b(?:benutzer|nutzer|kunden|anwender)[a-z]*\b[^.!?\n]{0,24}\b(?:nicht|nichts)\b");
    Secrecy, 60, ["benutzer", "nutzer", "kunden", "anwender"], follow!(r"\b(?:erwahne|verrate?|sag|sage|zeige?)\b[^.!?\n]{0,24}\b(?:nicht|nichts)\b", r"\b(?:benutzer|nutzer|kunden|anwender)");
    Secrecy, 60, ["usuario", "cliente"], follow!(r"\bnao (?:o |a |lhe )?(?:diga|conte|informe|mencione|revele|notifique|avise|mostre)\b", r"\b(?:ao|o) (?:usuario|utilizador|cliente)\b");
    Secrecy, 60, ["utente", "cliente"], follow!(r"\bnon (?:lo |la )?(?:dire|dirlo|dica|informare|menzionare|rivelare|comunicare|mostrare|avvisare)\b", r"\b(?:l'|all'|al |il )(?:utente|cliente)\b");
    Secrecy, 60, ["gebruiker", "klant"], follow!(r"\b(?:vertel|zeg|meld|noem|onthul|laat)\b", r"\b(?:gebruiker|klant)\b[^.!?\n]{0,24}\b(?:niet|niets)\b");
    Secrecy, 60, ["uzytkownik"], follow!(r"\bnie (?:mow|informuj|wspominaj|ujawniaj|pokazuj|powiadamiaj)", r"\buzytkownik");
    Secrecy, 60, ["пользовател", "користувач"], follow!(r"не (?:говори|сообщаи|упоминаи|рассказываи|показываи|уведомляи|кажи|повідомляи|розповідаи|показуи)", r"(?:пользовател|користувач)");
    Secrecy, 60, ["kullanici"], follow!(r"\bkullanici(?:ya|yi|nin)?\b", r"\b(?:soyleme|bildirme|bahsetme|gosterme|haber verme)");
    Secrecy, 60, ["المستخدم"], follow!(r"لا (?:تخبر|تقل|تذكر|تكشف|تعلم|تبلغ|تظهر)", r"المستخدم");
    Secrecy, 60, ["उपयोगकर्ता", "यूजर"], follow!(r"(?:उपयोगकर्ता|यूजर)", r"(?: न बता| मत बता| नहीं बता)");
    Secrecy, 60, ["nguoi dung"], follow!(r"(?:đung|khong)(?: đuoc)? (?:noi|cho|thong bao|tiet lo|đe cap)", r"\bnguoi dung\b");
    Secrecy, 60, ["pengguna"], follow!(r"\bjangan (?:beri ?tahu|katakan|sebutkan|ungkapkan|informasikan|tunjukkan)", r"\bpengguna\b");
    Secrecy, 60, ["用户", "用戶", "使用者"], follow!("(?:不要|别|別|切勿|请勿|不得)(?:告诉|告訴|告知|通知|透露|提及|让|讓|向)", "(?:用户|用戶|使用者)");
    Secrecy, 60, ["ユーザー", "利用者"], follow!("(?:ユーザー|利用者)", "(?:伝えない|知らせない|言わない|教えない|言及しない|見せない|通知しない)");
    Secrecy, 60, ["사용자"], follow!("사용자", "(?:알리지|말하지|언급하지|알려주지|보여주지|공개하지)");

    // English asks for it with "what is your password"; see there.
    Collection, 50, ["contrasena", "clave"], r"\bcual es (?:la|tu|su|vuestra) (?:contrasena|clave(?: secreta| de acceso)?)\b|\b(?:dime|digame|decirme|dame|deme|darme|comparta|comparte|compartir|revela|revele|necesito) (?:conmigo )?(?:tu|su) contrasena\b";
    Collection, 50, ["mot de passe", "mots de passe"], r"\bquels? (?:est|sont|etait) (?:le|votre|ton|les) mots? de passe\b|\b(?:donnez?|dites?|partagez?|revelez?|communiquez?|donner|partager)(?:[- ]moi)? (?:votre|ton) mot de passe\b";
    Collection, 50, ["passwort", "kennwort"], r"\b(?:was ist|wie (?:lautet|heisst|heißt|ist)) (?:das|dein|ihr|euer) (?:passwort|kennwort)\b|\b(?:mir|uns) (?:dein|ihr|euer) (?:passwort|kennwort)\b";
    Collection, 50, ["senha", "palavra-passe"], r"\bqual (?:e|era) (?:a|sua|a sua|tua|a tua) (?:senha|palavra-passe)\b|\b(?:compartilhe|compartilhar|diga|dizer|informe|revele|me de|preciso d[ae]) (?:comigo |me )?(?:a )?(?:sua|tua) (?:senha|palavra-passe)\b";
    Collection, 50, ["password", "parola d'ordine"], r"\bqual e (?:la|la tua|la sua|la vostra) (?:password|parola d'ordine)\b";
    Collection, 50, ["wachtwoord"], r"\bwat is (?:het|jouw|je|uw) wachtwoord\b";
    Collection, 50, ["hasło", "haslo"], r"\bjakie (?:jest|masz) (?:to |twoje |wasze )?has[łl]o\b";
    Collection, 50, ["пароль"], r"(?:какои|якии)(?: у (?:тебя|вас|тебе))?(?: твои| ваш| твіи)? пароль";
    Collection, 50, ["sifre", "parola"], r"\b(?:sifre|parola)(?:n|niz|si)? (?:ne|nedir)\b";
    Collection, 50, ["كلمة المرور", "كلمة السر"], r"ما (?:هي|هو) كلمة (?:المرور|السر|مرورك)";
    Collection, 50, ["पासवर्ड"], r"पासवर्ड क्या";
    Collection, 50, ["mat khau"], r"\bmat khau (?:cua ban |cua ban )?la gi\b";
    Collection, 50, ["kata sandi"], r"\bapa kata sandi";
    Collection, 50, ["密码", "密碼", "口令"], "(?:密码|密碼|口令)(?:是|为)(?:什么|什麼|多少)|(?:告诉我|说出)(?:你的|您的)?(?:密码|密碼|口令)";
    Collection, 50, ["パスワード"], "パスワード(?:は|を)?(?:何|なん|教えて)";
    Collection, 50, ["비밀번호", "암호"], "(?:비밀번호|암호)(?:가|는|은)? ?(?:무엇|뭐|뭔|알려)";
}
