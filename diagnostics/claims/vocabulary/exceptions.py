"""Exception types of the languages' own libraries, and the fixed texts that their runtimes give with them."""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType, Term
from diagnostics.claims.vocabulary.table import Entry, Table

_NO_FILE: Final = ClaimType.FILE_MISSING
_DENIED: Final = ClaimType.ACCESS_DENIED
_PARSE: Final = ClaimType.FILE_INVALID
_MODULE: Final = ClaimType.MODULE_MISSING
_LIBRARY: Final = ClaimType.LIBRARY_MISSING
_VALUE: Final = ClaimType.SETTING_INVALID
_MISSING: Final = ClaimType.SETTING_MISSING
_FAR: Final = ClaimType.UNREACHABLE

ENTRIES: Final = (
    # The program's own fault, in the words of a missing module.
    Entry(
        None,
        r"\bImportError: cannot import name [^\n]{0,120}(?:partially initialized module|circular import)[^\n]{0,200}",
    ),
    Entry(
        _MODULE,
        r"\bFileNotFoundException: Could not locate (?P<module>\S+)[^\n]{0,200}? on classpath"
        r"|\bmodule ['\"](?P<module2>[A-Za-z_][\w./-]*)['\"] not found\b",
    ),
    # Files.
    Entry(_NO_FILE, r"\bFileNotFoundError\b(?:: \[Errno 2\] No such file or directory(?:: '(?P<path>[^']+)')?)?"),
    Entry(
        _NO_FILE,
        r"\bjava\.nio\.file\.NoSuchFileException(?:: (?P<path>\S+))?|\bjava\.io\.FileNotFoundException: (?:(?P<path2>"
        r"[^\s(]+)(?: \(No such file or directory\)| cannot be (?:opened|resolved)[^\n]{0,60})|(?P<path3>[^\s(]*[/.]"
        r"[^\s(]*))|\bclass path res"
        r"ource \[(?P<file>[^\]]+)\] cannot be (?:opened|resolved)[^\n]{0,60}",
    ),
    Entry(
        _NO_FILE,
        r"\bSystem\.IO\.(?:FileNotFound|DirectoryNotFound)Exception\b(?:: (?:Could not find (?:a part of the path"
        r"|file) '(?P<path>[^']+)')?)?|\bCould not find (?:a part of the path|file) '(?P<path2>/[^']+)'"
        r"|The configuration file '(?P<file>[^']+)' was not found and is not optional",
    ),
    Entry(
        _MODULE,
        r"\bSystem\.IO\.FileNotFoundException: Could not load file or assembly '(?P<module>[^',]+)[^\n]{0,160}"
        r"|\bCould not load file or assembly '(?P<module2>[^',]+)[^\n]{0,160}",
    ),
    Entry(
        _DENIED,
        r"\bPermissionError\b(?:: \[Errno 1?\d\] (?:Permission denied|Operation not permitted)(?:: '(?P<path>[^']"
        r"+)')?)?|\bjava\.nio\.file\.AccessDeniedException(?:: (?P<path2>\S+))?|\bjava\.io\.FileNotFoundException"
        r": (?P<path3>\S+) \(Permission denied\)|\bUnauthorizedAccessException\b(?:: Access to the path '(?P<path"
        r"4>[^']+)' is denied)?|\bAccess to the path '(?P<path5>[^']+)' is denied",
    ),
    Entry(
        ClaimType.HALF_DONE,
        r"\bFileExistsError\b(?:: \[Errno 17\] File exists(?:: '(?P<path>[^']+)')?)?|\bjava\.nio\.file\.FileAlrea"
        r"dyExistsException(?:: (?P<path2>\S+))?",
    ),
    Entry(
        ClaimType.READ_ONLY,
        r"\bjava\.nio\.file\.ReadOnlyFileSystemException\b|\bjava\.nio\.file\.FileSystemException: (?P<path>[^\s:"
        r"]+): Read-only file system",
    ),
    # Modules, classes, libraries.
    Entry(
        _MODULE,
        r"\bModuleNotFoundError\b(?:: No module named '?(?P<module>[\w.]+)'?(?:; '[\w.]+' is not a package)?)?"
        r"|\bNo module named '?(?P<module2>[\w.]+)'?",
    ),
    Entry(
        _MODULE,
        r"\bImportError: (?:cannot import name '(?P<module>[^']+)' from [^\n]{1,160}|No module named '?(?P<module"
        r"2>[\w.]+)'?|attempted relative import[^\n]{0,60})|\bError loading ASGI app\. Could not import module \""
        r"(?P<module3>[^\"]+)\"",
    ),
    Entry(
        _LIBRARY,
        r"(?:\bImportError: )?(?P<library>[\w.+-]+\.so(?:\.\d+)*): cannot open shared object file(?:: No such fil"
        r"e or directory)?|\berror while loading shared libraries: (?P<library2>[^\s:]+)(?:: cannot open shared o"
        r"bject file[^\n]{0,40})?|\bError loading shared library (?P<library3>[^\s:]+)[^\n]{0,80}"
        r"|\bError relocating (?P<library4>[^\s:]+): [^\n]{1,80}symbol not found",
    ),
    Entry(
        _LIBRARY,
        r"(?i:\b(?P<library>Java|Python|Node(?:\.js)?|Ruby|PHP|Perl|glibc"
        r"|OpenSSL) (?:version )?(?P<found>\d[\w.]*)\b[^\n]{0,80}"
        r"\b(?:older|lower|less) than (?:the )?(?:minimum )?(?:required|supported|needed)\b)[^\n]{0,60}",
    ),
    Entry(_LIBRARY, r"\bCan't open lib '(?P<library>[^']+)'[^\n]{0,40}"),
    Entry(
        _LIBRARY,
        r"\bversion [`'](?P<version>(?:GLIBC|GLIBCXX|CXXABI|OPENSSL|GCC)_[\w.]+)' not found(?: \(required by (?P<"
        r"library>[^)]+)\))?|\bsymbol lookup error: (?P<library2>[^:\n]+): undefined symbol: (?P<reason>\S+)"
        r"|\bundefined symbol: (?P<reason2>\w+)",
    ),
    Entry(
        _LIBRARY,
        r"\bjava\.lang\.UnsatisfiedLinkError\b(?:: (?:no )?(?P<library>[^\s:]+))?|\bDllNotFoundException\b(?:: Un"
        r"able to load (?:shared library|DLL) '(?P<library2>[^']+)')?|\bEntryPointNotFoundException\b"
        r"|\bdyld\[\d+\]: Library not loaded",
    ),
    Entry(
        _MODULE,
        r"\bjava\.lang\.(?:ClassNotFoundException|NoClassDefFoundError)(?:: (?P<module>[\w./$]+))?"
        r"|\bError: Could not find or load main class (?P<module2>\S+)|\bno main manifest attribute, in (?P<file>"
        r"\S+)",
    ),
    Entry(
        _MODULE,
        r"\bjava\.lang\.(?:NoSuchMethodError|NoSuchFieldError|AbstractMethodError|IncompatibleClassChangeError"
        r"|UnsupportedClassVersionError)(?:: (?P<module>[^\n]{1,160}))?|\bhas been compiled by a more recent vers"
        r"ion of the Java Runtime[^\n]{0,120}",
    ),
    Entry(
        _MODULE,
        r"\bCannot find (?:module|package) '(?P<module>[^']+)'|\bERR_MODULE_NOT_FOUND\b|\bcode: 'MODULE_NOT_FOUND"
        r"'|\bERR_(?:PACKAGE_PATH_NOT_EXPORTED|UNSUPPORTED_DIR_IMPORT|REQUIRE_ESM)\b",
    ),
    Entry(
        _MODULE,
        r"\bcannot load such file -- (?P<module>[^\s(]+)(?: \(LoadError\))?|\(LoadError\)|\bBundler::GemNotFound"
        r"\b|\bCould not find (?P<module2>[\w-]+(?:-[\d.]+)?) in (?:any of the sources|locally installed gems)"
        r"|\bGem::(?:LoadError|MissingSpecError)\b",
    ),
    Entry(
        _MODULE,
        r"\bPHP Fatal error: {1,2}Uncaught Error: Class [\"'](?P<module>[^\"']+)[\"'] not found|\bClass [\"'](?P<"
        r"module2>[^\"']+)[\"'] not found|\bFailed opening required '(?P<file>[^']+)'|\bCall to undefined functio"
        r"n (?P<module3>[\w\\]+)\(\)|\bCan't locate (?P<module4>\S+\.pm) in @INC|\bcould not load module (?P<modu"
        r"le5>\w+)",
    ),
    Entry(
        _MODULE,
        r"(?i:\bmodule not found:? )[\"'](?P<module>[^\"']+)[\"']|(?i:\bcannot find (?:package|module) )[\"'](?P<"
        r"module2>[^\"']+)[\"']|\bCannot use import statement outside a module\b|PDOException: could not find dri"
        r"ver|\bcould not find driver\b|(?i:could not load plugin )\"(?P<module3>[^\"]+)\"|\bError: Could not imp"
        r"ort '(?P<module4>[^']+)'|Attribute \"(?P<module5>[^\"]+)\" not found in module \"[^\"]+\""
        r"|Your Ruby version is (?P<found>[\d.]+), but your Gemfile specified (?P<expected>\S+)|You must install "
        r"or update \.NET to run this application|there is no package called [\x{2018}'\"](?P<module6>[^\x{2019}'"
        r"\"]+)[\x{2019}'\"]|Unable to access jarfile (?P<file>\S+)",
    ),
    Entry(
        _LIBRARY,
        r"(?:(?P<library>/\S+\.(?:node|so)): )?invalid ELF header|was compiled against a different Node\.js versi"
        r"on|(?i:unable to load shared library )'(?P<library2>[^']+)'|(?i:couldn't find a valid ICU package)[^\n]"
        r"{0,40}|could not locate the Query Engine for runtime \"(?P<library3>[^\"]+)\"",
    ),
    Entry(
        ClaimType.COMMAND_MISSING,
        r"\bMissing script: \"?(?P<command>[\w:-]+)\"?|The application '(?P<command2>[^']+)' does not exist"
        r"|(?i:could not find or load the )(?P<command3>\S+)(?i: executable)",
    ),
    Entry(
        _NO_FILE,
        r"(?i:could not open input file: )(?P<file>\S+)|Could not find a production build in the '(?P<dir>[^']+)'"
        r" directory|Config File \"(?P<file2>[^\"]+)\" Not Found in \"\[(?P<dir2>[^\]]+)\]\"",
    ),
    # Addresses.
    Entry(
        _FAR,
        r"\bjava\.net\.(?:ConnectException|NoRouteToHostException|SocketTimeoutException)\b(?:: [^\n]{1,120})?"
        r"|\bKeeperErrorCode = (?:ConnectionLoss|SessionExpired|OperationTimeout)\b[^\n]{0,80}"
        r"|\bConnectTimeoutException\b|\bHttpHostConnectException\b|\bio\.netty\.channel\.(?:AbstractChannel\$Ann"
        r"otatedConnectException|ConnectTimeoutException)\b(?:: [^\n]{1,120})?",
    ),
    Entry(
        _FAR,
        r"\b(?:ConnectionRefusedError|ConnectionResetError|ConnectionAbortedError)\b(?:: \[Errno \d+\] [A-Za-z ]+"
        r")?|\b(?:requests\.exceptions|urllib3\.exceptions|httpx|httpcore|aiohttp(?:\.client_exceptions)?)\.(?:Co"
        r"nnectionError|ConnectError|ConnectTimeout|ReadTimeout|ConnectTimeoutError|MaxRetryError"
        r"|NewConnectionError|ClientConnectorError|ServerDisconnectedError)\b",
    ),
    Entry(
        _FAR,
        r"\bHTTPS?ConnectionPool\(host='(?P<host>[^']+)', port=(?P<port>\d+)\)(?:: (?:Max retries exceeded with u"
        r"rl|Read timed out)[^\n]{0,80})?",
    ),
    Entry(
        _FAR,
        r"\bErrno::(?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ECONNRESET)\b|\bNet::(?:OpenTimeout|ReadTimeout)\b"
        r"|\bFaraday::ConnectionFailed\b|\bRedis::CannotConnectError\b|\bredis\.exceptions\.(?:ConnectionError"
        r"|TimeoutError)\b|\bkombu\.exceptions\.OperationalError\b|\bActiveRecord::ConnectionNotEstablished\b"
        r"|\bPG::ConnectionBad\b|\bDBConnection\.ConnectionError\b",
    ),
    Entry(
        _FAR,
        r"\bSocketException \((?:111|110|113|61|10061)\)(?:: [A-Za-z ]+)?|\bHttpRequestException: (?:Connection r"
        r"efused|No route to host|Connection timed out)[^\n]{0,80}|\bRedisConnectionException\b|\bNpgsqlException"
        r"\b[^\n]{0,20}Failed to connect[^\n]{0,60}|\bBrokerUnreachableException\b",
    ),
    Entry(
        _FAR,
        r"\bcontext deadline exceeded\b(?: \(Client\.Timeout exceeded while awaiting headers\))?|\bClient\.Timeou"
        r"t exceeded\b|\bnet/http: (?:TLS handshake timeout|request canceled while waiting for connection)"
        r"|\bTimeoutError: timed out\b|\bsocket\.timeout\b: timed out",
    ),
    Entry(
        ClaimType.EXHAUSTED,
        r"\bPoolTimedOut\b|\b(?i:pool timed out while waiting for an open connection"
        r"|timed? ?out waiting for (?:a |an )?(?:free |idle |available )?connection from (?:the )?pool"
        r"|QueuePool limit of size \d+ overflow \d+ reached)\b[^\n]{0,80}",
    ),
    Entry(
        ClaimType.NAME_UNRESOLVED,
        r"\bjava\.net\.UnknownHostException(?:: (?P<host>[\w.-]+))?|\bSocketException \((?:11|-2|-3"
        r"|-5|11001|0xFFFDFFFF|00000001, 11)\): (?:Resource temporarily unavailable|Name or service not known"
        r"|No such host is known|nodename nor servname)[^\n]{0,40}",
    ),
    Entry(
        ClaimType.ADDRESS_IN_USE,
        r"\bjava\.net\.BindException\b(?:: Address already in use[^\n]{0,60})?|\bPortInUseException\b"
        r"|\bAddressInUseException\b|\bSocketException \((?:98|10048)\)(?:: Address already in use)?"
        r"|\bErrno::EADDRINUSE\b|\bWeb server failed to start\. Port (?P<port>\d+) was already in use",
    ),
    Entry(ClaimType.ADDRESS_IN_USE, r"\bConnection in use: \('(?P<host>[^']*)', (?P<port>\d+)\)"),
    # Memory and threads.
    Entry(
        ClaimType.HEAP_EXHAUSTED,
        r"\bjava\.lang\.OutOfMemoryError(?:: (?P<reason>Java heap space|GC overhead limit exceeded"
        r"|Metaspace|Direct buffer memory|Requested array size exceeds VM limit|Compressed class space"
        r"))?|\bJavaScript heap out of memory\b|\bReached heap limit\b|\bAllocation failed - [^\n]{1,"
        r"40}|\bSystem\.OutOfMemoryException\b|\bAllowed memory size of (?P<limit>\d+) bytes exhausted"
        r"|\bNoMemoryError\b|\bfatal error: (?:runtime: out of memory|runtime: cannot allocate memory)"
        r"|\bruntime: out of memory\b|\bstd::bad_alloc\b|\bmemory allocation of \d+ bytes failed|\beheap_alloc: C"
        r"annot allocate \d+ bytes|^MemoryError\b|\bHeap exhausted\b|Could not reserve enough space for (?P<limit"
        r"2>\w+) object heap",
    ),
    Entry(
        ClaimType.KERNEL_LIMIT,
        r"\b(?:java\.lang\.OutOfMemoryError: )?[Uu]nable to create (?:new )?native thread[^\n]{0,60}"
        r"|\bRuntimeError: can't start new thread|\bruntime: failed to create new OS thread[^\n]{0,60}"
        r"|\bpthread_create failed[^\n]{0,80}|\bThreadError: can't create Thread[^\n]{0,40}",
        {"limit": "pids"},
    ),
    # What parsers say.
    Entry(
        _PARSE,
        r"\b(?:json\.(?:decoder\.)?JSONDecodeError|simplejson\.errors\.JSONDecodeError|orjson\.JSONDecodeError"
        r"|JSONDecodeError|tomllib\.TOMLDecodeError|tomli\.TOMLDecodeError|toml\.decoder\.TomlDecodeError"
        r"|tomlkit\.exceptions\.\w+|yaml\.(?:scanner|parser|composer|constructor|reader)\.\w*Error"
        r"|ruamel\.yaml\.\w+\.\w*Error|configparser\.\w*Error|xml\.etree\.ElementTree\.ParseError"
        r"|xml\.parsers\.expat\.ExpatError|lxml\.etree\.XMLSyntaxError)\b(?:: (?P<reason>[^\n]{1,160}))?",
    ),
    Entry(
        _PARSE,
        r"\b(?:com\.fasterxml\.jackson\.\w+(?:\.\w+)*\.(?:Json\w+|\w+)Exception|com\.google\.gson\.\w*(?:Syntax"
        r"|Parse)\w*Exception|org\.yaml\.snakeyaml\.\w+\.\w+Exception|org\.xml\.sax\.SAXParseException"
        r"|com\.typesafe\.config\.ConfigException\$Parse|javax\.xml\.\w+\.\w*Exception)\b(?:[;:] (?P<reason>[^\n]"
        r"{1,160}))?",
    ),
    Entry(
        _PARSE,
        r"\bPsych::(?:SyntaxError|BadAlias|DisallowedClass)\b(?:: [^\n]{1,120})?|\bJSON::ParserError\b"
        r"|\bTomlrb::ParseError\b|\b(?:System\.Text\.Json\.JsonException|Newtonsoft\.Json\.Json\w+Exception"
        r"|YamlDotNet\.Core\.\w+Exception|System\.Xml\.XmlException)\b(?:: (?P<reason>[^\n]{1,160}))?"
        r"|\bYAMLException\b(?:: [^\n]{1,120})?|\bYAML(?:Parse|Syntax|Semantic)Error\b|\bTomlError\b"
        r"|\bInvalidDataException: Failed to load configuration from file '(?P<path>[^']+)'",
    ),
    # Settings: validators and configuration libraries.
    Entry(
        _MISSING,
        r"\b(?:decouple\.UndefinedValueError|environs\.(?:exceptions\.)?EnvError|starlette\.config\.\w+)\b(?:: (?"
        r"P<var>[A-Z][A-Z0-9_]+) not found)?[^\n]{0,60}|\bUndefinedValueError: (?P<var2>[A-Za-z_][\w.]*) not foun"
        r"d|\bImproperlyConfigured: Set the (?P<var3>\w+) environment variable|\bkey not found: \"(?P<var4>[A-Z]["
        r"A-Z0-9_]+)\" \(KeyError\)|\bKeyError: key not found: \"(?P<var5>[A-Z][A-Z0-9_]+)\"",
    ),
    Entry(
        _VALUE,
        r"\b(?:django\.core\.exceptions\.)?ImproperlyConfigured\b(?:: (?P<reason>[^\n]{1,160}))?|\bpydantic(?:_co"
        r"re|_settings)?(?:\.\w+)*\.(?:ValidationError|SettingsError)\b(?:: \d+ validation errors? for (?P<resour"
        r"ce>\S+))?|\bjsonschema\.exceptions\.ValidationError\b(?:: (?P<reason2>[^\n]{1,160}))?|\bmarshmallow\.ex"
        r"ceptions\.ValidationError\b",
    ),
    Entry(
        _VALUE,
        r"\b(?:BindException: Failed to bind properties under|ConfigurationPropertiesBindException"
        r"|Failed to bind properties under) '(?P<key>[^']+)'[^\n]{0,80}|\bCould not resolve placeholder '(?P<var>"
        r"[^']+)' in value\b|\bConfigException(?:\$\w+)?: (?P<reason>[^\n]{1,160})|\bOptionsValidationException\b"
        r"(?:: (?P<reason2>[^\n]{1,160}))?",
    ),
    Entry(
        _VALUE,
        r"\b(?P<reason>ERR_INVALID_URL|ERR_SOCKET_BAD_PORT|ERR_INVALID_ARG_VALUE|ERR_UNSUPPORTED_(?:ESM_)?PROTOCO"
        r"L)\b|\bjava\.net\.(?:MalformedURLException|URISyntaxException)\b(?:: [^\n]{1,120})?|\bURI::InvalidURIEr"
        r"ror\b|\bUriFormatException\b(?:: [^\n]{1,120})?|\boptions\.port should be >= 0 and < 65536\b",
    ),
    Entry(
        _VALUE,
        r"\b(?:strconv\.(?:Atoi|Parse(?:Int|Uint|Float|Bool)): parsing \"(?P<value>[^\"]*)\"(?:: [a-z ]+)?"
        r"|time: (?:invalid duration|unknown unit|missing unit in duration) \"?(?P<value2>[^\"\n]{0,60})\"?"
        r"|ValueError: invalid literal for int\(\) with base \d+: '(?P<value3>[^']*)'|ValueError: could not conve"
        r"rt string to float: '(?P<value4>[^']*)'|NumberFormatException: For input string: \"(?P<value5>[^\"]*)\""
        r"|invalid value for (?:Integer|Float)\(\): \"(?P<value6>[^\"]*)\"|invalid digit found in string"
        r"|ParseIntError|The input string '(?P<value7>[^']*)' was not in a correct format)",
    ),
    Entry(
        ClaimType.CREDENTIALS_REFUSED,
        r"\b(?:NoCredentialsError|PartialCredentialsError|CredentialsError|NoCredentialProviders|CredentialsProvi"
        r"derError|DefaultCredentialsError|CredentialUnavailableException)\b[^\n]{0,80}|\bInvalid(?:ClientTokenId"
        r"|AccessKeyId|ClientSecret)\b|\bSignatureDoesNotMatch\b|\bExpiredToken(?:Exception)?\b|\bUnrecognizedCli"
        r"entException\b|\bAADSTS\d{5,7}\b",
    ),
    Entry(
        ClaimType.RIGHT_DENIED,
        r"\b(?:AccessDeniedException|AccessDenied)\b: (?:User: [^\n]{1,160} is not authorized to perform: (?P<ver"
        r"b>[\w:]+)[^\n]{0,80}|[^\n]{1,80})|\bis not authorized to perform: (?P<verb2>[\w:]+)|\bAuthorizationFail"
        r"ed\b|\bPERMISSION_DENIED: [^\n]{1,80}",
    ),
)

TABLE: Final = Table("exceptions", ENTRIES)


def terms(text: str) -> tuple[Term, ...]:
    """Return what exceptions of known types in the text claim; a type that says nothing more gives nothing."""
    return TABLE.terms(text)
