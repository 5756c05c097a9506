"""What a line's words are worth: whether they complain, name a closed reason, name a thing, or only carry another's."""

from __future__ import annotations

import functools
from typing import Final

from diagnostics.patterns import Pattern, Patterns, compiled

LOOKED: Final = 2000
"""Characters of a line that are looked at."""

CACHED: Final = 8192
"""Lines whose worth is remembered: one reading asks for it several times, and logs repeat themselves."""

_FOLDED: Final = str.maketrans("01236789", "00000000")
"""Makes lines alike that differ in their numbers; 4 and 5 stay, as statuses begin with them."""

_COUNTED: Final = compiled(
    r"(?i)\b(?:0|no|without|keine?|ohne|aucune?|sans|sin|zero|brak) (?:errors?|failures?|failed|fehlern?|erreurs?"
    r"|errore?s?|błęd\w+|hata)\b|\b(?:errors?|failures?|failed|fehler|erreurs?)\s?[=:]\s?(?:0|none|null|false|\[\]"
    r"|<nil>)(?:\W|$)"
    r"|\b0 hata\b|0 ошибок|\berror[_ -]?(?:handler|handling|page|log|reporting|budget|rate|code 0)s?\b"
    r"|\bfail(?:ure)?[_-]?(?:over|fast|safe|threshold)\b"
    r"|\b[A-Za-z]\w*(?:[._-]\w+)+\s?=\s"
    r"|^(?:if|when|unless|in case) [^,.;]{1,100}\b(?:is|are|does|do|has|have|can) ?n[o']t\b[^,.;]{1,60},"
    r"|\b(?:on|ignore|skip|max|allowed)[_ -]?(?:errors?|failures?)\b|\bif (?:missing|not (?:present|exists?))\b"
)
"""Words of trouble that say that there is none."""

_COMPLAINT: Final = compiled(
    r"(?i)\berror|errors?\b|fail|\bfatal|\bcan ?not\b|can't|could ?n[o']t|\bunable|won't|doesn't|didn't|isn't"
    r"|wasn't|aren't"
    r"|refus|denied|invalid|missing|required|not found|no such|\bnot (?:a|an|in|set|valid|defined|allowed|exist"
    r"|supported"
    r"|permitted|available|initialized|enabled|configured|compatible|provided|specified|been|loaded|present|empty"
    r"|match|running"
    r"|readable|writable|installed|accessible|recogni[sz]ed|implemented|possible|enough|understood|equal|have|resolve)"
    r"|does not|did not|is not|are not|was not|has no|have no|there (?:is|are) no\b"
    r"|\bno (?:valid|suitable|default"
    r"|usable|matching|private|available)"
    r"|unexpected|violat|duplicate|exception|panic|\babort|illegal|\bunknown|must (?:be|not|have|specify|set"
    r"|contain|match|define|provide|supply)|corrupt"
    r"|\bun(?:terminated|matched|balanced|bound|set|declared|initiali[sz]ed|readable|writable|usable|parsable"
    r"|closed|escaped|known|able)\b|unrecogni[sz]ed|unsupported|undefined|unresolved|unreachable|unavailable"
    r"|unauthori[sz]ed|forbidden|incompatible|mismatch"
    r"|insufficient|exceed|exhaust|too (?:many|few|low|large|small|old|new|long|short)|time[d -]?out|\bexpired"
    r"|already (?:exists?|in use|running|bound|locked|registered|applied|(?:been )?(?:initiali[sz]ed"
    r"|bootstrapped|set up))"
    r"|\brequires? (?:an?|the|at least|that|either|one of|version|python|php|java|node|go|ruby)\b|\bneeds? to be\b"
    r"|\bneed(?:s|ed)? (?:a |the )?(?:re-?configur|upgrad|migrat|repair|re-?initiali)"
    r"|\bout[- ]of[- ]date\b|differs? from|different (?:from|than|with)\b|\bpending migrations?\b|migrations? (?:are"
    r"|is) pending\b"
    r"|\bpre-?existing\b|\bread-only (?:directory|folder|volume|mount|file)"
    r"|out of (?:memory|range|disk|space)|segmentation|core dumped|\bkilled\b|deadlock|overflow|misconfigur"
    r"|\bversion \S+ is (?:lower|higher|older|newer|less|greater) than\b"
    r"|\bbut (?:there (?:is|was)|found|got|have|the (?:found|actual))\b"
    r"|malformed|ambiguous|conflict|\b(?:larger|greater|bigger|longer) than (?:the )?(?:max|allowed|limit|configured)"
    r"|\bbad\b|\bbungled\b|\bwrong\b|reject|crash|stale|\bdirty\b|still missing|gave up|giving up"
    r"|\bplease (?:provide|set|specify|define|supply|accept|agree)\b|no (?:answer|response|reply)\b|asks? for unknown"
    r"|\black of\b"
    r"|unhandled|uncaught|deadline"
    r"|fehl|ungültig|\bnicht\b|kein\b|\béchec|échou|impossible"
    r"|introuvable|manqu|invalide|ошибк|не удалось|не найден"
    r"|не задан|неверн|невозможно|错误|錯誤|失败|失敗|无法|無法|缺少|エラー"
    r"|できません|見つかりません|不正|\bhata|başarısız"  # noqa: RUF001 — words of other languages
    r"|geçersiz|bulunamad|edilemedi|yok\b|błąd|nie można|nie udał"
    r"|nieprawid|brak\b|\berro\b|falh|inválid|não (?:foi|é|pode)"
    r"|fall[óo]\b|no se pud|no se encontr|falta\b|errore|impossibile"
    r"|non (?:trovat|valid|è)|mislukt|ongeldig|ontbre|chyb"
    r"|hiba|érvénytelen|hiányz|saknas|ogiltig|kunde inte|오류|실패|없습니다"
)

_CLOSED: Final = compiled(
    r"(?i)connection refused|\b(?:is|are|was|were) missing\b|no such file or directory|permission denied"
    r"|no such host|address already in use"
    r"|read-only (?:file system|directory|volume|mount)"
    r"|no space left|operation not permitted|connection reset|no route to host|network is unreachable|i/o timeout"
    r"|(?:could ?n[o']t|can ?not|can't|unable to|failed to) (?:look ?up|resolve) (?:the )?(?:host|address|name)\w*"
    r"|could not be resolved|name or service not known|temporary failure in name resolution|getaddrinfo"
    r"|(?-i:\bE(?:ACCES|ADDR|AGAIN|CONN"
    r"|EXIST|HOST|INVAL|IO|ISDIR|LOOP|MFILE|NET|NOENT|NOSPC|NOTDIR|NOTFOUND|NOTSUP|PERM|PIPE|ROFS|TIMEDOUT"
    r"|RR)[A-Z_]*\b)|cannot allocate memory|out of memory"
    r"|x509|certificate|no module named|cannot find module|class ?not ?found|cannot open shared object"
    r"|not found in|exec format"
    r"|password authentication|access denied|authentication fail|unauthori[sz]ed|forbidden|SQLSTATE"
    r"|status(?: code)?:? [45]\d\d|\b[45]\d\d (?:[A-Z]\w+)"
    r"|invalid (?:value|argument|option|port|url|configuration|format|syntax|literal|type|character|digit|address"
    r"|data|reference|host|token|credential|key)"
    r"|unknown (?:flag|option|field|key|property|directive|plugin|command|codec|argument|parameter|database"
    r"|revision|type|variable|setting|host)"
    r"|unrecogni[sz]ed|unsupported|not defined|undefined|is required|must (?:be|have|specify|set|not)"
    r"|(?:may|can|should) ?not be (?:empty|null|blank|nil)|not (?:set"
    r"|provided|specified|configured|supported|allowed|found|enabled)"
    r"|cannot parse|parse error|syntax error|unmarshal|unexpected (?:token|end|character|EOF)"
    r"|expected\b.{1,80}\b(?:got|found|but|received)|found .{1,60} expected"
    r"|already (?:exists?\b|applied|(?:been )?(?:initiali[sz]ed|bootstrapped|set up))|does ?n[o']t exist"
    r"|too (?:many|low|open"
    r"|old|new|large|small)|already (?:locked|running)"
    r"|missing (?:required )?(?:flag|argument|option|variable|environment|env|value|key|field|parameter|setting"
    r"|property)"
    r"|bad (?:directive|option|value|configuration|argument|request|interpreter)|no matches for kind"
    r"|(?:in)?compatible"
    r"|\bversion \S+ (?:(?:!=|<|>) \S|is (?:lower|higher|less|greater) than\b)|downgrad|upgrad"
    r"|\b(?:newer|older)\b|lock(?:ed| file)|illegal instruction"
    r"|segmentation fault|core dumped"
    r"|deadline exceeded|timed out|corrupt|inotify|max_map_count"
    r"|unable to (?:lock|open|resolve|connect|bind|load|create|read|write|parse|find|locate|access|use)"
    r"|could not (?:open|resolve|connect|bind|load|create|read|write|parse|find|locate|access|be found|translate)"
    r"|cannot (?:open|resolve|connect|bind|load|create|read|write|parse|find|locate|access|stat|list|be)|fail(?:ed"
    r"|ure) to (?:open|resolve|connect|bind|load|create|read|write|parse|find|locate|access)"
    r"|expired|quota|\bbroken parts?\b|\bdirty (?:database|schema|state|version|migration|flag)|member not found"
    r"|quorum|insufficient"
    r"|exceed|duplicate|mismatch|misconfigur|\b(?:larger|greater|bigger|longer) than (?:the )?(?:max|allowed|limit)"
    r"|\b\d{4} \((?:HY|[0-9]{2})[0-9A-Z]{3}\)"
    r"|\b(?:not|never) (?:yet )?(?:been )?(?:properly )?(?:formatted|initiali[sz]ed|bootstrapped|migrated"
    r"|seeded|provisioned)"
    r"|couldn't set[ug]id|drop privilege|frozen mode|\brequires? (?:an?|the|at least|version|python|php|java|node) \w"
    r"|\bneed(?:s|ed)? (?:a |the )?(?:re-?configur|upgrad|migrat|repair|re-?initiali)"
    r"|\bdiffers? from\b|\bdifferent (?:from|than|with)\b|\bpending migrations?\b|migrations? (?:are|is) pending"
)
"""Words of closed vocabularies, and of families that say what was wrong with which kind of thing."""

_SUBJECT: Final = compiled(
    r"(?:^|[\s\"'`(=:\[])\.{0,2}/[\w.-]{3,}(?:/[\w.-]+)*|[\w-]+\.[\w.-]+:\d{2,5}\b|\b\d+\.\d+\.\d+\.\d+\b"
    r"|[\"'`“‘«][^\"'`”’»]{1,120}[\"'`”’»]|\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b"  # noqa: RUF001 — quotes of many languages
    r"|(?:^|\s)--?[a-zA-Z][\w-]+|\w+://\S+|\b[\w-]+:\d{2,5}\b|\w+\.(?:ya?ml|json|toml|conf|ini|cfg|properties|xml"
    r"|crt|pem|key|so|jar|py|js|rb|sock|sql|db)\b"
)

_WRAPPER: Final = compiled(
    r"(?i)exit(?:ed|ing)?:? (?:with )?(?:non-?zero )?(?:status|code)(?: code)?:?=? ?-?\d*\W*$"
    r"|\breturned (?:a )?non-?zero|^exit(?:ed)? \d+$|\bfailed, exited with \d+\W*$"
    r"|^\W*BOOT FAILED|Kernel pid terminated|Crash dump is being written|\bELIFECYCLE\b|^npm (?:ERR!|error)"
    r"|^error Command failed|^info Visit https"
    r"|^make(?:\[\d+\])?: \*\*\*|^failed services\W*$|\bfailed because (?:it depends|of)|which has failed\W*$"
    r"|\bsee (?:the )?(?:above|below|log|previous|error|root cause|details)"
    r"|for more (?:information|details)|\b(?:root cause|errors?|messages?|logs?) (?:is |are )?above|check (?:the "
    r"|your )?(?:log|output|above)|refer to (?:the )?(?:log|above)"
    r"|worker failed to boot|haltserver|^Shutting down: Master|\bstopped unexpectedly\W*$|^Reason: (?:Worker"
    r"|App) failed|App failed to load"
    r"|application (?:run|startup|start|initiali[sz]ation|boot) failed\W*(?:exiting)?\W*$"
    r"|^APPLICATION FAILED TO START|startup failed\W*$|start-?up (?:sequence )?(?:aborted|failed)\W*$"
    r"|^(?:\S+ )?(?:fatal )?(?:error )?problem running manager\W*$|exiting due to (?:an? |the )?(?:previous "
    r"|fatal |unrecoverable )?errors?|(?:error|failure)\W* ?(?:exiting|aborting|quitting|terminating|bye"
    r"|leaving)\W*$"
    r"|^(?:exiting|aborting|aborted|terminating|terminated|quitting|killed|bailing out|giving up|done)\W*$"
    r"|^(?:an? )?(?:fatal |unexpected |unhandled |critical |unrecoverable )?(?:error|exception|failure"
    r"|panic)(?: occurred| encountered| detected)?\W*$"
    r"|too many (?:errors|failures|restarts|crashes)|error budget|retr(?:ies|y (?:limit|attempts?)) (?:exhausted"
    r"|exceeded|reached)|max(?:imum)? (?:number of )?retries\W*$|gave up after|giving up after"
    r"|(?:initiali[sz]ation|migration|setup|startup|start|boot|bootstrap|deployment|provisioning|process|command"
    r"|script|task|job|worker|engine|server|service|app|application|build|container|program|health ?check"
    r"|operation|hook|daemon|main process|installation) (?:has |have )?(?:failed|aborted|crashed|died)\W*$"
    r"|^(?:\S+ )?failed to (?:start|run|boot|init(?:iali[sz]e)?|launch|execute|bootstrap)(?: (?:the "
    r"|up )?[\w ()-]{0,40})?\W*$|^(?:unable|could not|cannot|can't) (?:to )?(?:start|run|boot|continue|proceed"
    r"|launch)(?: (?:the |up )?[\w -]{0,40})?\W*$"
    r"|^(?:Error: )?could not (?:perform|complete) the (?:initial )?(?:load|start-?up|set-?up)\b[^,;:]{0,30}$"
    r"|^Error while (?:loading|compiling|executing|evaluating) \S+ at \S+ line \d+"
    r"|^Error occurred during initialization of VM\W*$|\b(?:load|read|pars|apply|check)ing configuration: fail(?:ed"
    r"|ure)\W*$"
    r"|^command (?:failed|terminated)|subprocess.*returned|Command '.*' returned|CalledProcessError"
    r"|exited (?:prematurely|unexpectedly|abnormally)|process (?:\S+ )?(?:exited|died|ended)"
    r"|\bgot error code\b.*$|^\S+ exited: |entered FATAL state|^exit code: \d+|^core dump|^Aborted\b"
    r"|errors? (?:were|was) (?:encountered|found|detected)\W*$|\b\d+ errors? occurred:?\W*$|^\d+ errors?\W*$"
    r"|^Process finished|^Host terminated unexpectedly|^Stopping due to|not starting\W*$|^panic: (?:exit)?\W*$"
    r"|SystemExit|^(?:config(?:uration)?) (?:check|test|validation) failed\W*$"
    r"|configuration file .{1,200} test failed"
    r"|^error starting (?:the )?\w+\W*$|^startup error\W*$|\bfatal startup\b|^stopping (?:the )?\w+ (?:because"
    r"|due)|\bchecks? failed\W*$|\bcompilation (?:aborted|failed)\b|^Execution halted|FATAL CONFIG FILE ERROR"
    r"|aborting after|^Fatal assertion\b"
    r"|panicked while panicking|unexpected signal during|one or more .{1,40} failed\W*$|^server (?:stopped|exited)"
    r"|^error while (?:starting|running)[\w ]*\W*$"
    r"|\bunable to start service \S+: command exited\b|\bfatal: stopping the container\b"
    r"|\bfailed to (?:properly )?bring (?:all )?(?:the )?services? up\b"
    r"|\b(?:failed|unable|could ?n[o']t|can ?not) (?:to )?(?:create|construct|instantiate|build|start"
    r"|initiali[sz]e|launch|run) (?:an? |the )?"
    r"(?:[\w-]+ ){0,3}(?:process|server|service|application|app|instance|component|manager|context|engine|daemon"
    r"|master|worker|agent|node|broker|module|subsystem)\W*$"
    r"|\ball (?:of )?(?:the )?(?:[\w-]+ ){0,2}(?:director(?:y|ies)|dirs|paths|disks|volumes|stores"
    r"|shards|segments|plugins"
    r"|modules|extensions|components|services|workers|tasks|steps|listeners) (?:have |has )?failed(?: to \w+)?\W*$"
)
"""Words that carry another failure and say nothing of their own."""

_MISCALLED: Final = compiled(
    r"\b\w+\(\) (?:got (?:an unexpected keyword argument|multiple values for|some positional-only)|missing \d+ required"
    r"|takes (?:no|exactly|from|at (?:least|most)|\d+)\b)|\bwrong number of arguments \(given \d+, expected \d+"
    r"|\bToo few arguments to function \w"
)
"""A call that the code makes wrongly, in the words of the runtimes of Python, Ruby and PHP."""

LEAVING: Final = compiled(
    r"(?i)\b(?:exiting|exited?|shutting down|shut ?down|stopp(?:ed|ing)|leaving|clos(?:ing|ed)|flush(?:ed|ing)|goodbye"
    r"|bye|drain(?:ing|ed)|clean(?:ing|ed)? ?up|terminat(?:ed|ing)|removed|finished|done|disconnect(?:ed|ing)"
    r"|destroy(?:ed|ing)|released?|unregister(?:ed|ing)"
    r"|beende[nt]\w*|heruntergefahren|abgemeldet|aufgeräumt"
    r"|gelöscht|arrêt\w*|termin[ée]\w*|fermeture|nettoy\w+|au revoir"
    r"|salien\w+|finaliz\w+|cerra\w+|deten\w+|encerra\w+|saindo|uscita|chiusura|afgesloten|gestopt|avslutar)\b"
    r"|завер[шщ]|остановл|остановк|выход|çıkıl|sonlandır|kapatıl"  # noqa: RUF001 — words of other languages
    r"|silindi|zamyk|zamkni|zakończ|koniec|ukonč|leáll|kilép"
    r"|終了|停止|退出|关闭|關閉|清理|종료"
)
"""What a program prints on its way out."""

_ADVISES: Final = compiled(
    r"(?i)^\W*(?:hint|tip|note|suggestion|possible (?:solution|fix|cause)s?|solution|action|remedy|fix|help|try"
    r"|please|see|make"
    r" sure|check|ensure|consider|refer|visit|for (?:more|further|help|details|verbose)|learn more|read more|to (?:fix"
    r"|resolve|solve|see|enable|install|download)|if (?:this is|you(?:'re| are| want| need| wish)?)"
    r"|you (?:can|may|might|could)|run [`'\"]"
    r"|next time|alternatively|did you (?:mean|forget)|perhaps|use [`'\"-])\b"
)
"""What a program advises after a failure: no work that goes on, and no reason."""

_LINK: Final = compiled(r"^\W*https?://\S+\s*$")

_SECONDARY: Final = compiled(
    r"(?i)broken pipe|after (?:the )?stop sequence|waiting for (?:\w+ )?caches? to (?:be )?sync|caches? to sync"
    r"|not wait for cache|health ?check error|context canceled|operation was canceled|\bcancell?ed\b"
    r"|closed network connection|server closed|pool (?:is )?closed|already (?:closed|stopped|shut)|use of closed"
    r"|connection (?:was )?(?:closed|lost|terminated|aborted)|\bEOF\b|Interrupted|failed to (?:stop|close|flush"
    r"|shut|clean|unregister|deregister|sync|remove|delete)|error (?:while |during |when )?(?:stopping|closing"
    r"|shutting|flushing)"
    r"|unclosed |was never awaited|Task was destroyed|has been stopped|is (?:being )?shut(?:ting)? down"
    r"|during shutdown|^Error relocating \S+: \S+: symbol not found|cannot schedule new futures|rollback"
)
"""Failures that follow from another one's end."""

_STARVED: Final = compiled(
    r"(?i)\brequest was dropped from queue\b|\bconnection pool (?:is )?(?:exhausted|timed? ?out|cannot serve)"
    r"|\bConnection is not available, request timed out\b|\bTimeout acquiring a connection\b|\bQueuePool limit\b"
    r"|\bpool timed out while waiting\b|\b(?:obtain|acquir|get)\w*(?: an?| new)? (?:jdbc )?connection (?:from"
    r"|within) (?:the |its )?pool"
)
"""A pool that has no connection to give: that none could be opened is the reason, and stands before."""

_WAITING: Final = compiled(
    r"(?i)\bwaiting (?:for|on|until)\b|\bretry(?:ing)?\b|\bwill retry\b|\battempt \d|\bsleeping\b|\bbacking off\b"
    r"|\bstill (?:waiting|connecting|missing|not)\b|\btry(?:ing)? (?:again|\d)|\bnot (?:yet )?ready\b"
    r"|\bin \d+ ?s(?:econds)?\b"
)


_CARRYING: Final = 3.0
"""What words lose that only carry another failure."""
_CARRIED: Final = 1.5
"""What they lose where the failure that they carry stands in the same line."""
_BLANKS: Final = str.maketrans(dict.fromkeys("\"'`()[]{}<>,;:=/|", " "))
_COMMON: Final = frozenset(
    (
        *(
            "error",
            "info",
            "warn",
            "warning",
            "fatal",
            "debug",
            "failed",
            "failure",
            "cannot",
            "could",
            "from",
            "with",
            "this",
            "that",
            "after",
        ),
        *(
            "connected",
            "connection",
            "connect",
            "connecting",
            "retrying",
            "retry",
            "server",
            "client",
            "started",
            "starting",
            "ready",
            "successfully",
        ),
        *(
            "refused",
            "timeout",
            "level",
            "main",
            "time",
            "http",
            "https",
            "localhost",
            "unable",
            "dial",
            "open",
            "lost",
            "will",
        ),
    )
)


_KINDS: Final = Patterns(_COMPLAINT, _COUNTED, _CLOSED, _SUBJECT, _WRAPPER, LEAVING, _SECONDARY, _WAITING, _MISCALLED)


def folded(text: str) -> str:
    """Return the text as it is looked at: cut, and alike for lines that differ in their numbers only."""
    return text[:LOOKED].translate(_FOLDED)


@functools.lru_cache(maxsize=CACHED)
def _kinds(text: str) -> frozenset[Pattern]:
    return _kinds_of(folded(text))


@functools.lru_cache(maxsize=CACHED)
def _kinds_of(text: str) -> frozenset[Pattern]:
    found = _KINDS.found(text)
    if _COUNTED not in found:
        return found
    rest = _COUNTED.sub("", text)
    return found - {kind for kind in (_COMPLAINT, _CLOSED) if kind in found and kind.search(rest) is None}


def complains(text: str) -> bool:
    """Whether the words tell of trouble."""
    return _COMPLAINT in _kinds(text[:LOOKED])


def closed(text: str) -> bool:
    """Whether the words name a reason of a closed vocabulary."""
    return _CLOSED in _kinds(text[:LOOKED])


def reason(text: str) -> tuple[int, int] | None:
    """Return where the first words of a closed vocabulary stand, or None."""
    found = _CLOSED.search(text[:LOOKED])
    return None if found is None else (found.start(), found.end())


def names(text: str) -> bool:
    """Whether the words name a thing: a path, an address, a quoted text, a variable, a flag."""
    return _SUBJECT in _kinds(text[:LOOKED])


def miscalled(text: str) -> bool:
    """Whether the words are a runtime's for a call that the code makes wrongly: no setting is to blame."""
    return _MISCALLED in _kinds(text[:LOOKED])


def carries(text: str) -> bool:
    """Whether the words only carry another failure: nothing of them says why."""
    return _WRAPPER in _kinds(text[:LOOKED])


def leaves(text: str) -> bool:
    """Whether the words say goodbye."""
    return LEAVING in _kinds(text[:LOOKED])


def advises(text: str) -> bool:
    """Whether the words tell the reader what to do: they say what may be done about it, not what it is."""
    return _ADVISES.match(text[:80]) is not None or linked(text)


def linked(text: str) -> bool:
    """Whether the line is nothing but an address to read on at, whatever words its path holds."""
    return _LINK.match(text[:LOOKED]) is not None


def starved(text: str) -> bool:
    """Whether the words are a pool's that has no connection to give."""
    return _STARVED.search(text[:LOOKED]) is not None


def waits(text: str) -> bool:
    """Whether the words tell of waiting or another try."""
    return _WAITING in _kinds(text[:LOOKED])


def telling(text: str) -> float:
    """Return how much the words say of why: 0 for none, about 4 for a closed reason of a named thing."""
    if linked(text):
        return 0.0
    kinds = _kinds(text[:LOOKED])
    score = 1.5 * (_COMPLAINT in kinds) + 1.0 * (_CLOSED in kinds)
    score += 1.0 if score and _SUBJECT in kinds else 0.0
    if _WRAPPER in kinds:
        # "max retries exceeded (caused by: name not known)" carries another's words, and gives them too.
        score -= _CARRIED if _CLOSED in kinds and _SUBJECT in kinds else _CARRYING
    return score - 1.5 * (_SECONDARY in kinds)


@functools.lru_cache(maxsize=CACHED)
def subjects(text: str) -> frozenset[str]:
    """Return the words by which two lines may speak of one thing: hosts, names, kinds of things; no common word."""
    return frozenset(
        word for word in text[:LOOKED].lower().translate(_BLANKS).split() if len(word) > 3 and word not in _COMMON
    )
