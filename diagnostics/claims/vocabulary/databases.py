"""What databases answer: SQLSTATE, and the numbers and fixed texts of MySQL, SQL Server, Oracle, MongoDB and Redis.

Codes: PostgreSQL appendix A, MySQL ``errmsg-utf8.txt``, SQL Server ``sys.messages``, Oracle ``ORA-`` and MongoDB's
``error_codes.yml``. A five-character SQLSTATE counts only where it is named or bracketed as one.
"""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType, Term
from diagnostics.claims.vocabulary.shapes import HOST
from diagnostics.claims.vocabulary.table import Entry, Table

_CREDENTIALS: Final = ClaimType.CREDENTIALS_REFUSED
_RIGHT: Final = ClaimType.RIGHT_DENIED


def _state(*codes: str) -> str:
    """Return a pattern for SQLSTATEs where they are named, bracketed or a structured field."""
    found = "|".join(codes)
    return (
        rf"(?:(?i:sqlstate)[\]\s:=(\['\"]{{1,4}}(?P<reason>{found})\b|\(SQLSTATE (?P<reason2>{found})\)"
        rf"|\bcode: '(?P<reason3>{found})'|^(?P<reason4>{found}): |\bERROR (?P<reason5>{found}) \()"
    )


def _mysql(*numbers: int) -> str:
    """Return a pattern for MySQL error numbers: ``ERROR 1045 (28000)``, ``(1045, "…")``, ``Error 1045:``."""
    found = "|".join(map(str, numbers))
    return (
        rf"(?:\bERROR (?P<reason>{found})(?: \(\w{{5}}\))?|\((?P<reason2>{found}), ?['\"]|\bError (?P<reason3>"
        rf"{found})(?: \(\w{{5}}\))?:|\[(?P<reason4>{found})\](?: |$)|\bSQLSTATE\[\w+\] \[(?P<reason5>{found})\]"
        rf"|\berrno: (?P<reason6>{found})\b|\((?P<reason7>{found})\):? )"
    )


ENTRIES: Final = (
    # PostgreSQL and what speaks its protocol.
    Entry(
        _CREDENTIALS, r"(?:password|[A-Za-z0-9-]+) authentication failed for (?:user|role) [\"'](?P<user>[^\"']+)[\"']"
    ),
    Entry(_CREDENTIALS, r"role \"(?P<user>[^\"]+)\" does not exist"),
    Entry(
        _CREDENTIALS,
        r"no pg_hba\.conf entry for (?:host|replication connection from host) \"[^\"]*\", user \"(?P<user>[^\"]+)"
        r"\"(?:, database \"(?P<database>[^\"]+)\")?",
    ),
    Entry(_CREDENTIALS, _state("28P01", "28000")),
    Entry(ClaimType.SETTING_INVALID, r"database \"(?P<database>[^\"]+)\" does not exist", {"reason": "3D000"}),
    Entry(
        _RIGHT,
        r"(?i:permission denied) (?:for|to) (?:table|schema|relation|sequence|database|function|view"
        r"|column|role|type|language|tablespace|extension|create extension|create database|create role"
        r"|set parameter)\b(?: \"?(?P<resource>[\w.-]+)\"?)?",
    ),
    Entry(_RIGHT, r"must be (?:owner of|superuser to|a superuser|member of role)[^\n]{0,60}"),
    Entry(_RIGHT, _state("42501")),
    Entry(
        ClaimType.NOT_READY,
        r"the database system is (?P<reason>starting up|shutting down|in recovery mode|not yet accepting connecti"
        r"ons)",
    ),
    Entry(ClaimType.NOT_READY, _state("57P03", "57P01", "57P02")),
    Entry(
        ClaimType.EXHAUSTED,
        r"(?i)sorry, too many clients already|remaining connection slots are reserved|too many connections for (?"
        r":role|database)[^\n]{0,40}",
    ),
    Entry(ClaimType.EXHAUSTED, _state("53300")),
    Entry(ClaimType.NO_SPACE, _state("53100")),
    Entry(ClaimType.HEAP_EXHAUSTED, _state("53200")),
    Entry(ClaimType.UNREACHABLE, _state("08000", "08001", "08003", "08004", "08006")),
    Entry(ClaimType.DATA_CORRUPT, _state("XX001", "XX002")),
    Entry(
        ClaimType.DATA_CORRUPT,
        r"(?i)invalid page in block|could not locate a valid checkpoint record|invalid primary checkpoint record"
        r"|invalid resource manager ID|PANIC:\s+could not (?:locate|read|open)[^\n]{0,80}",
    ),
    Entry(ClaimType.READ_ONLY, r"cannot execute [A-Z ]+ in a read-only transaction", {"reason": "25006"}),
    Entry(
        ClaimType.HALF_DONE,
        r"relation \"(?P<resource>[^\"]+)\" already exists|(?i:column) \"(?P<resource2>[^\"]+)\"(?: of relation "
        r"\"[^\"]+\")? already exists|type \"(?P<resource3>[^\"]+)\" already exists",
    ),
    Entry(ClaimType.HALF_DONE, _state("42P07", "42701", "42710", "42S01", "42S21")),
    Entry(
        ClaimType.MIGRATION_FAILED,
        r"(?:relation|column) \"(?P<resource>[^\"]+)\"(?: of relation \"[^\"]+\")? does not exist",
        {"reason": "42P01"},
    ),
    Entry(ClaimType.MIGRATION_FAILED, _state("42P01", "42703", "42S02", "42S22")),
    Entry(ClaimType.LOCK_HELD, r"lock file \"(?P<path>[^\"]+)\" already exists"),
    # MySQL and MariaDB.
    Entry(
        _CREDENTIALS, r"Access denied for user '(?P<user>[^']*)'@'(?P<host>[^']*)'(?: \(using password: (?:YES|NO)\))?"
    ),
    Entry(_RIGHT, r"Access denied for user '(?P<user>[^']*)'@'[^']*' to database '(?P<database>[^']*)'"),
    Entry(
        _RIGHT,
        r"Access denied; you need (?:\(at least one of\) )?the (?P<verb>[A-Z_, ]+) privilege|\b(?P<verb2>[A-Z]+) "
        r"command denied to user '(?P<user>[^']*)'@'[^']*' for table '(?P<resource>[^']*)'",
    ),
    Entry(_RIGHT, _mysql(1044, 1142, 1227, 1370)),
    Entry(_CREDENTIALS, _mysql(1045, 1130, 1698, 1251)),
    Entry(_CREDENTIALS, r"Host '(?P<host>[^']+)' is not allowed to connect to this (?:MySQL|MariaDB) server"),
    Entry(ClaimType.SETTING_INVALID, rf"Unknown database '(?P<database>[^']+)'|{_mysql(1049)}"),
    Entry(
        ClaimType.EXHAUSTED, rf"{_mysql(1040, 1203, 1129)}|Host '[^']+' is blocked because of many connection errors"
    ),
    Entry(
        ClaimType.HALF_DONE,
        rf"{_mysql(1050, 1060, 1061)}|(?:Table|Duplicate column name|Duplicate key name|Index) '(?P<resource>[^']+"
        r")'(?: already exists)|Duplicate column name '(?P<resource2>[^']+)'",
    ),
    Entry(
        ClaimType.MIGRATION_FAILED,
        rf"{_mysql(1146, 1054)}|Table '(?P<resource>[^']+)' doesn't exist|Unknown column '(?P<resource2>[^']+)' in",
    ),
    Entry(
        ClaimType.UNREACHABLE,
        r"Can't connect to (?:local )?(?:MySQL|MariaDB|server|MySQL server|server on|MariaDB server)[^\n']*(?:'(?"
        rf"P<host>{HOST})(?::(?P<port>\d+))?'|socket '(?P<path>[^']+)')(?: \((?P<reason>\d+)[^)]*\))?"
        rf"|{_mysql(2002, 2003, 2013, 2006)}",
    ),
    Entry(ClaimType.NAME_UNRESOLVED, rf"Unknown (?:MySQL|MariaDB) server host '(?P<host>[^']+)'|{_mysql(2005)}"),
    # SQL Server, Oracle.
    Entry(
        _CREDENTIALS,
        r"Login failed for user '?(?P<user>[^'\n.]+)'?|\bError: 18456\b|\(Microsoft SQL Server, Error: 18456\)"
        r"|\bORA-01017\b|\bORA-28000\b|\bORA-28001\b",
    ),
    Entry(
        ClaimType.SETTING_INVALID,
        r"Cannot open database \"(?P<database>[^\"]+)\" requested by the login|\bORA-12514\b|\bORA-12505\b"
        r"|\bORA-12154\b",
    ),
    Entry(
        ClaimType.UNREACHABLE,
        r"A network-related or instance-specific error occurred while establishing a connection|\bORA-12541\b"
        r"|\bORA-12170\b|\bORA-12545\b|\bORA-17002\b",
    ),
    Entry(ClaimType.NOT_READY, r"\bORA-01033\b|\bORA-01034\b|\bORA-12528\b"),
    Entry(ClaimType.EXHAUSTED, r"\bORA-00018\b|\bORA-00020\b|\bORA-12516\b|\bORA-12519\b|\bORA-12520\b"),
    Entry(
        _RIGHT,
        r"\bORA-01031\b|\bORA-01950\b|The (?P<verb>[A-Z]+) permission was denied on the object '(?P<resource>[^']"
        r"+)'",
    ),
    Entry(ClaimType.NO_SPACE, r"\bORA-0165[0-9]\b|\bORA-19815\b|\bORA-00257\b"),
    # MongoDB.
    Entry(
        _CREDENTIALS,
        r"(?i:authentication failed)[^\n]{0,40}\b(?:code:? ?18|AuthenticationFailed)\b|MongoServerError: Authenti"
        r"cation failed|\bAuthenticationFailed\b|auth error: (?:sasl conversation error|unable to authenticate)[^"
        r"\n]{0,60}",
    ),
    Entry(
        _RIGHT,
        r"not authorized on (?P<database>[\w-]+) to execute command|command (?P<verb>\w+) requires authentication"
        r"|\bcode(?:Name)?: ?'?Unauthorized'?",
    ),
    Entry(
        ClaimType.UNREACHABLE,
        r"MongoServerSelectionError|ServerSelectionTimeoutError|MongoTimeoutException|server selection (?:error"
        r"|timeout)|No replica set members (?:match|found)",
    ),
    Entry(
        ClaimType.NOT_READY,
        r"\b(?:NotWritablePrimary|NotPrimaryNoSecondaryOk|NotYetInitialized|NodeIsRecovering|PrimarySteppedDown)"
        r"\b",
    ),
    Entry(
        ClaimType.DATA_VERSION,
        r"(?i)featureCompatibilityVersion[^\n]{0,120}(?:invalid|unsupported|not compatible|must be"
        r"|incompatible)|UPGRADE PROBLEM: [^\n]{0,120}|(?i:unsupported WiredTiger file version)[^\n]{0,60}"
        r"|\bInvalid featureCompatibilityVersion[^\n]{0,80}",
    ),
    Entry(
        ClaimType.DATA_CORRUPT,
        r"WT_(?:PANIC|TRY_SALVAGE|ERROR: non-specific WiredTiger error)|Detected unclean shutdown[^\n]{0,40}corru"
        r"pt",
    ),
    Entry(
        ClaimType.LOCK_HELD, r"(?:DBPathInUse|Unable to (?:create/open|lock) the lock file:? ?\"?(?P<path>/[^\s\"]+)?)"
    ),
    # Redis and Valkey.
    Entry(
        _CREDENTIALS,
        r"\b(?:NOAUTH Authentication required|WRONGPASS invalid username-password pair|ERR invalid password"
        r"|ERR Client sent AUTH, but no password is set|ERR AUTH <password> called without any password configure"
        r"d)[^\n]{0,60}",
    ),
    Entry(
        _RIGHT, r"\bNOPERM (?:this user has no permissions|No permissions|User [^\n]+ has no permissions)[^\n]{0,80}"
    ),
    Entry(
        ClaimType.NOT_READY,
        r"\bLOADING (?:Redis|Valkey|Dragonfly) is loading the dataset in memory|\bMASTERDOWN Link with MASTER is "
        r"down|\bCLUSTERDOWN (?:The cluster is down|Hash slot not served)",
    ),
    Entry(ClaimType.EXHAUSTED, r"\bERR max number of clients reached"),
    Entry(ClaimType.HEAP_EXHAUSTED, r"\bOOM command not allowed when used memory > 'maxmemory'"),
    Entry(ClaimType.READ_ONLY, r"\bREADONLY You can't write against a read only (?:replica|slave)"),
    Entry(ClaimType.DATA_VERSION, r"Can't handle RDB format version (?P<found>\d+)"),
    Entry(
        ClaimType.DATA_CORRUPT,
        r"Bad file format reading the append only file|Short read or OOM loading DB|Unrecoverable error reading t"
        r"he append only file|Wrong signature trying to load DB from file|Internal error in RDB reading",
    ),
    # A broker's answers (K: Errors.java): too few brokers for what is to be made, or no such topic.
    Entry(
        ClaimType.NOT_READY,
        r"\bkafka server: Replication-factor is invalid\.?|\bINVALID_REPLICATION_FACTOR\b[^\n]{0,80}"
        r"|\bInvalidReplicationFactorException\b[^\n]{0,80}"
        r"|\bReplication factor: \d+ larger than available brokers: \d+"
        r"|\bBroker: Invalid replication factor\b|\bUnknownTopicOrPartitionException\b"
        r"|\bThis server does not host this topic-partition\b"
        r"|(?i:\b(?:cannot|could ?n[o']t|could not|can't|unable to|failed to) find (?:[\w-]+ ){0,3}?(?:topics?|queues?"
        r"|exchanges?|streams?|consumer groups?)\b[^\n]{0,80}? (?:in|on|at) (?:the |your )?(?:\w+ )?(?:cluster|brokers?"
        r"|servers?)\b)",
    ),
    # What drivers of several say.
    Entry(
        ClaimType.UNREACHABLE,
        r"\bCommunications link failure\b|\bCommunicationsException\b|\bNoBrokersAvailable\b|\bKafkaTimeoutError"
        r"\b|\bBroker transport failure\b|\bKafkaError\{code=_(?:TRANSPORT|ALL_BROKERS_DOWN|RESOLVE)"
        r"|Connection to node -?\d+ \((?:[\w.-]*/)?(?P<addr>[\w.:-]+)\) could not be established|Is the server ru"
        r"nning on (?:that )?host \"(?P<host>[^\"]+)\"[^\n]{0,60}port (?P<port>\d+)|\bMaxRetriesPerRequestError\b"
        r"|\bAMQP(?:\.Connection|Connection)?(?:Error|Exception)\b|\bConnectionError: Connection error\b",
    ),
    Entry(
        _CREDENTIALS,
        r"\bER_(?:NOT_SUPPORTED_AUTH_MODE|ACCESS_DENIED_ERROR)\b|\bClientAuthenticationError\b|username or passwo"
        r"rd not allowed|credentials were rejected",
    ),
    Entry(
        _RIGHT,
        r"\bER_DBACCESS_DENIED_ERROR\b|action \[(?P<verb>[\w:/*]+)\] is unauthorized for (?:user|API key"
        r"|service account) \[(?P<user>[^\]]+)\]",
    ),
    Entry(ClaimType.NOT_READY, r"\bPendingMigrationError\b|\bMigrations are pending\b", {"reason": "migrations"}),
    Entry(
        ClaimType.MEMBER_REMOVED,
        r"The Cluster ID (?P<found>\S+) doesn't match stored clusterId (?P<expected>[^\n]{1,60}?) in meta\.proper"
        r"ties[^\n]{0,40}|The Cluster ID \S+ doesn't match stored clusterId",
    ),
    Entry(
        ClaimType.LOCK_HELD,
        r"\bLockException: Could not acquire change log lock[^\n]{0,160}|Migration table is already locked"
        r"|\[InnoDB\] Unable to lock (?P<path>\S+),? error: 11",
    ),
    Entry(ClaimType.MIGRATION_FAILED, r"\bno such (?:table|column): (?P<resource>[\w.]+)"),
    # SQLite.
    Entry(
        ClaimType.DATA_CORRUPT, r"\bSQLITE_(?:CORRUPT|NOTADB)\b|database disk image is malformed|file is not a database"
    ),
    Entry(ClaimType.LOCK_HELD, r"\bSQLITE_(?:BUSY|LOCKED)\b|(?:database|database table) is locked\b"),
    Entry(
        ClaimType.ACCESS_DENIED, r"\bSQLITE_(?:CANTOPEN|PERM)\b|unable to open database file(?:: (?P<path>/[^\s:]+))?"
    ),
    Entry(ClaimType.READ_ONLY, r"\bSQLITE_READONLY\b|attempt to write a readonly database"),
    Entry(ClaimType.NO_SPACE, r"\bSQLITE_FULL\b|database or disk is full"),
    # Elasticsearch, OpenSearch, Kafka, ZooKeeper, etcd: fixed texts of their protocols.
    Entry(
        ClaimType.CREDENTIALS_REFUSED,
        r"\bSaslAuthenticationException\b|\bSASL_AUTHENTICATION_FAILED\b|security_exception[^\n]{0,60}unable to a"
        r"uthenticate|\bmissing authentication credentials\b|\bACCESS_REFUSED - Login was refused\b",
    ),
    Entry(
        ClaimType.RIGHT_DENIED,
        r"\b(?:TOPIC|GROUP|CLUSTER|TRANSACTIONAL_ID)_AUTHORIZATION_FAILED\b|\b(?:Topic|Group|Cluster)Authorizatio"
        r"nException\b|\bNOT_ALLOWED - (?:access to )?vhost|\bACCESS_REFUSED - access to",
    ),
    Entry(
        ClaimType.MEMBER_REMOVED,
        r"etcdserver: member not found|the member has been permanently removed from the cluster|\bmember [0-9a-f]"
        r"{8,16} has already been (?:removed|bootstrapped)|\bInconsistentClusterIdException\b|(?i:cluster ID mism"
        r"atch)",
    ),
    Entry(ClaimType.NO_SPACE, r"etcdserver: mvcc: database space exceeded|flood-stage (?:disk )?watermark"),
    Entry(
        ClaimType.NOT_READY,
        r"etcdserver: no leader|cluster_block_exception|\bmaster_not_discovered_exception\b|\bCOORDINATOR_NOT_AVA"
        r"ILABLE\b|\bLEADER_NOT_AVAILABLE\b",
    ),
)

TABLE: Final = Table("databases", ENTRIES)


def terms(text: str) -> tuple[Term, ...]:
    """Return what a database's answers in the text claim, with user, database and object they name."""
    return TABLE.terms(text)
