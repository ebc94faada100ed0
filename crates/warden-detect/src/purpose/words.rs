//! Words of misdeeds, and of what deals with them honestly.

use std::sync::LazyLock;

/// A table of words.
macro_rules! words {
    ($(#[$about:meta])* $name:ident: $words:literal;) => {
        $(#[$about])*
        pub(super) static $name: LazyLock<Vec<&'static str>> =
            LazyLock::new(|| $words.split_ascii_whitespace().collect());
    };
}

words! {
    /// Beginnings of words that name a misdeed or whoever does it.
    MISDEEDS: "adulterat backdoor blackmail blindspot bomber botnet brainwash bribe bribery bribing burglar \
     bypasser cartel catfish cheat cheater coerc collude collusion concealer concealment \
     counterfeit cracker cryptojack cyberbull deceiv decept deface defacement defam defraud \
     degradation degrader destabili disabler discriminat disinform disrupt distorter diversion \
     divert dodger doxing doxx drainer eavesdrop embezzl espionage exfiltrat extort fabricat \
     faker fakery falsif forger forging fraud gaslight grabber groomer hacker hacking harass \
     hijack impersonat infiltrat intimidat intruder jammer jamming keylog kickback launder \
     leakage leaker libel malicious malpractice malware misadvi misallocat misappl misappropriat \
     misbill misclassif misdiagnos misdirect misfil misguid misinform misinvoic mislabel mislead \
     mispric misreport misrepresent misstat mistreat neglect negligen obstruct overbill overcharg \
     peeper peeping perjur phish pickpocket pimp piracy plagiar poisoner poisoning ponzi quackery \
     racketeer ransom rigger rigging robbery rootkit sabotag saboteur scam scammer sextort \
     sexual_harass silencer siphon skimmer skimming slander smear smuggl snoop spammer spoof \
     spying spyware stalk steal stealer stealing swatting swindl tamper theft thief thieves \
     traffick trapper unauthori undermin underreport usurp vandal wiretap";
}

words! {
    /// Words that name a misdeed if what it is done to can be harmed by it (see [`VICTIMS`]).
    HARMS: "abuse alteration alterations alterer attack attacks backdating blinder breach breaches \
     bypass bypassing cloner cloning compromise corruption crash crasher degrade denial \
     deprivation destroyer destruction disclosure doping dropper dumping duplication eraser \
     erasure evader evasion exclusion exploitation exploiter exposer exposure flooder flooding \
     harvest harvester harvesting hider hijacking infection infector inflation inflator \
     infringement infringer injection injector intercept interception interceptor interference \
     interruption jam killer laundering leak leaks manipulation manipulator masking misuse \
     modification overload poison redirector remover replay rollback seller shredder skipper \
     sniffer sniffing spam spy suppression suppressor surveillance swapper takeover tampering \
     threat threats unmasker violation wiper wiping withholding";
}

words! {
    /// Beginnings of words for what belongs to somebody, or on which somebody relies.
    VICTIMS: "accus account adverse alarm alert antivirus audit auditor author autopilot ballot bank benchmark bid camera \
     card case cctv certificat child citation citizen claim client clinical code command compan competitor \
     complian confiden content control court credential credit customer data deal diagnos diet \
     dll dns document donor driver drug edr election emergenc emission employee engine evidence exam \
     expense fact file financ firewall firmware flight fund gateway grade guardrail guest health hour \
     hours ident identity incident informant information inspection insur integrit interlock inventor \
     invoice journal judge judicial key law ledger legal licen loan location log logging mailbox market \
     medic member mileage mission money news odometer order overtime package patent patient \
     payment payroll peer pension personal pilot plan player policyholder post prescription price \
     privacy private process product profile property publication rating recall record regulat \
     report research result review royalt safety salary sample sanction score security sensor \
     server side_effect software source sql statement stock student supplier survey system tax \
     teacher telemetry tenant tender test therap ticket trad traffic transaction transcript trial \
     user vault vehicle voice vot vote voter wage warning whistleblow witness";
}

words! {
    /// Words that say that something is not what it seems, before something on which somebody relies.
    SHAMS: "bogus bootleg doctored fake false falsified fictitious forged fraudulent phantom phony \
     rigged sham";
}

words! {
    /// Words that say that nobody is to see it, before a deed.
    UNSEEN: "clandestine covert covertly discreet hidden illegal illicit insider rogue secret secretly \
     shadow silent sneaky stealth stealthy undetected unlawful unseen";
}

words! {
    /// Deeds that nobody hides who may do them.
    DEEDS: "access backup camera capture channel collection collector copier copy deletion edit editor \
     exchange exfil export exporter extraction fee fees forwarder forwarding injection install \
     installer leak logger logging manipulation markup miner mining modification modifier \
     monitoring move payment payments reader reallocation recorder recording redirect redirection \
     removal sharing surveillance tracker tracking trade trading transfer transfers upload \
     uploader withdrawal";
}

words! {
    /// Words at the beginning of a name whose bearer looks at misdeeds, tells of them or undoes them.
    LOOKS: "about add against alert analyse analyze anti assess audit avoid block calculate check \
     classify clean close compare compute count create defend delete denied denunciar deny \
     describe detect detecta detectar detecter detector deteksi detekt educate erkenne estimate \
     explain export fetch fight file filter find flag get guard handle has hunt identify \
     impersonate inspect investigate is isfraud learn list log lookup map measure meld melden \
     mitigate monitor no non notify open predict prevent protect quarantine query read record \
     recover remove report report_ reports resolve respond review rileva scan score search secure \
     segnala show signaler silent simulate stop submit summarise summarize teach tell tespit test \
     train triage update validate verify view warn wykryj";
}

words! {
    /// Words behind a misdeed that make it the subject of honest work.
    GUARDS: "advice advisor alert alerts analyser analysis analytics analyzer assessment awareness \
     blocker blocking brief briefing calculator case cases catalog catalogue challenge check \
     checker claim claims classifier cleaner complaint complaints count course database dataset \
     db defence defense definition detect detection detector detectors drill education evaluation \
     evaluator evident examples exercise explainer faq feed filter filters finder flag flags game \
     graph guard guide guidelines handler handling help helper helpline hint history hotline \
     hotlines incident incidents index indicators info information insight insights insurance \
     intel intelligence investigation investigator kit lab law laws lesson list log logs lookup \
     manual map melding mitigation model monitor monitoring museum news notes notice novel \
     pattern patterns playbook policies policy preventer prevention proof protection protector \
     quiz quotes rate rates recovery register registry removal report reporter reporting reports \
     resistant responder response review reviews risk risks roth runbook sandbox scan scanner \
     scenario scenarios score scores scoring screen screening seal seals search sheet shield \
     signals simulate simulation simulator statistics stats story support surface tabletop test \
     tester tests timeline training tree trends vector vectors warning warnings window windows \
     workshop";
}

words! {
    /// Misdeeds as verbs at the beginning of a name: what follows is done to.
    VERBS: "blackmail bribe cheat counterfeit deceive deface defraud disrupt divert embezzle extort \
     fabricate falsify forge harass hijack impersonate infiltrate intimidate launder obstruct \
     plagiarise plagiarize poison rig sabotage smuggle spoof steal tamper vandalise vandalize";
}

words! {
    /// Words of [`GUARDS`] that can be what such a verb is done to.
    OBJECTS: "case cases claim claims database dataset db history incident incidents index info \
     information list log logs model news policies policy record report reports review reviews \
     score scores statistics stats test tests";
}
