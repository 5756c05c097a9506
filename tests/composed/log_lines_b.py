"""Last words, second collection: rules spoken as exceptions, locks, nested records, wrappers; levels in many languages."""

from __future__ import annotations

TELLING = [
    # Locks and pid files.
    ("Error: Already running on PID 41 (or pid file '/srv/jobs/worker.pid' is stale)", "stale-state", "worker.pid"),
    ("A server is already running (pid: 1, file: /app/tmp/pids/server.pid).\nExiting", "stale-state", "server.pid"),
    ("httpd (pid 17) already running", "stale-state", ""),
    ("ERROR: Pidfile (celerybeat.pid) already exists.\nSeems we're already running? (pid: 1)", "stale-state", ""),
    ("pidfile /run/relay/relay.pid exists, is relay running?", "stale-state", "/run/relay/relay.pid"),
    ("FATAL: another instance is running with data directory /var/lib/tsdb", "stale-state", "/var/lib/tsdb"),
    ("Unable to lock /data/ledger.db: held by another process", "stale-state", "/data/ledger.db"),
    ("lock file /var/lib/mq/mq.lock already exists", "stale-state", "mq.lock"),
    (
        'FATAL:  lock file "postmaster.pid" already exists\nHINT:  Is another postmaster (PID 1) running in data directory'
        ' "/var/lib/postgresql/data"?',
        "stale-state",
        "",
    ),
    (
        "org.apache.kafka.common.KafkaException: Failed to acquire lock on file .lock in /var/kafka/data. A Kafka instance"
        " in another process or thread is using this directory.",
        "stale-state",
        "/var/kafka/data",
    ),
    ("panic: database /data/badger is locked by another process", "stale-state", ""),
    (
        'Error: Cannot acquire directory lock on "/data/badger".  Another process is using this database.',
        "stale-state",
        "",
    ),
    (
        'Database may be already in use: "/data/app.mv.db". Possible solutions: close all other connections',
        "stale-state",
        "",
    ),
    ("java.io.IOException: /nexus-data is already in use by another process", "stale-state", ""),
    ("error: could not open store: index is locked by pid 23", "stale-state", ""),
    ("daemon is still running with pid 7, remove the pid file /run/x/x.pid", "stale-state", "/run/x/x.pid"),
    (
        'FATAL:  could not create lock file "/var/run/postgresql/.s.PGSQL.5432.lock": Permission denied',
        "permission-denied",
        "/var/run/postgresql",
    ),
    # Rules about properties, spoken as exceptions.
    (
        "java.lang.IllegalArgumentException: requirement failed: advertised.listeners cannot use the nonroutable"
        " meta-address 0.0.0.0\n\tat kafka.server.KafkaConfig.validateValues(KafkaConfig.scala:1)",
        "bad-config",
        "advertised.listeners",
    ),
    (
        'org.apache.kafka.common.config.ConfigException: Missing required configuration "process.roles" which has no'
        " default value.",
        "bad-config",
        "process.roles",
    ),
    (
        "org.apache.kafka.common.config.ConfigException: Invalid value 7d for configuration log.retention.ms: Not a number"
        " of type LONG",
        "bad-config",
        "log.retention.ms",
    ),
    (
        "java.lang.IllegalStateException: queue.capacity must be greater than 0\n\tat"
        " com.acme.core.QueueConfig.validate(QueueConfig.java:41)",
        "bad-config",
        "queue.capacity",
    ),
    (
        "SettingsException: cluster.routing has an invalid value\n\tat org.x.SettingsLoader.load(SettingsLoader.java:1)",
        "bad-config",
        "cluster.routing",
    ),
    (
        'ValueError: BATCH_SIZE must be at least 1\nTraceback (most recent call last):\n  File "/app/settings.py", line'
        " 3, in validate_config",
        "bad-config",
        "BATCH_SIZE",
    ),
    (
        'Traceback (most recent call last):\n  File "/app/conf.py", line 31, in load_settings\n    raise'
        " ConfigError(text)\nacme.ConfigError: storage.engine is not supported",
        "bad-config",
        "storage.engine",
    ),
    (
        "panic: invalid configuration: ring.replication must be at least 1\n\ngoroutine 1"
        " [running]:\nmain.(*Config).Validate()\n\t/src/config.go:14 +0x1d",
        "bad-config",
        "ring.replication",
    ),
    (
        "java.lang.IllegalArgumentException: unknown setting [node.atrr.zone] please check that any required plugins are"
        " installed, or check the breaking changes documentation for removed settings",
        "bad-config",
        "node.atrr.zone",
    ),
    (
        "ValueError: The context does not fit. Try increasing `gpu_fraction` or decreasing `max_context_len`.",
        "bad-config",
        "max_context_len",
    ),
    ("RuntimeError: not enough shared memory. Consider lowering --num-workers.", "bad-config", "--num-workers"),
    # The innermost clause.
    (
        "error initializing config '/etc/edge/edge.yaml': cannot bind '0.0.0.0:9901': Address already in use",
        "port-conflict",
        "9901",
    ),
    (
        'invalid configuration "/etc/x/x.yaml": listener main: listen tcp :8443: bind: address already in use',
        "port-conflict",
        "8443",
    ),
    (
        "cannot load configuration /etc/relay/relay.toml: writing cache: No space left on device",
        "disk-full",
        "",
    ),
    # Records in records.
    (
        '{"s":"E","c":"WT","msg":"storage","attr":{"error":28,"message":{"error_str":"No space left on device",'
        '"error_code":28}}}\n{"s":"F","msg":"\\n\\n***aborting after fassert() failure\\n\\n"}',
        "disk-full",
        "",
    ),
    (
        '{"level":"fatal","msg":"boot","ctx":{"inner":{"errmsg":"password authentication failed for user \\"app\\""}}}',
        "dependency-auth-failed",
        "app",
    ),
    (
        '{"level":60,"msg":"start failed","data":{"cause":{"cause":{"message":"getaddrinfo ENOTFOUND mailer"}}}}',
        "dependency-unavailable",
        "mailer",
    ),
    (
        '{"severity":"CRITICAL","payload":"{\\"detail\\":{\\"error_message\\":\\"API_TOKEN is not set\\"}}","message":"x"}',
        "bad-config",
        "API_TOKEN",
    ),
    (
        '{"level":"error","message":"listen failed","details":[{"reason":"bind: address already in use","port":8080}]}',
        "port-conflict",
        "",
    ),
    # One traceback with a prefix on every line.
    (
        "(EngineCore_0 pid=82) ERROR 11-22 03:11:31 [core.py:515] Traceback (most recent call last):\n(EngineCore_0"
        ' pid=82) ERROR 11-22 03:11:31 [core.py:515]   File "/x/core.py", line 5, in run\n(EngineCore_0 pid=82) ERROR'
        " 11-22 03:11:31 [core.py:515] ModuleNotFoundError: No module named 'flashinfer'\nTraceback (most recent call"
        ' last):\n  File "/bin/vllm", line 10, in <module>\nRuntimeError: Engine core initialization failed. See root'
        " cause above. Failed core proc(s): {}",
        "missing-library",
        "flashinfer",
    ),
    # A missing variable in other languages.
    ("Start abgebrochen: Pflichtangabe KUNDEN_NR ist in der Umgebung nicht gesetzt", "bad-config", "KUNDEN_NR"),
    ("FEHLER: Umgebungsvariable API_TOKEN fehlt", "bad-config", "API_TOKEN"),
    ("erreur : la variable d'environnement API_TOKEN n'est pas définie", "bad-config", "API_TOKEN"),
    ("la variable de entorno API_TOKEN no está definida", "bad-config", "API_TOKEN"),
    ("a variável de ambiente API_TOKEN não definida", "bad-config", "API_TOKEN"),
    ("ОШИБКА: переменная окружения API_TOKEN не задана", "bad-config", "API_TOKEN"),
    ("错误: 环境变量 API_TOKEN 未设置", "bad-config", "API_TOKEN"),
    ("エラー: 環境変数 API_TOKEN が設定されていません", "bad-config", "API_TOKEN"),
    ("HATA: ortam değişkeni API_TOKEN tanımlı değil", "bad-config", "API_TOKEN"),
    ("błąd: zmienna środowiskowa API_TOKEN nie jest ustawiona", "bad-config", "API_TOKEN"),
]

CRASHES = [
    "java.lang.IllegalArgumentException: requirement failed: the batch is empty\n\tat com.acme.Batch.run(Batch.scala:3)",
    "java.lang.IllegalStateException: order.total must be positive\n\tat com.acme.Order.check(Order.java:3)",
    "java.lang.IllegalArgumentException: user.name should not be null\n\tat com.acme.UserService.create(UserService.java:3)",
    "ERROR request failed: user.email must be a valid address (400)\npanic: boom",
    "RuntimeError: See the logs above for details",
    "ValueError: please try again",
]

HARMLESS = [
    "another instance was elected leader\nstandby\nreceived SIGTERM, exiting",
    "acquired lock /data/ledger.lock\nlock released",
    "wrote pid file /run/relay/relay.pid\nworker is running, pid 23",
    'INFO ready\n{"level":"info","msg":"done","res":{"error":{"message":"No space left on device"}}}\nINFO bye',
    "INFO Umgebungsvariable API_TOKEN gelesen\nINFO 0 Fehler",
]

LOUDEST = [
    ("Verbindung zum Mandanten: FEHLER: Konto gesperrt\nAufräumen … beendet\nAbbau 2 beendet", "Konto gesperrt"),
    ("INFO a\nERROR: duplicate key in ledger\nINFO temp files removed\nexiting (1)", "duplicate key"),
    (
        '{"version":"1.1","short_message":"Bestand unlesbar","level":2}\n{"version":"1.1","short_message":"Ende","level":6}',
        "unlesbar",
    ),
    ('{"level":50,"msg":"ledger unreadable"}\n{"level":30,"msg":"bye"}', "unreadable"),
    ("E1122 03:11:30.000001       1 main.go:3] ledger odd\nI1122 03:11:30.000002       1 main.go:9] stopped", "odd"),
    ("<11>ledger odd\n<14>stopped", "odd"),
    ("[ERREUR] registre illisible\n[INFO] arrêt terminé", "illisible"),
    ("ОШИБКА: журнал повреждён\nработа завершена", "журнал"),
    ("错误: 账本损坏\n程序退出", "账本"),
    ("エラー: 台帳が壊れています\n終了しました", "台帳"),
    ("HATA: defter bozuk\nçıkılıyor (1)", "defter"),
    ("BŁĄD: rejestr uszkodzony\nzakończono, 0 błędów", "rejestr"),
    ("ledger: cannot read page 7\nbatch 8 written, 0 errors\nexited with 1", "page 7"),
    ("page 7 is odd\nfinished", "page 7"),
    ("2026-11-22 03:11:30 CRITICAL page 7\n2026-11-22 03:11:30 ERROR exiting", "page 7"),
    ("ERROR: page 7\n" + "INFO step done\n" * 60 + "exiting", "page 7"),
]
"""A death that no signature knows, and what its loudest line says."""

LEVELS = [
    ('{"version":"1.1","short_message":"x","level":3}', "error"),
    ('{"version":"1.1","short_message":"x","level":6}', "quiet"),
    ('{"level":60}', "fatal"),
    ('{"level":30}', "quiet"),
    ('{"s":"F","msg":"x"}', "fatal"),
    ('{"s":"D1","msg":"x"}', "quiet"),
    ('{"PRIORITY":"4","MESSAGE":"x"}', "warn"),
    ('{"log_level":"ERREUR"}', "error"),
    ("<3>x", "error"),
    ("<30>x", "quiet"),
    ("2026-11-22 03:11:30 FEHLER [main] x", "error"),
    ("【错误】 x", "error"),
    ("KRİTİK: x", "fatal"),
    ("Warnung: x", "warn"),
    ("Nov 22 03:10:00 box app[10]: <info> Nachricht, 0 Fehler", "quiet"),
    ("3 Fehler: a", ""),
    ("0 Fehler", ""),
    ('{"s":"some text"}', ""),
]

PLACES = [
    (
        "panic: x\n[signal SIGSEGV]\n\ngoroutine 1 [running]:\nruntime.gopanic()\n\t/usr/local/go/src/runtime/panic.go:88"
        " +0x1\ngithub.com/acme/rates.(*Curve).At(0x0)\n\t/src/curve.go:57 +0x2e\nmain.main()\n\t/src/main.go:9\n\n"
        "goroutine 2 [select]:\nq()\n\t/src/other.go:1",
        0,
        "curve.go:57",
    ),
    (
        'Traceback (most recent call last):\n  File "/app/main.py", line 9, in share\n    go()\n  File'
        ' "/usr/lib/python3.11/site-packages/z.py", line 2, in go\n    boom\n    ^^^^\nZeroDivisionError: x',
        6,
        "main.py",
    ),
    ("java.lang.X: y\n\tat java.util.A.b(A.java:3)\n\tat com.acme.Q.r(Q.java:17)", 0, "Q.java:17"),
    (
        "Error: x\n    at node:internal/a:1:2\n    at foo (/app/node_modules/z/i.js:2:3)\n    at bar (/app/x.js:3:9)",
        0,
        "/app/x.js:3:9",
    ),
    (
        "thread 'main' panicked at src/main.rs:4:5:\nboom\nstack backtrace:\n   0: std::panicking::begin\n            "
        " at /rustc/abc/library/std/src/panicking.rs:645:5\n   1: app::run\n             at ./src/run.rs:12:9",
        0,
        "run.rs:12",
    ),
    (
        "/app/lib/a.rb:3:in `x': boom (RuntimeError)\n\tfrom /usr/lib/ruby/3.2/z.rb:2:in `q'\n\tfrom /app/m.rb:2:in `<main>'",
        0,
        "m.rb:2",
    ),
    ("Unhandled exception. X: y\n   at System.A.B()\n   at Acme.C.D() in /src/C.cs:line 12", 0, "C.cs:line 12"),
    ("x\ny\nz", 0, ""),
]
"""A crash, the line of its words, and the frame of the program's own code."""
