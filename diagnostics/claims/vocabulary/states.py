"""Families of words for the state that a program meets: files, locks, half-done work, data, and what servers answer."""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType
from diagnostics.claims.vocabulary.naming import Q
from diagnostics.claims.vocabulary.shapes import HOST_PORT
from diagnostics.claims.vocabulary.table import Entry

ENTRIES: Final = (
    Entry(
        ClaimType.CERTIFICATE,
        r"(?i:\b(?:empty|invalid|malformed|unreadable|bad|unusable) (?:ca |tls |ssl |server |client "
        r"|root |x\.?509 |signing )*(?:cert(?:ificate)?|key ?store|trust ?store|private key|trust anchors?)(?: fi"
        r"le| bundle| chain)?\b(?:[: ]+(?P<file>[\w./-]+))?|\b(?:not a|no|missing|invalid|failed to (?:decode"
        r"|parse|find any|load)) (?:valid )?(?:PEM|x\.?509)\b[^\n]{0,60}|\bno (?:valid )?certificates? (?:was "
        r"|were )?(?:found|present|loaded)[^\n]{0,60}|\b(?:failed (?:to )?|unable to |error |cannot |can't "
        r"|could not |couldn't )(?:read|load|pars)(?:e"
        r"|ing)? (?:the )?(?:trus"
        r"t anchors?|(?:ca |tls |root )?cert(?:ificate)?s?(?: bundle| pool)?|key ?pair|key ?store"
        r"|trust ?store)\b[^\n]{0,80}"
        r"|\b(?:cacerts?|ca|certificate) (?:checksum|fingerprint|hash)\b[^\n]{0,90} (?:does not|doesn't"
        r"|do not) match\b[^\n]{0,80})",
    ),
    Entry(
        ClaimType.HALF_DONE,
        r"(?i:\b(?:unclean|dirty|improper|abnormal) shut ?down\b[^\n]{0,80}"
        r"|\bnot (?:be |marked )?(?:as )?safe(?: to (?:bootstrap|start|boot|use))?\b[^\n]{0,60}|\brefus\w+ to (?:s"
        r"tart|boot|bootstrap|open)[^\n]{0,40}(?:unclean|dirty|unsafe|inconsistent|half)[^\n]{0,60}"
        r"|\b(?:iptables|ip6tables|nft|ipset|RTNETLINK answers)\b[^\n]{0,60}: (?P<resource>[\w ]{1,20}) (?:alread"
        r"y )?exists|\bchain already exists"
        r"|(?:cannot|can't|failed to|could not|unable to) (?:create|make) [^\n:]{0,200}: (?:file |already )exists"
        r"|\bdestination path \S+ already exists[^\n]{0,60}|\bInconsistentMigrationHistory\b[^\n]{0,80})",
    ),
    # What an earlier run left is not what this one was told to be.
    Entry(
        ClaimType.HALF_DONE,
        r"(?i:\b(?:existing|saved|stored|recorded|persisted) [^\n]{1,80}?(?:\bis different (?:than|from)|\bdiffers from"
        r"|\bdoes not match|\bis of another \w+ than) (?:the )?(?:requested|config\w*|expected|wanted|given|current)"
        r"\b[^\n]{0,80})",
    ),
    # What an earlier run wrote is not what this one is told: another name, address or cluster.
    Entry(
        ClaimType.HALF_DONE,
        r"(?i:[^\n]{0,160}\b(?:different (?:with|from|than|to)|differs? from|does not match|is not)\b[^\n]{0,120}"
        r"\bneeds? (?:to be )?(?:re-?configur|re-?initiali|re-?creat|repair|rebuil|upgrad|migrat)\w*[^\n]{0,40})",
    ),
    # A step that comes before the first start.
    Entry(
        ClaimType.HALF_DONE,
        r"(?i:(?:[^\n:]{0,120}\b)?(?:is|was|been|are|were|has|have) (?:not|never) (?:yet )?(?:been )?(?:properly )?"
        r"(?:formatted|bootstrapped|seeded|provisioned|unsealed)\b[^\n]{0,60})",
    ),
    # What is done once and was done: a set-up that cannot be repeated meets its own result.
    Entry(
        ClaimType.HALF_DONE,
        r"(?i:\balready (?:been )?(?:initiali[sz]ed|bootstrapped|provisioned|set[ -]?up|formatted|populated)\b"
        r"|\b(?:only (?:be )?(?:works?|run|used|allowed|possible|done|supported) (?:once\b|(?:on|for"
        r"|with) (?:a )?(?:new|empty|fresh"
        r"|clean) \w+)|refus\w+ to overwrite|(?:will|would|can) ?not (?:be )?overwrit\w+|would overwrite)\b[^\n]{0,80}"
        r"|\bpre-?existing (?:\w+ ){0,2}(?:file|director(?:y|ies)|database|data|schema|store|identity|key"
        r"|config(?:uration)?)\b"
        r"[^\n]{0,80})",
    ),
    # What somebody should look at is no finding.
    Entry(
        None,
        r"(?i:\b(?:ensure|make sure|check|verify|confirm)\b[^\n;]{0,200}?\b(?:is|are) not (?:corrupt\w*|damaged"
        r"|truncated)\b[^\n]{0,120})",
    ),
    # The index of a store names a part that is not there: what an earlier run broke off, or somebody removed.
    Entry(
        ClaimType.DATA_CORRUPT,
        r"(?i:(?:['\"][^'\"\n]{1,160}['\"] )?\b(?:is |are |was |were )?(?:listed|referenced|recorded|registered"
        r"|mentioned|named|expected) (?:in|by)\b"
        r"[^\n]{1,240}?\b(?:but|which|and)\b[^\n]{0,20}? (?:is |are |was |were |has |have )?(?:been )?(?:missing\b"
        r"|not (?:found|there|present|on disk)|gone)(?: (?:on|from) (?:the )?(?:disk|volume|store))?"
        r"|\b(?:lists|references|names|points (?:at|to)|refers to)\b[^\n]{1,160}? (?:which|that|but it) (?:is|are|was)"
        r" (?:missing|not (?:found|there|present)|gone)[^\n]{0,40}"
        r"|\b(?:segments?|files?|blocks?|chunks?|logs?|entries|parts?) (?:are|is) not (?:sequential|contiguous"
        r"|consecutive)"
        r"\b[^\n]{0,60})",
    ),
    Entry(ClaimType.HALF_DONE, r"(?i:\bexists? but (?:do|does) not match\b[^\n]{0,60})"),
    # A first run that broke off: the table is there, its row is not.
    Entry(
        ClaimType.HALF_DONE,
        r"(?i:\b(?:table|schema|database|directory|file|store|index|bucket|collection"
        r"|keyspace)\b[^\n]{0,40} exists?,? but"
        r" (?:it )?(?:is empty\b|(?:has|have|holds?|contains?) no\b|no\b|(?:is )?without\b"
        r"|(?:is )?missing\b)[^\n]{0,80}"
        r"|\b(?:database|schema|keyspace)\b[^\n]{0,80}\b(?:table|collection)s? (?:is|are) empty\b[^\n]{0,80}"
        r"|\bnon-?empty (?:schema|database|keyspace)\b[^\n]{0,60}\b(?:but|and) (?:no|without)\b[^\n]{0,60})",
    ),
    # ext4 makes it in the root of each volume (mke2fs(8)); programs take it for data of theirs.
    Entry(ClaimType.HALF_DONE, r"(?P<path>/[\w./-]{0,200}/lost\+found)\b[^\n]{0,80}"),
    Entry(
        ClaimType.DATA_CORRUPT,
        r"(?i:\bbroken (?:parts?|blocks?|index(?:es)?|segments?|pages?|tables?|files?|chunks?)\b[^\n]{0,40}"
        r"|\b(?:epoch|term|offset|sequence|lsn|xid|index)\b[^\n]{0,20} is (?:older|less|lower|smaller"
        r"|behind|greater|ahead)[^\n]{0,10} than [^\n]{1,60})",
    ),
    Entry(
        ClaimType.LOCK_HELD,
        r"(?i:\b(?:lock|pid) ?file \S+ exists\b[^\n]{0,60}|\bis already locked\b|\balready running (?:on"
        r"|with|as) (?:PID|process) ?\d*[^\n]{0,40}|\bstill running with pid \d+|(?:unable|failed"
        r"|could not|cannot) (?:to )?lock (?:file |database )?['\"]?(?P<path>\.{0,2}/[^\s'\"]+)[^\n]{0,60})",
    ),
    Entry(
        ClaimType.ACCESS_DENIED,
        r"(?P<path>/[\w./-]*)(?i: (?:belongs to|is owned by) (?:uid|gid|user|group) \S+ (?:instead of"
        r"|but|not|and not|rather than) \S+)[^\n]{0,60}|(?i:lack(?:ing|s)? (?:the )?privileges? to)[^\n]{0,60}"
        r"|(?i:insufficient permissions? (?:on|for|to \w+) (?:the )?(?:file|directory|folder|path)?:? ?['\"]?)(?P"
        r"<path2>/[^\s'\"]+)",
    ),
    Entry(
        ClaimType.READ_ONLY,
        r"(?i:\bread-only (?:directory|folder|volume|mount(?: point)?|path|location"
        r"|disk)\b:? ?['\"]?)(?P<path>/[^\s'\",;)]+)?",
    ),
    Entry(ClaimType.KERNEL_LIMIT, r"(?i:\bunsupported (?:system )?page size\b)[^\n]{0,40}", {"limit": "page size"}),
    Entry(
        ClaimType.TOO_OPEN,
        r"(?i:permissions? (?P<found>0?\d{3,4}) for ['\"]?(?P<path>/[^\s'\"]+)['\"]? are too open"
        r"|(?:must|should) (?:only )?be (?:accessible|readable|writable|owned)(?: and writable)? (?:only )?by (?:"
        r"the )?(?:owner|its owner|user)(?: only)?|has (?:group or world|world|group) access|(?:file"
        r"|key|directory|keyring|permissions?) [^\n]{0,60}(?:too (?:open|permissive|broad|wide|loose)"
        r"|(?:is|are) world[- ](?:readable|writable)|group[- ](?:readable|writable))|insecure permissions"
        r"|unprotected private key file|: bad permissions\b|permissions should be u=rw[^\n]{0,60}|has wrong ownership"
        r"|\b(?:does not|doesn't|do not) match the owner of (?:the )?(?:data|file|directory|folder|path)\b[^\n]{0,60}"
        r"|WARNING: World-writable config file[^\n]{0,60})",
    ),
    Entry(
        ClaimType.LOCK_HELD,
        r"(?i:(?:\block ?file\b|\bpid ?file\b|\bserver\.pid\b|\bsocket\b) ?[^\n]{0,80}?(?:already exists"
        r"|exists already|is (?:held|locked|in use)|found)[^\n]{0,60}|(?:could not|cannot|can't|couldn't"
        r"|failed to|unable to) (?:\w+/)?(?:obtain|acquire|get|take|create)"
        r"(?: [\w-]+){0,4}? lock(?:file)?s?\b[^\n]{0,160}"
        r"|\b(?:open(?:ing)?) (?:the )?(?:bolt(?:db)?|bbolt|db|database|store)(?: file)?\b[^\n]{0,20}: timeout\b"
        r"|\bis already (?:connected|online) (?:to|with|from) (?:this|the|another)\b[^\n]{0,60}"
        r"|\bLock ?file(?:Error|Exists)\b[^\n]{0,120}|\block (?:is )?(?:already )?held by (?:another|other|process"
        r"|pid|host)[^\n]{0,80}|\b(?:already"
        r"|currently) (?:locked|used|being used|in use|running|opened)(?: \w+)? by (?:another|a different|other"
        r"|process|pid)[^\n]{0,80}|another (?:\w+ )?(?:instance|process|copy|server"
        r"|postmaster)[^\n]{0,60}(?:is )?(?:alrea"
        r"dy |currently )?(?:running|using|holds|has)[^\n]{0,80}"
        r"|\b(?:server|daemon|instance|service|agent|application|program|process|container|broker|node|system|master"
        r"|postmaster|supervisor) is already running\b|waiting for changelog lock"
        r"|resource temporarily locked|state lock(?:ed)?\b[^\n]{0,40}(?:held|error))",
    ),
    Entry(
        ClaimType.HALF_DONE,
        r"(?i:\bmigration\b[^\n]{0,160}\b(?:but has been modified|was modified after it was applied)\b"
        r"|\bapplied migration \S+ is different than\b[^\n]{0,60}"
        r"|\b(?:check ?sums?\b[^\n]{0,120}\b)?was: [^\n]{0,80}\bbut is now\b[^\n]{0,60}"
        r"|\bValidation Failed: \d+ change ?sets? check ?sum\b"
        r"|dirty database version (?P<version>-?\d+)[^\n]{0,60}|\bdatabase is dirty\b[^\n]{0,60}"
        r"|(?:migrat|changeset|changelog|upgrade|schema)[^\n]{0,200}?(?:table|column|index|relation"
        r"|constraint|key|type|sequence|view|object) [^\n]{0,80}?already exists[^\n]{0,60}|contains? a failed mig"
        r"ration[^\n]{0,60}|(?:migration|changeset|upgrade|set-?up|install(?:ation)?|initiali[sz]ation) (?:is "
        r"|was |has |did )?(?:been )?(?:not (?:finish|complete)\w*|incomplete|interrupted|partially (?:applied"
        r"|completed)|left|failed (?:previously|before)"
        r"|already (?:started|begun|running|in progress))[^\n]{0,60}|directory [^\n]{0,60}(?:exists but is not emp"
        r"ty|is not empty)|data directory [^\n]{0,60} (?:has files in it|is not empty)|(?:is unusable"
        r"|has been left in)[^\n]{0,40}(?:half|partial|incomplete)[^\n]{0,40}|\bP3009\b|\bP3018\b|\bP3005\b"
        r"|\bdatabase schema is not empty\b[^\n]{0,60})",
    ),
    Entry(
        ClaimType.MIGRATION_FAILED,
        r"(?i:\b(?:migrations?|changeset) [^\n]{0,80}?failed\b[^\n]{0,80}|\bfailed to (?:run|apply"
        r"|execute|perform|do) (?:the |database |db |schema |pending |auto-?|sql |data )*migrat(?:ions?|e)\b[^\n]{0,80}"
        r"|\b(?:database|db|schema|data|auto)[ -]?migrat(?:ion|e) (?:has )?failed\b[^\n]{0,80}"
        r"|\bcannot alter type of a column\b[^\n]{0,80}"
        r"|\bcolumn \"?(?P<resource>[\w.]+)\"?(?: of relation \"?[\w.]+\"?)? contains null values\b"
        r"|\bcould not create unique index\b[^\n]{0,80}|\bbecause other objects depend on it\b|\berror (?:running"
        r"|applying|executing) (?:the |database |db |schema )*migrations?\b[^\n]{0,80}|\bFlyway(?:Migrate)?(?:Sql"
        r")?Exception\b[^\n]{0,60}|\bMigrationFailedException\b)",
    ),
    Entry(
        ClaimType.NOT_READY,
        r"(?i:\b(?:new|further|more) migrations? (?:are |is )?(?:available|needed|required|waiting)\b[^\n]{0,60}"
        r"|(?:there are |has |have )?(?:still )?(?:unapplied|pending|unrun|outstanding) migrations?\b[^\n]{0,6"
        r"0}|migrations? (?:are |is )?(?:pending|not (?:yet )?(?:been )?(?:applied|run|complete\w*))[^\n]{0,60})",
        {"reason": "migrations"},
    ),
    Entry(
        ClaimType.NOT_READY,
        r"(?i:\b(?:need to|have to|must|please)(?: first)? (?:initiali[sz]e|set up|bootstrap|create|migrate|upgrade"
        r"|seed)"
        r" (?:the |your )?(?:database|db|schema|metadata(?: database)?|keyspace|metastore)\b[^\n]{0,80})",
        {"reason": "migrations"},
    ),
    Entry(
        ClaimType.DATA_CORRUPT,
        r"(?i:\b(?:data|database|file|index|segment|table|block|page|wal|journal|log|chunk|snapshot"
        r"|state|store|record|checksum|tsdb|translog|sstable|manifest)s?\b[^\n]{0,40}\b(?:is |are "
        r"|appears? |seems? |may be |looks )?(?:to be )?(?:corrupt(?:ed|ion)?|damaged|truncated)\b[^\n]{0,60}"
        r"|\bcorrupt(?:ed|ion)?\b[^\n]{0,30}\b(?:data|database|file|index|segment|table|block|page"
        r"|wal|journal|log|chunk|snapshot|state|store|record|detected|found)\b[^\n]{0,60}|\bchecksum (?:mismatch"
        r"|error|fail(?:ed|ure)|verification failed|does not match)\b[^\n]{0,80}|\bCRC (?:mismatch"
        r"|check failed|error)[^\n]{0,40}|\b(?:data|database|file|index|segment|table|block|page|wal|journal|chunk"
        r"|snapshot|sstable|manifest)s?\b(?: size)?(?: is| was)? too (?:small|short)\b[^\n]{0,60}"
        r"|\bbad magic number\b[^\n]{0,40}|\binvalid checksum\b|\btorn page\b"
        r"|\b(?:failure|failed|error|unable|could not|cannot) (?:while |when |to )?(?:replay|recover"
        r"|restor)\w* (?:the |from |a )*"
        r"(?:WAL|write-ahead log|journal|translog|commit ?log|redo log|binlog|snapshot)(?: file"
        r"| segment)?(?: \\*[\"'`]?(?P<path>/[^\s\"'`\\]+))?"
        r"[^\n]{0,80})",
    ),
    Entry(
        ClaimType.CREDENTIALS_REFUSED,
        r"(?i:\b(?:authentication|authorization|login|sign-?in|sasl|auth) (?:failed|failure|rejected"
        r"|unsuccessful|error|denied)\b[^\n]{0,80}|\b(?:invalid|wrong|incorrect|bad|expired|revoked) (?:\w+ password"
        r"|user ?name (?:or|and) password|api[ -]?k"
        r"ey|access[ -]?(?:key|token)|token|credentials?|password|username or password|user ?name"
        r"|client secret|bearer token|license key|refresh token|auth(?:entication)? token)\b[^\n]{0,60}"
        r"|\baccess key id you provided does not exist\b[^\n]{0,40}"
        r"|\bauthori[sz]ation violation\b|\b(?:agent|client|user|account|runner|node) not found (?:by"
        r"|for) (?:the )?token\b"
        r"|\b(?:api|auth|access)[ -]?key \S+ (?:is )?not valid\b|\bpassword (?:may|might) be (?:incorrect|wrong"
        r"|invalid)\b"
        r"|\bconnection refused:? (?:not authori[sz]ed|bad user ?name or password|identifier rejected)\b"
        r"|\brequested by the login\b[^\n]{0,60}"
        r"|\b(?:must|need to|have to) be (?:authenticated|logged in|signed in)\b[^\n]{0,60}"
        r"|\b(?:token|password|shared secret|secret|api[ -]?key)\b[^\n]{0,30} (?:does not|doesn't|do not) match"
        r" (?:the )?(?:token|password|secret|key|one)\b[^\n]{0,60}"
        rf"|\b(?:api[ -]?key|access token|token|credentials?|password) {Q}[^\n'\"`]{{0,200}}{Q} (?:is|was) (?:not valid"
        r"|invalid|rejected|revoked|expired)\b[^\n]{0,40}"
        r"|\b(?:api[ -]?key|access token|token|credentials?|password|license(?: key)?) (?:is |are "
        r"|has |have |was )?(?:been )?(?:invalid|expired|revoked|rejected|incorrect|not valid|wrong)\b[^\n]{0,40}"
        r")",
    ),
    Entry(
        ClaimType.RIGHT_DENIED,
        r"(?i:\b(?:insufficient|not enough|missing|lacks?|does not have|doesn't have|without)(?: the)?(?: require"
        r"d| necessary| sufficient)? (?:permissions?|privileges?|rights|scopes?|roles?)\b[^\n]{0,80}"
        r"|\bdoes not have (?:storage|compute|iam|pubsub|bigquery|secretmanager"
        r"|[a-z]+)(?:\.[A-Za-z]+)+ access\b[^\n]{0,120}"
        r"|\bpermission ['\"]?[a-z]+(?:\.[A-Za-z]+)+['\"]? denied\b[^\n]{0,60}"
        r"|\baccess (?:is )?denied\b[^\n]{0,60}|\bnot authorized to\b[^\n]{0,60}"
        r"|\bno permissions? to (?P<verb>get|list|watch|create|update|patch|delete) (?P<resource>[a-z]+)\b[^\n]{0,60}"
        r"|\bmissing (?P<verb2>get|list|watch|create|update|patch|delete) permissions? (?:on"
        r"|for) (?P<resource2>[a-z]+)\b[^\n]{0,60})",
    ),
    Entry(
        ClaimType.EXHAUSTED,
        r"(?i:\btoo many (?:connections|requests|clients|sessions|concurrent \w+)\b[^\n]{0,40}|\b(?:rate limit"
        r"|quota|connection limit|request limit|usage limit)(?: has been| was| is)? (?:exceeded|reached"
        r"|hit)\b[^\n]{0,40}|\bmax(?:imum)? (?:number of )?(?:connections|clients|sessions)(?: has been"
        r"| was)? (?:reached|exceeded)\b|\bconnection pool (?:is )?(?:exhausted|full)\b)",
    ),
    Entry(
        ClaimType.NO_SPACE,
        r"(?i:\b(?:disk|volume|filesystem|file system|partition|drive|storage)(?: space)?(?: is| was)?(?: almost"
        r"| nearly)? (?:full|exhausted)\b[^\n]{0,40}|\bnot enough (?:\w+ )?(?:disk|free|storage) space\b[^\n]{0,40}"
        r"|\binsufficient (?:disk|storage|free) space\b[^\n]{0,40}|\bno (?:more )?(?:free |usable "
        r"|disk )space(?: left| available)?\b[^\n]{0,40}|\bout of disk space\b"
        r"|\b(?:disk|storage)(?: space)? is (?:too |critically |very |dangerously )?low\b[^\n]{0,40}"
        r"|\b(?:low|concerning|critical|dangerous)(?:ly low)? (?:levels? |amounts? )?(?:of |on )?(?:available |free "
        r"|remaining )*"
        r"(?:disk|storage)(?: space)?\b[^\n]{0,60})",
    ),
    Entry(
        ClaimType.UNREACHABLE,
        r"(?i:\b(?:failed|unable|could not|cannot|can't|couldn't|not able) (?:to )?(?:connect|reach"
        r"|contact|establish (?:a )?connection|dial|open (?:a )?connection)(?: to| with)?(?: the| a)?(?: [\w-]+)"
        rf"{{0,3}}?(?: at| on)? ?{Q}?)(?P<addr>{HOST_PORT})?|(?i:\b(?:connection|connect|dial) (?:to"
        rf"|with) )(?P<addr2>{HOST_PORT})(?i: (?:failed|refused|timed out|was refused|lost))|(?i:\b(?:connection"
        r"|connect|request|read|operation|query|lookup) (?:attempt )?(?:has )?timed? ?out\b|\b(?:did not|didn't"
        r"|does not) (?:answer|respond|reply)(?: in time)?\b)(?:[^\n]{0,30}?(?P<"
        rf"addr3>{HOST_PORT}))?|(?i:\bno (?:answer|response|reply) (?:yet )?from (?:the )?)(?P<addr4>{HOST_PORT})?"
        r"|(?i:\bno (?:available |reachable |living )?(?:brokers?|nodes?|hosts?"
        r"|servers?|connections?) (?:are |is |were )?(?:available|reachable|alive)\b[^\n]{0,40})",
    ),
    Entry(
        ClaimType.UNREACHABLE,
        r"(?i:\b(?:failed|unable|could not|cannot|can't|couldn't|not able) (?:to )?(?:gossip|communicate|sync\w*|talk"
        r"|handshake|speak"
        r"|register|join) (?:with |to )?any (?:\w+ )?(?:peers?|nodes?|members?|brokers?|seeds?|servers?|hosts?"
        r"|replicas?)\b"
        r"[^\n]{0,40}|\bfound no (?:peers|nodes|members|brokers|seeds|servers)\b[^\n]{0,40}"
        r"|\bno (?:peers|nodes|members|brokers|seeds) (?:to join|found|could be reached|responded)\b[^\n]{0,40})",
    ),
    Entry(
        ClaimType.UNREACHABLE,
        r"(?i:\b(?:unable|failed|could not|cannot|can't) (?:to )?(?:obtain|get|acquire) (?:a |an )?(?:jdbc |database "
        r"|db )?connection"
        r"(?: (?:from|to) (?:the )?(?:database|data ?source|server))?\b)[^\n]{0,80}",
    ),
    Entry(ClaimType.UNREACHABLE, r"(?i:\blost (?:the )?connection to )(?P<addr>[^\s,;]+)?[^\n]{0,40}"),
    Entry(
        ClaimType.UNREACHABLE,
        r"(?i:\ball (?:[\w-]+ ){0,2}(?:nodes|hosts|brokers|servers|endpoints|replicas|peers|backends) (?:are|were)"
        r" (?:unavailable|unreachable|down|dead|not (?:available|reachable))\b)",
    ),
    Entry(
        ClaimType.NOT_READY,
        r"(?i:\b(?:is|are) (?:not (?:yet )?(?:ready|available|initiali[sz]ed|healthy|up)|still (?:starting"
        r"|initiali[sz]ing|missing|loading|unavailable))\b[^\n]{0,40}|\bwait(?:ed|ing) (?:for|on|until) [^\n]{1,6"
        r"0}?(?:timed out|timeout|gave up|giving up|exceeded)[^\n]{0,40}|\btim(?:ed|e) ?out (?:while )?waiting (?"
        r":for|on|until) [^\n]{1,80})",
    ),
    Entry(
        ClaimType.FILE_MISSING,
        r"(?i:\b(?:file|directory|folder|path|config(?:uration)?(?: file)?|certificate|key|keystore"
        r"|template|script|jar|manifest|volume) ['\"\x{2018}\x{201C}`(]?)(?P<path>(?:/|\./)[^\s'\"\x{2019}"
        r"\x{201D}`):,]+)['\"\x{2019}\x{201D}`)]?(?i: (?:(?:is|was|are|were|has|could|can|do|does)(?: not"
        r"|n't|not)? ?(?:be )?(?:been )?(?:found|exists?|missing|present|readable|located|opened|available)"
        r"|not found|missing|no longer exists))\b|(?P<path2>/[^\s'\"\x{2019}\x{201D}`):,]+)['\"\x{2019}\x{201D}`)"
        r"]?(?i: (?:does not exist|doesn't exist|not found|is missing|could not be found|was not found"
        r"|cannot be found|is not a (?:file|regular file)|not exist))\b|(?i:\b(?:could not|cannot"
        r"|can't|couldn't|unable to|failed to) (?:find|locate|open|load|read|access|stat)(?: the| a"
        r"| any)?(?: [\w-]+){0,3}?:? ['\"\x{2018}\x{201C}`]?)(?P<path3>/[^\s'\"\x{2019}\x{201D}`):,]+)",
    ),
    Entry(
        ClaimType.ACCESS_DENIED,
        r"(?i:(?P<path5>/[\w./-]+) ?: ?not (?:writable|readable|accessible)\b)"
        r"|(?i:(?P<path>/[^\s'\"\x{2019}\x{201D}`):,]+)['\"\x{2019}\x{201D}`)]? (?:is not|isn't|not) (?:writable"
        r"|writeable|readable|accessible)(?: by)?[^\n]{0,40}|\b(?:directory|file|path|folder) ['\"\x{2018}"
        r"\x{201C}`(]?(?P<path2>/[^\s'\"\x{2019}\x{201D}`):,]+)['\"\x{2019}\x{201D}`)]? (?:is )?(?:not"
        r"|un)[ -]?(?:writable|writeable|readable|accessible)[^\n]{0,40}|\b(?:do not|don't|does not"
        r"|doesn't|no) have (?:write |read |the )?permissions? (?:to|on|for) (?:write |read |access "
        r"|create )?(?:to |in )?['\"\x{2018}\x{201C}`(]?(?P<path3>/[^\s'\"\x{2019}\x{201D}`):,]+)?"
        r"|(?:cannot|can't|could not|couldn't|unable to|failed to) (?:write|read|create|open)(?: to| into| in| from)?"
        r"(?: the)?(?: file| directory"
        r"| folder)? ['\"`(]?(?P<path4>/[^\s'\"`):,]+)['\"`)]?[^\n]{0,120}?\b(?:permissions?"
        r"|access rights)\b)",
    ),
    Entry(
        ClaimType.MEMBER_REMOVED,
        r"(?i:\b(?:member|node|peer|replica|broker|store|instance)\b[^\n]{0,60}(?:not (?:found in|a member of|part of)"
        r"|no longer (?:a member|part) of|unknown to) (?:the )?(?:cluster|quorum|ring|raft|group)[^\n]{0,40}"
        r"|\b(?:has been|was|is) (?:permanently )?(?:removed|expelled|evicted|decommissioned|forgotten)"
        r"(?: from| by)? (?:the )?(?:\w+ )?(?:cluster|quorum|ring|raft|group)\b[^\n]{0,60}"
        r"|(?:^|[^/\w.-])(?:cluster|instance|node|broker|system|store|server|member|tenant)[ _-]?(?:id|identifier"
        r"|uuid|cookie)?\b"
        r"[^\n]{0,120}(?:mismatch|(?:is|does|do) ?n[o']t match(?:ing)?|is not matching|differs? from)[^\n]{0,80}"
        r"|\brefus\w+ to (?:re)?join (?:the )?(?:cluster|quorum|ring|raft|group)\b[^\n]{0,80}"
        r"|\b(?:incompatible|inconsistent|conflicting|mismatch(?:ed|ing)|different) (?:volume|cluster|namespace"
        r"|instance|node|broker|system"
        r"|store|server|member|tenant)[ _-]?(?:id|identifier|uuid)s?\b[^\n]{0,160}"
        r"|\bbelongs to (?:another|a different|an other|some other) (?:cluster|node|server|instance|member"
        r"|installation|environment)\b[^\n]{0,80}"
        r"|\bcookie[^\n]{0,80}(?:mismatch|not match)[^\n]{0,80}|[0-9a-f-]{32,36} is not matching with [0-9a-f-]{32,36}"
        r"|\bnot allowed to (?:re)?join (?:the )?(?:cluster|quorum|ring|raft|group)\b[^\n]{0,40}"
        r"|\b(?:thinks|believes) (?:it is|it's|that it is) (?:clustered with|a member of)\b[^\n]{0,120}"
        r"|\b(?:node|store|member|broker|replica)\b[^\n]{0,20} (?:is|has been|was) (?:tombstone|decommissioned)\b)",
    ),
    # The weakest: something that the start makes is there already. A second definition of one name is another matter.
    Entry(
        None,
        r"(?i:[^\n]*\b(?:previous(?:ly)? (?:definition|defined|declared)|duplicate|redefin\w+|regist(?:er|ration)\w*"
        r"|line \d+"
        r"|:\d+:\d*)\b[^\n]*\balready exists\b[^\n]*|[^\n]*\balready exists\b[^\n]*\b(?:previous(?:ly)? (?:definition"
        r"|defined"
        r"|declared)|duplicate|redefin\w+|regist(?:er|ration)\w*|line \d+)\b[^\n]*)",
    ),
    Entry(
        ClaimType.HALF_DONE,
        r"(?i:\b(?:cluster|alias|user|role|database|schema|table|column|relation|index|stream|topic|queue|bucket"
        r"|collection"
        r"|account|tenant|realm|organi[sz]ation|project|repository|instance|node|member|identity|wallet|key ?pair"
        r"|(?:config\w* )?file"
        r"|directory|folder|entry|record|volume|snapshot|device|interface|name)\b[^\n:]{0,80} already exists?\b[^\n]{0,"
        r"40}"
        r"|\bduplicate column name\b[^\n]{0,60})",
    ),
)
