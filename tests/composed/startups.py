"""What programs print when they fail to start: the words of the line that decides, and what it claims.

Written from knowledge of the programs before the engine was run on them; none of them is in the corpora of reports.
"""

from __future__ import annotations

from diagnostics.claims.model import ClaimType

STARTUPS: list[tuple[str, int, tuple[str, ...], tuple[ClaimType | None, ...], str]] = [
    # name, exit code, words of which the deciding line holds one, claims that are right (None: none), log
    (
        "haproxy",
        1,
        ("unable to load SSL certificate file",),
        (ClaimType.FILE_MISSING, ClaimType.CERTIFICATE, ClaimType.FILE_INVALID),
        r"""
[NOTICE]   (1) : haproxy version is 2.8.3-86e043a
[NOTICE]   (1) : path to executable is /usr/local/sbin/haproxy
[WARNING]  (1) : config : missing timeouts for proxy 'stats'.
   | While not properly invalid, you will certainly encounter various problems
   | with such a configuration. To fix this, please ensure that all following
   | timeouts are set to a non-zero value: 'client', 'connect', 'server'.
[ALERT]    (1) : config : parsing [/usr/local/etc/haproxy/haproxy.cfg:27] : 'bind *:443' in section 'frontend' : unable to load SSL certificate file '/certs/edge.pem' file does not exist.
[ALERT]    (1) : config : Error(s) found in configuration file : /usr/local/etc/haproxy/haproxy.cfg
[ALERT]    (1) : config : Fatal errors found in configuration.
""",
    ),
    (
        "envoy",
        1,
        ("unable to bind domain socket", "no such field"),
        (ClaimType.SETTING_UNKNOWN, ClaimType.SETTING_INVALID, ClaimType.FILE_INVALID),
        r"""
[2026-11-20 09:12:11.201][1][info][main] [source/server/server.cc:404] initializing epoch 0 (base id=0, hot restart version=11.120)
[2026-11-20 09:12:11.201][1][info][main] [source/server/server.cc:406] statically linked extensions:
[2026-11-20 09:12:11.201][1][info][main] [source/server/server.cc:408]   envoy.matching.http.input: envoy.matching.inputs.request_headers
[2026-11-20 09:12:11.216][1][critical][main] [source/server/server.cc:131] error initializing configuration '/etc/envoy/envoy.yaml': Protobuf message (type envoy.config.bootstrap.v3.Bootstrap reason INVALID_ARGUMENT: (static_resources.listeners[0]) invalid JSON in envoy.config.bootstrap.v3.Bootstrap @ static_resources.listeners[0]: message envoy.config.listener.v3.Listener, near 1:71 (offset 70): no such field: 'filter_chain') has unknown fields
[2026-11-20 09:12:11.217][1][info][main] [source/server/server.cc:972] exiting
Protobuf message (type envoy.config.bootstrap.v3.Bootstrap reason INVALID_ARGUMENT: (static_resources.listeners[0]) invalid JSON in envoy.config.bootstrap.v3.Bootstrap @ static_resources.listeners[0]: message envoy.config.listener.v3.Listener, near 1:71 (offset 70): no such field: 'filter_chain') has unknown fields
""",
    ),
    (
        "varnish",
        2,
        ("Backend host '\"api.shop\"' could not be resolved", "could not be resolved to an IP address"),
        (ClaimType.NAME_UNRESOLVED,),
        r"""
Error:
Message from VCC-compiler:
Backend host '"api.shop"' could not be resolved to an IP address:
	Name or service not known
(Sorry if that error message is gibberish.)
('/etc/varnish/default.vcl' Line 4 Pos 13)
    .host = "api.shop";
------------##########-

In backend specification starting at:
('/etc/varnish/default.vcl' Line 3 Pos 1)
backend default {
#######----------

Running VCC-compiler failed, exited with 2
VCL compilation failed
""",
    ),
    (
        "httpd",
        1,
        ("AH00526", "Invalid command 'RewriteEngine'"),
        (ClaimType.SETTING_UNKNOWN, ClaimType.FILE_INVALID),
        r"""
AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using 10.42.0.9. Set the 'ServerName' directive globally to suppress this message
AH00526: Syntax error on line 14 of /usr/local/apache2/conf/extra/site.conf:
Invalid command 'RewriteEngine', perhaps misspelled or defined by a module not included in the server configuration
""",
    ),
    (
        "postfix",
        1,
        ("bad string length 0 < 1: mydomain", "mydomain ="),
        (ClaimType.SETTING_INVALID, ClaimType.SETTING_MISSING),
        r"""
Nov 20 10:11:02 mail-0 postfix/postfix-script[74]: warning: symlink leaves directory: /etc/postfix/./makedefs.out
postfix: fatal: config variable mydomain: bad string length 0 < 1: mydomain =
postfix: Postfix is running with backwards-compatible default settings
""",
    ),
    (
        "dovecot",
        89,
        ("Unknown setting: ssl_protocols",),
        (ClaimType.SETTING_UNKNOWN,),
        r"""
Nov 20 10:15:31 Info: Dovecot starting up without any protocols
doveconf: Fatal: Error in configuration file /etc/dovecot/dovecot.conf line 31: Unknown setting: ssl_protocols
""",
    ),
    (
        "named",
        1,
        ("open: /etc/bind/named.conf: file not found", "loading configuration: file not found"),
        (ClaimType.FILE_MISSING,),
        r"""
20-Nov-2026 10:17:02.102 starting BIND 9.18.24 (Extended Support Version) <id:5edc7ab>
20-Nov-2026 10:17:02.102 running on Linux x86_64 5.15.0-1 #1 SMP
20-Nov-2026 10:17:02.110 loading configuration from '/etc/bind/named.conf'
20-Nov-2026 10:17:02.111 open: /etc/bind/named.conf: file not found
20-Nov-2026 10:17:02.111 loading configuration: file not found
20-Nov-2026 10:17:02.111 exiting (due to fatal error)
""",
    ),
    (
        "powerdns",
        99,
        ('could not translate host name "pdns-db"',),
        (ClaimType.NAME_UNRESOLVED,),
        r"""
Nov 20 10:18:41 Loading '/usr/lib/x86_64-linux-gnu/pdns/libgpgsqlbackend.so'
Nov 20 10:18:41 [gpgsqlbackend] This is the gpgsql backend version 4.8.4 reporting
Nov 20 10:18:41 UDP server bound to 0.0.0.0:53
Nov 20 10:18:41 TCP server bound to 0.0.0.0:53
Nov 20 10:18:41 PowerDNS Authoritative Server 4.8.4 (C) 2001-2022 PowerDNS.COM BV
Nov 20 10:18:44 gpgsql Connection failed: Unable to connect to database: Error: could not translate host name "pdns-db" to address: Name or service not known
Nov 20 10:18:44 Caught an exception instantiating a backend: Unable to launch gpgsql connection: Unable to connect to database: Error: could not translate host name "pdns-db" to address: Name or service not known
Nov 20 10:18:44 Cleaning up
Nov 20 10:18:44 TCP nameserver had error, shutting down: Unable to launch gpgsql connection: Unable to connect to database: Error: could not translate host name "pdns-db" to address: Name or service not known
""",
    ),
    (
        "unbound",
        1,
        ("cannot open control interface", "can't bind socket"),
        (ClaimType.PORT_PRIVILEGED, ClaimType.ACCESS_DENIED),
        r"""
[1732097911] unbound[1:0] notice: init module 0: validator
[1732097911] unbound[1:0] error: can't bind socket: Permission denied for 0.0.0.0 port 53
[1732097911] unbound[1:0] fatal error: could not open ports
""",
    ),
    (
        "dnsmasq",
        2,
        ("failed to create listening socket for port 53",),
        (ClaimType.ADDRESS_IN_USE,),
        r"""
dnsmasq: failed to create listening socket for port 53: Address in use
""",
    ),
    (
        "squid",
        1,
        ("Bungled /etc/squid/squid.conf", "Invalid ACL type"),
        (ClaimType.SETTING_UNKNOWN, ClaimType.FILE_INVALID),
        r"""
2026/11/20 10:22:51| Processing Configuration File: /etc/squid/squid.conf (depth 0)
2026/11/20 10:22:51| aclParseAclLine: Invalid ACL type 'dstdomian'
2026/11/20 10:22:51| FATAL: Bungled /etc/squid/squid.conf line 12: acl allowed dstdomian .example.com
2026/11/20 10:22:51| Squid Cache (Version 5.7): Terminated abnormally.
CPU Usage: 0.011 seconds = 0.007 user + 0.004 sys
Maximum Resident Size: 60032 KB
Page faults with physical i/o: 0
""",
    ),
    (
        "mosquitto",
        3,
        ("Unable to open pwfile",),
        (ClaimType.FILE_MISSING, ClaimType.ACCESS_DENIED),
        r"""
1732098001: mosquitto version 2.0.18 starting
1732098001: Config loaded from /mosquitto/config/mosquitto.conf.
1732098001: Error: Unable to open pwfile "/mosquitto/secret/passwd".
1732098001: Error opening password file "/mosquitto/secret/passwd".
""",
    ),
    (
        "synapse",
        1,
        ("Missing mandatory `server_name`",),
        (ClaimType.SETTING_MISSING,),
        r"""
Starting synapse with args -m synapse.app.homeserver --config-path /data/homeserver.yaml
This server is configured to use 'matrix.org' as its trusted key server via the
'trusted_key_servers' config option. 'matrix.org' is a good choice for a key
server since it is long-lived, stable and trusted.
Error in configuration:
  Missing mandatory `server_name` config option.
""",
    ),
    (
        "thanos",
        1,
        ("field acess_key not found",),
        (ClaimType.SETTING_UNKNOWN, ClaimType.SETTING_INVALID, ClaimType.FILE_INVALID),
        r"""
ts=2026-11-20T10:31:11.215Z caller=factory.go:53 level=info msg="loading bucket configuration"
ts=2026-11-20T10:31:11.219Z caller=main.go:135 level=error err="yaml: unmarshal errors:\n  line 3: field acess_key not found in type s3.Config\nparsing s3 configuration\ngithub.com/thanos-io/objstore/providers/s3.NewBucket\n\t/go/pkg/mod/github.com/thanos-io/objstore@v0.0.0/providers/s3/s3.go:167\ngithub.com/thanos-io/objstore/client.NewBucket\n\t/go/pkg/mod/client/factory.go:79\nmain.runStore\n\t/app/cmd/thanos/store.go:296\ncreate bucket client\nmain.runStore\npreparing store command failed\nmain.main\n\t/app/cmd/thanos/main.go:135"
""",
    ),
    (
        "flink",
        1,
        ("JobManager memory configuration failed",),
        (ClaimType.SETTING_MISSING, ClaimType.SETTING_INVALID),
        r"""
Starting Job Manager
2026-11-20 10:33:07,112 INFO  org.apache.flink.runtime.entrypoint.ClusterEntrypoint        [] - --------------------------------------------------------------------------------
2026-11-20 10:33:07,115 INFO  org.apache.flink.runtime.entrypoint.ClusterEntrypoint        [] -  Starting StandaloneSessionClusterEntrypoint (Version: 1.17.1, Scala: 2.12, Rev:2750d5c)
2026-11-20 10:33:07,402 ERROR org.apache.flink.runtime.entrypoint.ClusterEntrypoint        [] - Could not start cluster entrypoint StandaloneSessionClusterEntrypoint.
org.apache.flink.configuration.IllegalConfigurationException: JobManager memory configuration failed: Either required fine-grained memory (jobmanager.memory.heap.size), or Total Flink Memory size (Key: 'jobmanager.memory.flink.size' , default: null (fallback keys: [])), or Total Process Memory size (Key: 'jobmanager.memory.process.size' , default: null (fallback keys: [])) need to be configured explicitly.
	at org.apache.flink.runtime.jobmanager.JobManagerProcessUtils.processSpecFromConfigWithNewOptionToInterpretLegacyHeap(JobManagerProcessUtils.java:78) ~[flink-dist-1.17.1.jar:1.17.1]
	at org.apache.flink.runtime.util.bash.BashJavaUtils.getJmResourceParams(BashJavaUtils.java:98) [flink-dist-1.17.1.jar:1.17.1]
""",
    ),
    (
        "hdfs-namenode",
        1,
        ("NameNode is not formatted",),
        (ClaimType.HALF_DONE, ClaimType.DATA_CORRUPT, None),
        r"""
2026-11-20 10:36:01,311 INFO namenode.NameNode: STARTUP_MSG:
/************************************************************
STARTUP_MSG: Starting NameNode
STARTUP_MSG:   host = hdfs-nn-0/10.42.3.11
STARTUP_MSG:   version = 3.3.6
************************************************************/
2026-11-20 10:36:02,100 INFO common.Storage: Lock on /hadoop/dfs/name/in_use.lock acquired by nodename 29@hdfs-nn-0
2026-11-20 10:36:02,104 WARN namenode.FSNamesystem: Encountered exception loading fsimage
java.io.IOException: NameNode is not formatted.
	at org.apache.hadoop.hdfs.server.namenode.FSImage.recoverTransitionRead(FSImage.java:252)
	at org.apache.hadoop.hdfs.server.namenode.FSNamesystem.loadFSImage(FSNamesystem.java:1197)
2026-11-20 10:36:02,110 INFO impl.MetricsSystemImpl: Stopping NameNode metrics system...
2026-11-20 10:36:02,113 ERROR namenode.NameNode: Failed to start namenode.
java.io.IOException: NameNode is not formatted.
	at org.apache.hadoop.hdfs.server.namenode.FSImage.recoverTransitionRead(FSImage.java:252)
2026-11-20 10:36:02,116 INFO util.ExitUtil: Exiting with status 1: java.io.IOException: NameNode is not formatted.
2026-11-20 10:36:02,118 INFO namenode.NameNode: SHUTDOWN_MSG:
/************************************************************
SHUTDOWN_MSG: Shutting down NameNode at hdfs-nn-0/10.42.3.11
************************************************************/
""",
    ),
    (
        "couchbase-sync-gw",
        1,
        ('Invalid value for "bootstrap.server"', "no such host"),
        (ClaimType.NAME_UNRESOLVED,),
        r"""
2026-11-20T10:38:55.117Z ==== Couchbase Sync Gateway/3.1.1(17;2ae1c9b) EE ====
2026-11-20T10:38:55.118Z [INF] Loading content from [/etc/sync_gateway/config.json] ...
2026-11-20T10:38:55.130Z [INF] Config: Starting in persistent mode using config group "default"
2026-11-20T10:38:58.415Z [INF] Couldn't connect to bootstrap cluster, retrying: unambiguous timeout
2026-11-20T10:39:25.131Z [ERR] Couldn't start Sync Gateway: failed to connect to cluster agent: lookup _couchbase._tcp.cb-srv.data on 10.96.0.10:53: no such host -- main.main() at main.go:63
""",
    ),
    (
        "arangodb",
        22,
        ("unable to create database directory",),
        (ClaimType.ACCESS_DENIED,),
        r"""
2026-11-20T10:41:31.502Z [1] INFO [e52b0] ArangoDB 3.11.5 [linux] 64bit, using jemalloc, build tags/v3.11.5-0-g1be0cb5
2026-11-20T10:41:31.502Z [1] INFO [75ddc] detected operating system: Linux version 5.15.0
2026-11-20T10:41:31.530Z [1] WARNING [3e451] {memory} It is recommended to set NUMA to interleaved.
2026-11-20T10:41:31.531Z [1] FATAL [be750] {startup} unable to create database directory '/var/lib/arangodb3/databases': Permission denied
2026-11-20T10:41:31.531Z [1] ERROR [fbf6e] {crash} exiting because of a fatal error
""",
    ),
    (
        "cratedb",
        78,
        ("max virtual memory areas",),
        (ClaimType.KERNEL_LIMIT,),
        r"""
[2026-11-20T10:43:11,100][INFO ][o.e.e.NodeEnvironment    ] [crate-0] using [1] data paths, mounts [[/data (/dev/sdb)]], net usable_space [9.5gb], net total_space [9.7gb], types [ext4]
[2026-11-20T10:43:14,870][INFO ][o.e.n.Node               ] [crate-0] initialized
[2026-11-20T10:43:15,012][INFO ][o.e.b.BootstrapChecks    ] [crate-0] bound or publishing to a non-loopback address, enforcing bootstrap checks
[2026-11-20T10:43:15,015][ERROR][o.e.b.Bootstrap          ] [crate-0] node validation exception
[1] bootstrap checks failed
[1]: max virtual memory areas vm.max_map_count [65530] likely too low, increase to at least [262144] by adding `vm.max_map_count = 262144` to `/etc/sysctl.conf` or invoking `sysctl -w vm.max_map_count=262144`
[2026-11-20T10:43:15,019][INFO ][o.e.n.Node               ] [crate-0] stopping ...
[2026-11-20T10:43:15,040][INFO ][o.e.n.Node               ] [crate-0] closed
""",
    ),
    (
        "foundationdb",
        1,
        ("connection string invalid",),
        (ClaimType.SETTING_INVALID, ClaimType.FILE_INVALID),
        r"""
Starting FDB server on 10.42.1.9:4500
ERROR: connection string invalid: "fdb:docker@" in cluster file /var/fdb/fdb.cluster
Error: Unable to parse cluster file
Time="1732099412.112" Severity="40" LogGroup="default" Type="ClusterFileError" ID="0000000000000000"
""",
    ),
    (
        "tidb",
        1,
        ("no such host",),
        (ClaimType.NAME_UNRESOLVED,),
        r"""
[2026/11/20 10:46:02.002 +00:00] [INFO] [printer.go:34] ["Welcome to TiDB."] ["Release Version"=v7.1.2] [Edition=Community]
[2026/11/20 10:46:02.003 +00:00] [INFO] [store.go:75] ["new store"] [path=tikv://tidb-pd:2379]
[2026/11/20 10:46:02.010 +00:00] [WARN] [base_client.go:291] ["[pd] failed to get cluster id"] [url=http://tidb-pd:2379] [error="[PD:client:ErrClientGetMember]error:rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing dial tcp: lookup tidb-pd on 10.96.0.10:53: no such host\" target:tidb-pd:2379 status:TRANSIENT_FAILURE"]
[2026/11/20 10:46:32.015 +00:00] [ERROR] [base_client.go:144] ["[pd] failed to update member"] [urls="[http://tidb-pd:2379]"] [error="[PD:client:ErrClientGetLeader]get leader from [http://tidb-pd:2379] error"]
[2026/11/20 10:47:02.020 +00:00] [FATAL] [terror.go:309] ["unexpected error"] [error="[PD:client:ErrClientGetMember]get leader from [http://tidb-pd:2379] error: lookup tidb-pd on 10.96.0.10:53: no such host"] [stack="github.com/pingcap/tidb/parser/terror.MustNil\n\t/home/jenkins/tidb/parser/terror/terror.go:309\nmain.createStoreAndDomain\n\t/home/jenkins/tidb/tidb-server/main.go:302\nmain.main\n\t/home/jenkins/tidb/tidb-server/main.go:214"]
""",
    ),
    (
        "proxysql",
        1,
        ("Parse error at /etc/proxysql.cnf:17",),
        (ClaimType.FILE_INVALID, ClaimType.SETTING_INVALID),
        r"""
2026-11-20 10:48:31 [INFO] Using config file /etc/proxysql.cnf
Parse error at /etc/proxysql.cnf:17 - syntax error
""",
    ),
    (
        "pgbouncer",
        1,
        ("unknown parameter: pgbouncer/pool_modee",),
        (ClaimType.SETTING_UNKNOWN,),
        r"""
2026-11-20 10:50:11.115 UTC [1] ERROR unknown parameter: pgbouncer/pool_modee
2026-11-20 10:50:11.115 UTC [1] FATAL cannot load config file
""",
    ),
    (
        "aerospike",
        1,
        ("'proto-fd-max' can't exceed system limit",),
        (ClaimType.KERNEL_LIMIT, ClaimType.SETTING_INVALID),
        r"""
Nov 20 2026 10:51:55 GMT: INFO (as): (as.c:300) <><><><><><><><><><>  Aerospike Community Edition build 6.4.0.1  <><><><><><><><><><>
Nov 20 2026 10:51:55 GMT: INFO (config): (cfg.c:3744) # Aerospike database configuration file.
Nov 20 2026 10:51:55 GMT: CRITICAL (config): (cfg.c:4103) 'proto-fd-max' can't exceed system limit of 1024 (RLIMIT_NOFILE)
Nov 20 2026 10:51:55 GMT: WARNING (as): (signal.c:160) SIGUSR1 received, aborting Aerospike Community Edition build 6.4.0.1
""",
    ),
    (
        "tarantool",
        1,
        ("unsupported format '0.14'",),
        (ClaimType.DATA_VERSION, ClaimType.DATA_CORRUPT, ClaimType.FILE_INVALID),
        r"""
2026-11-20 10:53:12.402 [1] main/103/init.lua I> Tarantool 2.11.1-0-g96877bd Linux-x86_64-RelWithDebInfo
2026-11-20 10:53:12.410 [1] main/103/init.lua/box.load_cfg I> set 'wal_dir' configuration option to "/var/lib/tarantool"
2026-11-20 10:53:12.433 [1] main/103/init.lua xlog.c:1204 E> XlogError: failed to parse snapshot header, unsupported format '0.14'
2026-11-20 10:53:12.433 [1] main/103/init.lua F> can't initialize storage: failed to parse snapshot header, unsupported format '0.14'
2026-11-20 10:53:12.433 [1] main/103/init.lua F> can't initialize storage: failed to parse snapshot header, unsupported format '0.14'
""",
    ),
    (
        "authelia",
        1,
        ("option 'host' is required", "option 'encryption_key' is required"),
        (ClaimType.SETTING_MISSING,),
        r"""
time="2026-11-20T10:55:01Z" level=warning msg="Configuration: configuration key 'host' is deprecated in 4.30.0 and has been replaced by 'server.host'"
time="2026-11-20T10:55:01Z" level=error msg="Configuration: session: redis: option 'host' is required"
time="2026-11-20T10:55:01Z" level=error msg="Configuration: storage: option 'encryption_key' is required"
time="2026-11-20T10:55:01Z" level=fatal msg="Can't continue due to the errors loading the configuration"
""",
    ),
    (
        "dex",
        1,
        ("customresourcedefinitions.apiextensions.k8s.io is forbidden",),
        (ClaimType.RIGHT_DENIED,),
        r"""
{"time":"2026-11-20T10:56:10Z","level":"INFO","msg":"Version info","dex_version":"v2.38.0","go":{"version":"go1.21.7","os":"linux","arch":"amd64"}}
{"time":"2026-11-20T10:56:10Z","level":"INFO","msg":"config issuer","issuer":"https://dex.example.com"}
{"time":"2026-11-20T10:56:10Z","level":"ERROR","msg":"failed to list CRDs","err":"forbidden"}
failed to initialize storage: failed to inspect service account token: cannot create custom resources: customresourcedefinitions.apiextensions.k8s.io is forbidden: User "system:serviceaccount:auth:dex" cannot create resource "customresourcedefinitions" in API group "apiextensions.k8s.io" at the cluster scope
""",
    ),
    (
        "mattermost",
        1,
        ("password authentication failed", "Failed to ping DB, server will exit"),
        (ClaimType.CREDENTIALS_REFUSED,),
        r"""
{"timestamp":"2026-11-20 10:58:12.002 Z","level":"info","msg":"Server is initializing...","caller":"platform/service.go:168","go_version":"go1.20.7"}
{"timestamp":"2026-11-20 10:58:12.033 Z","level":"info","msg":"Pinging SQL","caller":"sqlstore/utils.go:62","database":"master"}
{"timestamp":"2026-11-20 10:58:12.041 Z","level":"error","msg":"Failed to ping DB","caller":"sqlstore/utils.go:66","error":"pq: password authentication failed for user \"mmuser\"","retrying in seconds":10}
{"timestamp":"2026-11-20 10:59:52.241 Z","level":"error","msg":"Failed to ping DB","caller":"sqlstore/utils.go:66","error":"pq: password authentication failed for user \"mmuser\"","retrying in seconds":10}
{"timestamp":"2026-11-20 11:00:02.241 Z","level":"fatal","msg":"Failed to ping DB, server will exit.","caller":"sqlstore/store.go:160"}
""",
    ),
    (
        "ghost",
        2,
        ("Duplicate column name 'newsletter_id'",),
        (ClaimType.HALF_DONE, ClaimType.MIGRATION_FAILED),
        r"""
[2026-11-20 11:01:01] INFO Ghost is running in production...
[2026-11-20 11:01:03] INFO Creating table: newsletters
[2026-11-20 11:01:04] INFO Running migrations
[2026-11-20 11:01:05] ERROR alter table `posts` add column `newsletter_id` varchar(24) null - ER_DUP_FIELDNAME: Duplicate column name 'newsletter_id'

alter table `posts` add column `newsletter_id` varchar(24) null - ER_DUP_FIELDNAME: Duplicate column name 'newsletter_id'

"OuterError: Error occurred while executing the following migration: 2022-01-20-05-55-add-post-products-table.js"

Error ID:
    300

Error Code:
    ER_DUP_FIELDNAME

----------------------------------------

RollbackError: alter table `posts` add column `newsletter_id` varchar(24) null - ER_DUP_FIELDNAME: Duplicate column name 'newsletter_id'
    at RollbackError.KnexMigrateError (/var/lib/ghost/versions/5.2.3/node_modules/knex-migrator/lib/errors.js:7:26)
    at new RollbackError (/var/lib/ghost/versions/5.2.3/node_modules/knex-migrator/lib/errors.js:31:26)

[2026-11-20 11:01:05] WARN Ghost is shutting down
[2026-11-20 11:01:05] WARN Ghost has shut down
[2026-11-20 11:01:05] WARN Your site is now offline
""",
    ),
    (
        "gerrit",
        1,
        ("Unsupported schema version 181",),
        (ClaimType.DATA_VERSION,),
        r"""
[2026-11-20T11:03:02.110Z] [main] INFO  com.google.gerrit.server.git.LocalDiskRepositoryManager : Defaulting core.streamFileThreshold to 1g
[2026-11-20T11:03:04.251Z] [main] ERROR com.google.gerrit.pgm.Daemon : Unable to start daemon
com.google.inject.ProvisionException: Unable to provision, see the following errors:

1) [Guice/ErrorInCustomProvider]: ProvisionException: Unsupported schema version 181; expected schema version 184. Run init to upgrade.
  at NoteDbSchemaVersionCheck.start(NoteDbSchemaVersionCheck.java:71)

1 error
	at com.google.gerrit.server.schema.NoteDbSchemaVersionCheck.start(NoteDbSchemaVersionCheck.java:71)
	at com.google.gerrit.lifecycle.LifecycleManager.start(LifecycleManager.java:95)
""",
    ),
    (
        "woodpecker",
        1,
        ("WOODPECKER_HOST is not properly configured",),
        (ClaimType.SETTING_MISSING, ClaimType.SETTING_INVALID),
        r"""
{"level":"info","time":"2026-11-20T11:05:01Z","message":"LogLevel = info"}
{"level":"info","time":"2026-11-20T11:05:01Z","message":"starting Woodpecker server with version '2.4.1'"}
{"level":"fatal","error":"WOODPECKER_HOST is not properly configured","time":"2026-11-20T11:05:01Z","message":"error running server"}
""",
    ),
    (
        "caddy",
        1,
        ("unrecognized directive: revers_proxy",),
        (ClaimType.SETTING_UNKNOWN, ClaimType.FILE_INVALID),
        r"""
{"level":"info","ts":1732100801.112,"msg":"using provided configuration","config_file":"/etc/caddy/Caddyfile","config_adapter":"caddyfile"}
Error: adapting config using caddyfile: /etc/caddy/Caddyfile:7: unrecognized directive: revers_proxy
Did you mean to define a second site? If so, you must use curly braces around each site to separate their configurations.
""",
    ),
    (
        "velero",
        1,
        ("DataUpload custom resource not found",),
        (ClaimType.KIND_MISSING,),
        r"""
time="2026-11-20T11:08:01Z" level=info msg="setting log-level to INFO" logSource="pkg/cmd/server/server.go:172"
time="2026-11-20T11:08:01Z" level=info msg="Checking existence of namespace." logSource="pkg/cmd/server/server.go:414" namespace=velero
time="2026-11-20T11:08:01Z" level=info msg="Checking existence of Velero custom resource definitions" logSource="pkg/cmd/server/server.go:450"
An error occurred: DataUpload custom resource not found in Velero API group velero.io/v2alpha1 - Velero custom resources not installed - apply config/crd/v1/bases/*.yaml,config/crd/v2alpha1*.yaml, to update the custom resource definitions
""",
    ),
    (
        "keda",
        1,
        ("no matches for kind",),
        (ClaimType.KIND_MISSING,),
        r"""
2026-11-20T11:09:22Z	INFO	setup	Running on Kubernetes 1.27	{"version": "v1.27.3"}
2026-11-20T11:09:22Z	INFO	setup	Starting manager
2026-11-20T11:09:22Z	INFO	controller-runtime.metrics	Starting metrics server
2026-11-20T11:09:24Z	ERROR	controller-runtime.source.EventHandler	if kind is a CRD, it should be installed before calling Start	{"kind": "CloudEventSource.eventing.keda.sh", "error": "no matches for kind \"CloudEventSource\" in version \"eventing.keda.sh/v1alpha1\""}
sigs.k8s.io/controller-runtime/pkg/internal/source.(*Kind).Start.func1.1
	/workspace/vendor/sigs.k8s.io/controller-runtime/pkg/internal/source/kind.go:68
2026-11-20T11:11:24Z	ERROR	Could not wait for Cache to sync	{"controller": "cloudeventsource", "error": "failed to wait for cloudeventsource caches to sync: timed out waiting for cache to be synced for Kind *v1alpha1.CloudEventSource"}
2026-11-20T11:11:24Z	INFO	Stopping and waiting for non leader election runnables
2026-11-20T11:11:24Z	ERROR	setup	problem running manager	{"error": "failed to wait for cloudeventsource caches to sync: timed out waiting for cache to be synced for Kind *v1alpha1.CloudEventSource"}
""",
    ),
    (
        "mlflow",
        1,
        ("Detected out-of-date database schema",),
        (ClaimType.DATA_VERSION,),
        r"""
2026/11/20 11:12:41 ERROR mlflow.cli: Error initializing backend store
2026/11/20 11:12:41 ERROR mlflow.cli: Detected out-of-date database schema (found version 451aebb31d03, but expected cc1f77228345). Take a backup of your database, then run 'mlflow db upgrade <database_uri>' to migrate your database to the latest schema. NOTE: schema migration may result in database downtime - please consult your database's documentation for more detail.
Traceback (most recent call last):
  File "/usr/local/lib/python3.10/site-packages/mlflow/cli.py", line 418, in server
    initialize_backend_stores(backend_store_uri, registry_store_uri, default_artifact_root)
  File "/usr/local/lib/python3.10/site-packages/mlflow/store/db/utils.py", line 68, in _verify_schema
    raise MlflowException(
mlflow.exceptions.MlflowException: Detected out-of-date database schema (found version 451aebb31d03, but expected cc1f77228345). Take a backup of your database, then run 'mlflow db upgrade <database_uri>' to migrate your database to the latest schema.
""",
    ),
    (
        "ray",
        1,
        ("Timed out while trying to connect to GCS", "Unable to connect to GCS"),
        (ClaimType.UNREACHABLE, ClaimType.NAME_UNRESOLVED, ClaimType.NOT_READY),
        r"""
2026-11-20 11:14:01,552	WARNING utils.py:1484 -- Unable to connect to GCS (ray head) at ray-head:6379. Check that (1) Ray with matching version started successfully at the specified address, (2) this node can reach the specified address, and (3) there is no firewall setting preventing access.
2026-11-20 11:14:06,573	INFO scripts.py:926 -- Local node IP: 10.42.3.8
Traceback (most recent call last):
  File "/home/ray/anaconda3/bin/ray", line 8, in <module>
    sys.exit(main())
  File "/home/ray/anaconda3/lib/python3.8/site-packages/ray/_private/services.py", line 455, in wait_for_node
    raise TimeoutError(
ConnectionError: ray.exceptions.RpcError: Timed out while trying to connect to GCS at ray-head:6379.
""",
    ),
    (
        "dagster",
        1,
        ("unexpected config entry", "Errors whilst loading dagster instance config"),
        (ClaimType.SETTING_UNKNOWN, ClaimType.SETTING_INVALID),
        r"""
/usr/local/lib/python3.10/site-packages/dagster/_core/workspace/context.py:602: UserWarning: Error loading repository location
Traceback (most recent call last):
  File "/usr/local/bin/dagster-daemon", line 8, in <module>
    sys.exit(main())
  File "/usr/local/lib/python3.10/site-packages/dagster/_core/instance/config.py", line 88, in dagster_instance_config
    raise DagsterInvalidConfigError(
dagster._core.errors.DagsterInvalidConfigError: Errors whilst loading dagster instance config at dagster.yaml.
    Error 1: Received unexpected config entry "run_storge" at the root. Expected: "{ compute_logs?: { class: String } run_storage?: {...} }".
""",
    ),
    (
        "zigbee2mqtt",
        1,
        ("Error while opening serialport", "cannot open /dev/ttyACM0"),
        (ClaimType.DEVICE_MISSING,),
        r"""
Using '/app/data' as data directory
[2026-11-20 11:17:01] info: 	z2m: Logging to console, file (filename: log.log)
[2026-11-20 11:17:01] info: 	z2m: Starting Zigbee2MQTT version 1.36.1 (commit #ffc2ff1)
[2026-11-20 11:17:01] info: 	zh:controller: Starting zigbee-herdsman (0.42.0)
[2026-11-20 11:17:01] error: 	z2m: Error while starting zigbee-herdsman
[2026-11-20 11:17:01] error: 	z2m: Failed to start zigbee
[2026-11-20 11:17:01] error: 	z2m: Check https://www.zigbee2mqtt.io/guide/installation/20_zigbee2mqtt-fails-to-start.html for possible solutions
[2026-11-20 11:17:01] error: 	z2m: Exiting...
[2026-11-20 11:17:01] error: 	z2m: Error: Error while opening serialport 'Error: Error: No such file or directory, cannot open /dev/ttyACM0'
    at AdapterFactory.create (/app/node_modules/zigbee-herdsman/src/adapter/z-stack/znp/znp.ts:152:43)
""",
    ),
    (
        "jellyfin",
        134,
        ("access to the path", "Access to the path '/config/log' is denied"),
        (ClaimType.ACCESS_DENIED,),
        r"""
Unhandled exception. System.UnauthorizedAccessException: Access to the path '/config/log' is denied.
 ---> System.IO.IOException: Permission denied
   --- End of inner exception stack trace ---
   at System.IO.FileSystem.CreateDirectory(String fullPath, UnixFileMode unixCreateMode)
   at System.IO.Directory.CreateDirectory(String path)
   at Jellyfin.Server.Helpers.StartupHelpers.CreateApplicationPaths(IStartupOptions options) in /repo/Jellyfin.Server/Helpers/StartupHelpers.cs:line 71
   at Jellyfin.Server.Program.StartApp(StartupOptions options) in /repo/Jellyfin.Server/Program.cs:line 73
""",
    ),
    (
        "minecraft",
        1,
        ("Please accept the Minecraft EULA",),
        (ClaimType.SETTING_MISSING, ClaimType.SETTING_INVALID, None),
        r"""
[init] Running as uid=1000 gid=1000 with /data as 'drwxrwxrwx 3 root root 4096 Nov 20 11:20 /data'
[init] Resolving type given VANILLA
[init] ERROR: Please accept the Minecraft EULA at https://account.mojang.com/documents/minecraft_eula by adding the following immediately after 'docker run': -e EULA=TRUE
""",
    ),
    (
        "slapd",
        1,
        ("TLS init def ctx failed: -64",),
        (ClaimType.CERTIFICATE, None),
        r"""
655f1a2b @(#) $OpenLDAP: slapd 2.5.13+dfsg-5 (Feb  8 2023 01:56:12) $
	Debian OpenLDAP Maintainers <pkg-openldap-devel@lists.alioth.debian.org>
655f1a2b main: TLS init def ctx failed: -64
655f1a2b slapd stopped.
655f1a2b connections_destroy: nothing to destroy.
""",
    ),
    (
        "freeradius",
        1,
        ("server.pem", "No such file or directory"),
        (ClaimType.FILE_MISSING, ClaimType.CERTIFICATE),
        r"""
FreeRADIUS Version 3.2.3
Copyright (C) 1999-2022 The FreeRADIUS server project and contributors
Starting - reading configuration files ...
including configuration file /etc/freeradius/radiusd.conf
including configuration file /etc/freeradius/clients.conf
tls: (TLS) Failed reading certificate file "/etc/freeradius/certs/server.pem"
tls: error:02001002:system library:fopen:No such file or directory
rlm_eap_tls: Failed initializing SSL context
rlm_eap (EAP): Failed to initialise rlm_eap_tls
/etc/freeradius/mods-enabled/eap[14]: Instantiation failed for module "eap"
""",
    ),
    (
        "kea",
        1,
        ("does not match the prefix of a subnet",),
        (ClaimType.SETTING_INVALID, ClaimType.FILE_INVALID),
        r"""
2026-11-20 11:24:01.220 INFO  [kea-dhcp4.dhcp4/1.139] DHCP4_STARTING Kea DHCPv4 server version 2.4.1 (stable) starting
2026-11-20 11:24:01.225 ERROR [kea-dhcp4.dhcp4/1.139] DHCP4_PARSER_FAIL failed to create or run parser for configuration element subnet4: subnet configuration failed: a pool of type V4, with the following address range: 10.1.0.10-10.1.0.99 does not match the prefix of a subnet: 10.2.0.0/24 (<string>:0:0)
2026-11-20 11:24:01.226 ERROR [kea-dhcp4.dhcp4/1.139] DHCP4_CONFIG_LOAD_FAIL configuration error using file: /etc/kea/kea-dhcp4.conf, reason: subnet configuration failed
2026-11-20 11:24:01.226 ERROR [kea-dhcp4.dhcp4/1.139] DHCP4_INIT_FAIL failed to initialize Kea server: configuration error using file '/etc/kea/kea-dhcp4.conf'
""",
    ),
    (
        "clamd",
        1,
        ("Unknown option AllowSupplementaryGroup",),
        (ClaimType.SETTING_UNKNOWN,),
        r"""
ERROR: Parse error at line 18: Unknown option AllowSupplementaryGroup
ERROR: Can't open/parse the config file /etc/clamav/clamd.conf
""",
    ),
    (
        "asterisk",
        1,
        ("Permission denied", "unable to open database file"),
        (ClaimType.ACCESS_DENIED,),
        r"""
Asterisk 18.10.0, Copyright (C) 1999 - 2021, Sangoma Technologies Corporation and others.
Unable to access the running directory (Permission denied).  Changing to '/' for compatibility.
[Nov 20 11:27:01] ERROR[1]: asterisk.c:4187 main: Unable to open pid file '/var/run/asterisk/asterisk.pid': Permission denied
[Nov 20 11:27:01] ERROR[1]: db.c:338 db_open: Unable to open Asterisk database '/var/lib/asterisk/astdb.sqlite3': unable to open database file
[Nov 20 11:27:01] ERROR[1]: loader.c:2396 load_modules: Failed to resolve dependencies for cdr_sqlite3
Asterisk exited because astdb could not be opened.
ASTERISK EXITING!
""",
    ),
    (
        "cilium",
        1,
        ("operation not permitted", "CONFIG_BPF kernel parameter is required"),
        (ClaimType.ACCESS_DENIED, ClaimType.KERNEL_LIMIT),
        r"""
level=info msg="Memory available for map entries (0.003% of 8331116544B): 20827791B" subsys=config
level=info msg="  --enable-node-port='true'" subsys=daemon
level=info msg="  --kube-proxy-replacement='strict'" subsys=daemon
level=warning msg="Running Cilium with \"kube-proxy-replacement\"=\"strict\" requires the BPF filesystem" subsys=daemon
level=error msg="BPF system config check: NOT OK." error="CONFIG_BPF kernel parameter is required" subsys=linux-datapath
level=fatal msg="Unable to initialize BPF map cilium_lb4: operation not permitted" subsys=daemon
""",
    ),
    (
        "kube-vip",
        1,
        ("could not get link for interface eth1",),
        (ClaimType.SETTING_INVALID, ClaimType.DEVICE_MISSING, ClaimType.HOST_TOOL, ClaimType.KERNEL_LIMIT),
        r"""
time="2026-11-20T11:30:11Z" level=info msg="Starting kube-vip.io [v0.6.4]"
time="2026-11-20T11:30:11Z" level=info msg="namespace [kube-system], Mode: [ARP], Features(s): Control Plane:[true], Services:[false]"
time="2026-11-20T11:30:11Z" level=fatal msg="could not get link for interface eth1: Link not found"
""",
    ),
    (
        "nodered",
        1,
        ("EROFS",),
        (ClaimType.READ_ONLY,),
        r"""
20 Nov 11:31:51 - [info]

Welcome to Node-RED
===================

20 Nov 11:31:51 - [info] Node-RED version: v3.1.0
20 Nov 11:31:51 - [info] Node.js  version: v18.18.2
20 Nov 11:31:52 - [info] Loading palette nodes
20 Nov 11:31:53 - [error] Failed to start server:
20 Nov 11:31:53 - [error] Error: EROFS: read-only file system, open '/data/.config.runtime.json.$$$'
""",
    ),
    (
        "airbyte",
        1,
        ("Could not resolve placeholder ${DATABASE_USER}",),
        (ClaimType.SETTING_MISSING,),
        r"""
2026-11-20 11:33:01 INFO i.m.c.e.DefaultEnvironment(<init>):168 - Established active environments: [k8s, cloud]
2026-11-20 11:33:04 ERROR i.m.r.Micronaut(handleStartupException):338 - Error starting Micronaut server: Bean definition [javax.sql.DataSource] could not be loaded: Error instantiating bean of type  [javax.sql.DataSource]: Could not resolve placeholder ${DATABASE_USER}
io.micronaut.context.exceptions.BeanInstantiationException: Bean definition [javax.sql.DataSource] could not be loaded: Error instantiating bean of type  [javax.sql.DataSource]: Could not resolve placeholder ${DATABASE_USER}
	at io.micronaut.context.DefaultBeanContext.initializeContext(DefaultBeanContext.java:1921)
	at io.micronaut.runtime.Micronaut.start(Micronaut.java:74)
Caused by: io.micronaut.context.exceptions.ConfigurationException: Could not resolve placeholder ${DATABASE_USER}
	at io.micronaut.context.env.DefaultPropertyPlaceholderResolver.resolveExpression(DefaultPropertyPlaceholderResolver.java:254)
""",
    ),
    (
        "xtdb-clojure",
        1,
        ("Could not locate shop/handlers__init.class",),
        (ClaimType.MODULE_MISSING,),
        r"""
Exception in thread "main" java.io.FileNotFoundException: Could not locate shop/handlers__init.class, shop/handlers.clj or shop/handlers.cljc on classpath.
	at clojure.lang.RT.load(RT.java:462)
	at clojure.lang.RT.load(RT.java:424)
	at clojure.core$load.doInvoke(core.clj:6126)
Caused by: java.io.FileNotFoundException: Could not locate shop/handlers__init.class, shop/handlers.clj or shop/handlers.cljc on classpath.
	at clojure.lang.RT.load(RT.java:462)
""",
    ),
    (
        "dart-server",
        255,
        ("Invalid radix-10 number",),
        (ClaimType.SETTING_INVALID, ClaimType.EXCEPTION, None),
        r"""
Unhandled exception:
FormatException: Invalid radix-10 number (at character 1)
http
^

#0      int._handleFormatError (dart:core-patch/integers_patch.dart:129:5)
#1      int._parseRadix (dart:core-patch/integers_patch.dart:140:16)
#2      int.parse (dart:core-patch/integers_patch.dart:62:12)
#3      main (file:///app/bin/server.dart:18:20)
#4      _delayEntrypointInvocation.<anonymous closure> (dart:isolate-patch/isolate_patch.dart:294:33)
""",
    ),
    (
        "ocaml-app",
        2,
        ("Unix.Unix_error(Unix.ECONNREFUSED",),
        (ClaimType.UNREACHABLE,),
        r"""
ledgerd: loading plugins
ledgerd: 3 plugins
Fatal error: exception Unix.Unix_error(Unix.ECONNREFUSED, "connect", "")
Raised by primitive operation at Stdlib__Unix.connect in file "unix.ml", line 712
Called from Ledger__Store.connect in file "lib/store.ml", line 41, characters 4-30
""",
    ),
    (
        "nim-app",
        1,
        ("Address already in use",),
        (ClaimType.ADDRESS_IN_USE,),
        r"""
INFO  jester started on port 5000
/app/src/main.nim(12)    main
/nim/lib/pure/asyncnet.nim(722) bindAddr
Error: unhandled exception: Address already in use
Additional info: 98 [OSError]
""",
    ),
    (
        "api-node",
        1,
        ("cannot list resource",),
        (ClaimType.RIGHT_DENIED,),
        r"""
/app/node_modules/@kubernetes/client-node/dist/gen/api/coreV1Api.js:9934
                            reject(new apis_1.HttpError(response, body, response.statusCode));
                                   ^

HttpError: HTTP request failed
    at Request._callback (/app/node_modules/@kubernetes/client-node/dist/gen/api/coreV1Api.js:9934:36)
    at IncomingMessage.<anonymous> (/app/node_modules/request/request.js:1083:12) {
  body: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'pods is forbidden: User "system:serviceaccount:shop:watcher" cannot list resource "pods" in API group "" in the namespace "shop"',
    reason: 'Forbidden',
    details: { kind: 'pods' },
    code: 403
  },
  statusCode: 403
}

Node.js v18.17.0
""",
    ),
    (
        "api-fabric8",
        1,
        ("cannot list resource",),
        (ClaimType.RIGHT_DENIED,),
        r"""
2026-11-20 12:00:01 INFO  starting
Exception in thread "main" io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: GET at: https://10.96.0.1:443/api/v1/namespaces/shop/pods. Message: pods is forbidden: User "system:serviceaccount:shop:watcher" cannot list resource "pods" in API group "" in the namespace "shop". Received status: Status(apiVersion=v1, code=403, details=StatusDetails(causes=[], group=null, kind=pods, name=null, retryAfterSeconds=null, uid=null, additionalProperties={}), kind=Status, message=pods is forbidden: User "system:serviceaccount:shop:watcher" cannot list resource "pods" in API group "" in the namespace "shop", metadata=ListMeta(_continue=null, remainingItemCount=null, resourceVersion=null, selfLink=null, additionalProperties={}), reason=Forbidden, status=Failure, additionalProperties={}).
	at io.fabric8.kubernetes.client.KubernetesClientException.copyAsCause(KubernetesClientException.java:238)
	at com.example.Main.main(Main.java:21)
""",
    ),
    (
        "api-kube-rs",
        1,
        ("cannot list resource",),
        (ClaimType.RIGHT_DENIED,),
        r"""
2026-11-20T12:00:01Z  INFO watcher: starting
Error: ApiError: pods is forbidden: User "system:serviceaccount:shop:watcher" cannot list resource "pods" in API group "" in the namespace "shop": Forbidden (ErrorResponse { status: "Failure", message: "pods is forbidden: User \"system:serviceaccount:shop:watcher\" cannot list resource \"pods\" in API group \"\" in the namespace \"shop\"", reason: "Forbidden", code: 403 })
""",
    ),
    (
        "api-csharp",
        134,
        ("cannot list resource",),
        (ClaimType.RIGHT_DENIED,),
        r"""
Unhandled exception. k8s.Autorest.HttpOperationException: Operation returned an invalid status code 'Forbidden', response body {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"pods is forbidden: User \"system:serviceaccount:shop:watcher\" cannot list resource \"pods\" in API group \"\" in the namespace \"shop\"","reason":"Forbidden","details":{"kind":"pods"},"code":403}
   at k8s.Kubernetes.SendRequestRaw(String requestContent, HttpRequestMessage httpRequest, CancellationToken cancellationToken)
   at Watcher.Program.Main(String[] args) in /src/Program.cs:line 12
""",
    ),
    (
        "api-official-java",
        1,
        ("cannot list resource",),
        (ClaimType.RIGHT_DENIED,),
        r"""
Exception in thread "main" io.kubernetes.client.openapi.ApiException: Message:
HTTP response code: 403
HTTP response body: {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"pods is forbidden: User \"system:serviceaccount:shop:watcher\" cannot list resource \"pods\" in API group \"\" in the namespace \"shop\"","reason":"Forbidden","details":{"kind":"pods"},"code":403}
HTTP response headers: {audit-id=[d1], cache-control=[no-cache, private], content-length=[284], content-type=[application/json]}
	at io.kubernetes.client.openapi.ApiClient.handleResponse(ApiClient.java:989)
	at com.example.Main.main(Main.java:21)
""",
    ),
    (
        "api-ruby",
        1,
        ("cannot list resource",),
        (ClaimType.RIGHT_DENIED,),
        r"""
/usr/local/bundle/gems/kubeclient-4.9.3/lib/kubeclient/common.rb:130:in `rescue in handle_exception': pods is forbidden: User "system:serviceaccount:shop:watcher" cannot list resource "pods" in API group "" in the namespace "shop" for GET https://10.96.0.1/api/v1/namespaces/shop/pods (Kubeclient::HttpError)
	from /usr/local/bundle/gems/kubeclient-4.9.3/lib/kubeclient/common.rb:120:in `handle_exception'
	from /app/watch.rb:9:in `<main>'
""",
    ),
    (
        "api-boto",
        1,
        ("not authorized to perform",),
        (ClaimType.RIGHT_DENIED, ClaimType.CREDENTIALS_REFUSED),
        r"""
Traceback (most recent call last):
  File "/app/sync.py", line 31, in <module>
    s3.list_objects_v2(Bucket="reports")
  File "/usr/local/lib/python3.11/site-packages/botocore/client.py", line 535, in _api_call
    return self._make_api_call(operation_name, kwargs)
botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the ListObjectsV2 operation: User: arn:aws:sts::123456789012:assumed-role/node/i-0 is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::reports" because no identity-based policy allows the s3:ListBucket action
""",
    ),
    (
        "api-gcp",
        1,
        ("does not have storage.objects.list access",),
        (ClaimType.RIGHT_DENIED,),
        r"""
Traceback (most recent call last):
  File "/app/sync.py", line 12, in <module>
    blobs = list(client.list_blobs("reports"))
  File "/usr/local/lib/python3.11/site-packages/google/cloud/_http/__init__.py", line 494, in api_request
    raise exceptions.from_http_response(response)
google.api_core.exceptions.Forbidden: 403 GET https://storage.googleapis.com/storage/v1/b/reports/o?projection=noAcl: app@proj.iam.gserviceaccount.com does not have storage.objects.list access to the Google Cloud Storage bucket. Permission 'storage.objects.list' denied on resource (or it may not exist).
""",
    ),
    (
        "api-azure",
        1,
        ("AuthorizationPermissionMismatch",),
        (ClaimType.RIGHT_DENIED, ClaimType.CREDENTIALS_REFUSED),
        r"""
Traceback (most recent call last):
  File "/app/sync.py", line 12, in <module>
    for b in client.list_blobs():
  File "/usr/local/lib/python3.11/site-packages/azure/storage/blob/_shared/response_handlers.py", line 181, in process_storage_error
    exec("raise error from None")
azure.core.exceptions.HttpResponseError: This request is not authorized to perform this operation using this permission.
RequestId:5f0b9f4e-e01e-0030-5d2c-8b1d05000000
Time:2026-11-20T12:00:01.0000000Z
ErrorCode:AuthorizationPermissionMismatch
Content: <?xml version="1.0" encoding="utf-8"?><Error><Code>AuthorizationPermissionMismatch</Code><Message>This request is not authorized to perform this operation using this permission.</Message></Error>
""",
    ),
    (
        "api-psycopg",
        1,
        ("permission denied for table ledger",),
        (ClaimType.RIGHT_DENIED,),
        r"""
Traceback (most recent call last):
  File "/app/main.py", line 8, in <module>
    cur.execute("select * from ledger")
psycopg2.errors.InsufficientPrivilege: permission denied for table ledger
LINE 1: select * from ledger
                      ^
""",
    ),
    (
        "api-vault-go",
        1,
        ("permission denied",),
        (ClaimType.RIGHT_DENIED, ClaimType.CREDENTIALS_REFUSED, ClaimType.ACCESS_DENIED),
        r"""
2026-11-20T12:00:01.100Z [INFO]  auth handler: authenticating
2026-11-20T12:00:01.190Z [ERROR] auth handler: error authenticating: error=
  | Error making API request.
  |
  | URL: PUT https://vault.vault.svc:8200/v1/auth/kubernetes/login
  | Code: 403. Errors:
  |
  | * permission denied
""",
    ),
    (
        "api-axios",
        1,
        ("ECONNREFUSED 10.0.4.5:8080",),
        (ClaimType.UNREACHABLE,),
        r"""
AxiosError: connect ECONNREFUSED 10.0.4.5:8080
    at AxiosError.from (/app/node_modules/axios/lib/core/AxiosError.js:89:14)
    at RedirectableRequest.handleRequestError (/app/node_modules/axios/lib/adapters/http.js:610:25) {
  port: 8080,
  address: '10.0.4.5',
  syscall: 'connect',
  code: 'ECONNREFUSED',
  errno: -111,
  config: {
    url: 'http://rates:8080/today',
    method: 'get'
  }
}
""",
    ),
    (
        "list-guice",
        1,
        ("No implementation for com.acme.Ledger was bound",),
        (None, ClaimType.SETTING_MISSING),
        r"""
2026-11-20T12:00:01.100Z	ERROR	main	com.acme.Main	Unable to create injector, see the following errors:

1) No implementation for com.acme.Ledger was bound.
  while locating com.acme.Ledger
    for the 1st parameter of com.acme.Api.<init>(Api.java:12)

1 error
""",
    ),
    (
        "list-airlift-2",
        1,
        ("Invalid value 'many' for type Integer",),
        (ClaimType.SETTING_INVALID,),
        r"""
2026-11-20T12:00:01.100Z	INFO	main	Bootstrap	Loading configuration
2026-11-20T12:00:01.900Z	ERROR	main	io.prestosql.server.PrestoServer	Configuration is invalid
==========

Errors:

1) Error: Invalid value 'many' for type Integer (property 'query.max-concurrent')

2) Configuration property 'http-server.prt' was not used

==========
""",
    ),
    (
        "list-kong",
        1,
        ("admin_listen must be of form",),
        (ClaimType.SETTING_INVALID,),
        r"""
Error:
/usr/local/share/lua/5.1/kong/cmd/utils/kill.lua:12:

  Run with --v (verbose) or --vv (debug) for more details
/usr/local/share/lua/5.1/kong/cmd/start.lua:64: kong.conf is invalid:
  - admin_listen must be of form: [off] | <ip>:<port> [ssl]
""",
    ),
    (
        "list-terraform",
        1,
        ("Missing required argument",),
        (ClaimType.SETTING_MISSING,),
        r"""
Error: Missing required argument

  on main.tf line 12, in provider "vault":
  12: provider "vault" {

The argument "address" is required, but no definition was found.
""",
    ),
    (
        "list-django",
        1,
        ("You must define a 'default' cache",),
        (ClaimType.SETTING_MISSING,),
        r"""
SystemCheckError: System check identified some issues:

ERRORS:
?: (caches.E001) You must define a 'default' cache in your CACHES setting.

System check identified 1 issue (0 silenced).
""",
    ),
    (
        "list-yup",
        1,
        ("DATABASE_URL",),
        (ClaimType.SETTING_MISSING, ClaimType.SETTING_INVALID),
        r"""
❌ Invalid environment variables:

  DATABASE_URL: Required
  SMTP_PORT: Expected number, received nan

error Command failed with exit code 1.
""",
    ),
    (
        "list-harmless",
        0,
        ("checks ok",),
        (None,),
        r"""
INFO startup checks:

1) disk ok
2) memory ok

INFO checks ok
""",
    ),
    (
        "off-java",
        1,
        ("Permission denied",),
        (ClaimType.ACCESS_DENIED,),
        r"""
Could not load the key store from /etc/keys/store.p12:
java.io.FileNotFoundException: /etc/keys/store.p12 (Permission denied)
""",
    ),
    (
        "off-c",
        1,
        ("Cannot allocate memory",),
        (None, ClaimType.HEAP_EXHAUSTED, ClaimType.KERNEL_LIMIT, ClaimType.CHILD_KILLED),
        r"""
proxyd: unable to read ring file /run/proxyd/ring:
proxyd: mmap failed: Cannot allocate memory (errno 12)
""",
    ),
    (
        "off-keep",
        1,
        ("cannot read /etc/relay/relay.toml",),
        (ClaimType.FILE_MISSING,),
        r"""
relay: starting
relay: cannot read /etc/relay/relay.toml: no such file or directory
relay: leaving
""",
    ),
    (
        "bug-redis",
        139,
        ("ASSERTION FAILED", "'lp_count > 0' is not true"),
        (None,),
        r"""
1:M 20 Nov 2026 12:00:01.000 * Ready to accept connections tcp
1:M 20 Nov 2026 13:10:01.000 # === ASSERTION FAILED CLIENT CONTEXT ===
1:M 20 Nov 2026 13:10:01.000 # client->flags = 2
1:M 20 Nov 2026 13:10:01.000 # client->conn = fd=12
1:M 20 Nov 2026 13:10:01.000 # === RECURSIVE ASSERTION FAILED ===
1:M 20 Nov 2026 13:10:01.000 # === ASSERTION FAILED ===
1:M 20 Nov 2026 13:10:01.000 # ==> t_stream.c:201 'lp_count > 0' is not true

------ INFO OUTPUT ------
# Server
redis_version:7.2.3
uptime_in_seconds:4200

=== REDIS BUG REPORT END. Make sure to include from START to END. ===

       Please report the crash by opening an issue on github:

           http://github.com/redis/redis/issues

  If a Redis module was involved, please open in the module's repo instead.

  Suspect RAM error? Use redis-server --test-memory to verify it.

  Some other issue could be detected by redis-server --check-system
""",
    ),
    (
        "bug-mysqld",
        139,
        ("mysqld got signal 11",),
        (None,),
        r"""
2026-11-20T12:00:00.000Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.0.35'
2026-11-20T13:10:01Z UTC - mysqld got signal 11 ;
Most likely, you have hit a bug, but this error can also be caused by malfunctioning hardware.
BuildID[sha1]=abc
Thread pointer: 0x7f1
Attempt to get backtrace. If your server is crashing on startup, please try with --core-file.
stack_bottom = 7f thread_stack 0x100000
/usr/sbin/mysqld(my_print_stacktrace(unsigned char const*, unsigned long)+0x41) [0x1f]
The manual page at http://dev.mysql.com/doc/mysql/en/crashing.html contains
information that should help you find out what is causing the crash.
""",
    ),
    (
        "bug-clickhouse",
        139,
        ("Received signal", "Segmentation fault"),
        (None,),
        r"""
2026.11.20 13:10:01.000000 [ 77 ] {} <Fatal> BaseDaemon: ########################################
2026.11.20 13:10:01.000000 [ 77 ] {} <Fatal> BaseDaemon: (version 23.8.2.7 (official build), build id: AB, git hash: f73c) (from thread 12) (no query) Received signal Segmentation fault (11)
2026.11.20 13:10:01.000000 [ 77 ] {} <Fatal> BaseDaemon: Address: 0x18. Access: read. Address not mapped to object.
2026.11.20 13:10:01.000000 [ 77 ] {} <Fatal> BaseDaemon: Stack trace: 0x00 0x01
2026.11.20 13:10:01.000000 [ 77 ] {} <Fatal> BaseDaemon: 2. DB::MergeTask::execute() @ 0x11 in /usr/bin/clickhouse
""",
    ),
    (
        "still-tomcat",
        143,
        ("Access denied for user 'shop'", "UnsatisfiedDependency", "credentials"),
        (ClaimType.CREDENTIALS_REFUSED,),
        r"""
20-Nov-2026 12:00:01.100 INFO [main] org.apache.catalina.startup.HostConfig.deployWAR Deploying web application archive [/usr/local/tomcat/webapps/shop.war]
20-Nov-2026 12:00:09.100 SEVERE [main] org.apache.catalina.core.StandardContext.listenerStart Exception sending context initialized event to listener instance of class [com.acme.Listener]
	java.sql.SQLException: Access denied for user 'shop'@'10.42.0.9' (using password: YES)
		at com.mysql.cj.jdbc.exceptions.SQLError.createSQLException(SQLError.java:129)
		at com.acme.Listener.contextInitialized(Listener.java:20)
20-Nov-2026 12:00:09.110 SEVERE [main] org.apache.catalina.core.StandardContext.startInternal One or more listeners failed to start. Full details will be found in the appropriate container log file
20-Nov-2026 12:00:09.112 SEVERE [main] org.apache.catalina.core.StandardContext.startInternal Context [/shop] startup failed due to previous errors
20-Nov-2026 12:00:09.200 INFO [main] org.apache.coyote.AbstractProtocol.start Starting ProtocolHandler ["http-nio-8080"]
20-Nov-2026 12:00:09.220 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [8201] milliseconds
""",
    ),
    (
        "still-uwsgi",
        143,
        ("No module named 'shop.settings'",),
        (ClaimType.MODULE_MISSING,),
        r"""
*** Starting uWSGI 2.0.21 (64bit) on [Fri Nov 20 12:00:01 2026] ***
Python version: 3.11.4
*** Operational MODE: preforking ***
Traceback (most recent call last):
  File "/app/shop/wsgi.py", line 4, in <module>
    import shop.settings
ModuleNotFoundError: No module named 'shop.settings'
unable to load app 0 (mountpoint='') (callable not found or import error)
*** no app loaded. going in full dynamic mode ***
*** uWSGI is running in multiple interpreter mode ***
spawned uWSGI master process (pid: 1)
spawned uWSGI worker 1 (pid: 8, cores: 1)
""",
    ),
    (
        "rule-only",
        0,
        ("listening",),
        (None,),
        r"""
If a password is not provided, the setup will quit.
INFO password read
INFO listening on 0.0.0.0:9200
""",
    ),
    (
        "demand",
        1,
        ("BOOT_ADMIN_TOKEN",),
        (ClaimType.SETTING_MISSING,),
        r"""
boot: reading options
boot: no admin token found. Please specify the environment variable BOOT_ADMIN_TOKEN.
""",
    ),
    (
        "openvpn",
        1,
        ("Cannot open TUN/TAP dev",),
        (ClaimType.DEVICE_MISSING,),
        r"""
2026-11-20 12:00:01 OpenVPN 2.6.3 x86_64-pc-linux-gnu [SSL (OpenSSL)] [LZO] [LZ4] [EPOLL]
2026-11-20 12:00:01 net_route_v4_best_gw query: dst 0.0.0.0
2026-11-20 12:00:01 ERROR: Cannot open TUN/TAP dev /dev/net/tun: No such file or directory (errno=2)
2026-11-20 12:00:01 Exiting due to fatal error
""",
    ),
    (
        "telegraf",
        1,
        ("undefined but requested input: cpuu",),
        (ClaimType.SETTING_UNKNOWN, ClaimType.SETTING_INVALID),
        r"""
2026-11-20T12:00:01Z I! Loading config: /etc/telegraf/telegraf.conf
2026-11-20T12:00:01Z E! [telegraf] Error running agent: error loading config file /etc/telegraf/telegraf.conf: undefined but requested input: cpuu
""",
    ),
    (
        "spark-driver",
        1,
        ('pods "driver" is forbidden',),
        (ClaimType.RIGHT_DENIED,),
        r"""
26/11/20 12:00:01 INFO SparkContext: Running Spark version 3.4.1
26/11/20 12:00:02 INFO SparkKubernetesClientFactory: Auto-configuring K8S client using current context from users K8S config file
26/11/20 12:00:05 ERROR SparkContext: Error initializing SparkContext.
org.apache.spark.SparkException: External scheduler cannot be instantiated
	at org.apache.spark.SparkContext$.org$apache$spark$SparkContext$$createTaskScheduler(SparkContext.scala:3020)
	at org.apache.spark.SparkContext.<init>(SparkContext.scala:594)
Caused by: io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: GET at: https://kubernetes.default.svc/api/v1/namespaces/etl/pods/driver. Message: pods "driver" is forbidden: User "system:serviceaccount:etl:default" cannot get resource "pods" in API group "" in the namespace "etl".
	at io.fabric8.kubernetes.client.dsl.base.OperationSupport.requestFailure(OperationSupport.java:671)
	... 13 more
26/11/20 12:00:05 INFO SparkContext: Successfully stopped SparkContext
26/11/20 12:00:05 INFO ShutdownHookManager: Shutdown hook called
26/11/20 12:00:05 INFO ShutdownHookManager: Deleting directory /tmp/spark-1
""",
    ),
    (
        "hbase-master",
        1,
        ("ConnectionLoss for /hbase", "UnknownHostException: zk-0.zk"),
        (ClaimType.UNREACHABLE, ClaimType.NAME_UNRESOLVED),
        r"""
2026-11-20 12:00:01,000 INFO  [main] master.HMaster: STARTING service HMaster
2026-11-20 12:00:20,000 WARN  [main-SendThread(zk-0.zk:2181)] zookeeper.ClientCnxn: Session 0x0 for server zk-0.zk/<unresolved>:2181, unexpected error, closing socket connection and attempting reconnect
java.net.UnknownHostException: zk-0.zk
	at java.net.InetAddress.getAllByName(InetAddress.java:1281)
2026-11-20 12:00:31,000 ERROR [main] zookeeper.RecoverableZooKeeper: ZooKeeper create failed after 4 attempts
2026-11-20 12:00:31,001 ERROR [main] master.HMasterCommandLine: Master exiting
java.lang.RuntimeException: Failed construction of Master: class org.apache.hadoop.hbase.master.HMaster.
	at org.apache.hadoop.hbase.master.HMaster.constructMaster(HMaster.java:3020)
Caused by: org.apache.zookeeper.KeeperException$ConnectionLossException: KeeperErrorCode = ConnectionLoss for /hbase
	at org.apache.zookeeper.KeeperException.create(KeeperException.java:102)
""",
    ),
    (
        "vitess",
        255,
        ("node doesn't exist: cells/zone1/CellInfo",),
        (ClaimType.SETTING_MISSING, ClaimType.FILE_MISSING, None, ClaimType.NOT_READY, ClaimType.UNREACHABLE),
        r"""
I1120 12:00:01.000000       1 servenv.go:100] Version: 17.0.2
I1120 12:00:01.100000       1 vtgate.go:200] Build
E1120 12:00:31.200000       1 vtgate.go:250] topo server connection: node doesn't exist: cells/zone1/CellInfo
F1120 12:00:31.200100       1 vtgate.go:260] unable to load cell info: node doesn't exist: cells/zone1/CellInfo
""",
    ),
    (
        "maxscale",
        1,
        ("Unknown parameter 'monitor_intervall'",),
        (ClaimType.SETTING_UNKNOWN,),
        r"""
2026-11-20 12:00:01   notice : Using up to 1.50GiB of memory for query classifier cache
2026-11-20 12:00:01   notice : MaxScale 23.02.2 started
2026-11-20 12:00:01   error  : Unknown parameter 'monitor_intervall'
2026-11-20 12:00:01   error  : Failed to configure service 'rw'.
2026-11-20 12:00:01   alert  : Failed to open, read or process the MaxScale configuration file. Exiting.
""",
    ),
    (
        "authentik",
        1,
        ("password authentication failed", "Failed to connect to PostgreSQL"),
        (ClaimType.CREDENTIALS_REFUSED,),
        r"""
{"event": "Loaded config", "level": "debug", "logger": "authentik.lib.config", "timestamp": 1795176001.1, "file": "/authentik/lib/default.yml"}
{"event": "Starting authentik bootstrap", "level": "info", "logger": "authentik.lib.config", "timestamp": 1795176001.2}
{"event": "PostgreSQL connection failed, retrying... (connection failed: FATAL:  password authentication failed for user \"authentik\")", "level": "info", "logger": "authentik.lib.config", "timestamp": 1795176001.4}
{"event": "PostgreSQL connection failed, retrying... (connection failed: FATAL:  password authentication failed for user \"authentik\")", "level": "info", "logger": "authentik.lib.config", "timestamp": 1795176002.4}
{"event": "PostgreSQL connection failed, retrying... (connection failed: FATAL:  password authentication failed for user \"authentik\")", "level": "info", "logger": "authentik.lib.config", "timestamp": 1795176003.4}
{"event": "PostgreSQL connection failed, retrying... (connection failed: FATAL:  password authentication failed for user \"authentik\")", "level": "info", "logger": "authentik.lib.config", "timestamp": 1795176004.4}
{"event": "Failed to connect to PostgreSQL", "level": "error", "logger": "authentik.lib.config", "timestamp": 1795176061.4}
""",
    ),
    (
        "zulip",
        1,
        ("SETTING_EXTERNAL_HOST",),
        (ClaimType.SETTING_MISSING,),
        r"""
=== Begin Initial Configuration Phase ===
Preparing and linking the uploads folder ...
Executing nginx configuration ...
Zulip configuration error: SETTING_EXTERNAL_HOST is not set.
=== Exiting with error ===
""",
    ),
    (
        "directus",
        1,
        ('"KEY" Environment Variable is missing',),
        (ClaimType.SETTING_MISSING,),
        r"""
[12:00:01.001] INFO: Initializing bootstrap...
[12:00:01.400] WARN: PostGIS isn't installed. Geometry type support will be limited.
[12:00:01.900] ERROR: "KEY" Environment Variable is missing.
""",
    ),
    (
        "strapi",
        1,
        ("App keys are required",),
        (ClaimType.SETTING_MISSING,),
        r"""
> strapi start

[2026-11-20 12:00:01.100] debug: ⛔️ Server wasn't able to start properly.
[2026-11-20 12:00:01.101] error: Middleware "strapi::session": App keys are required. Please set app.keys in config/server.js (ex: keys: ['myKeyA', 'myKeyB'])
Error: Middleware "strapi::session": App keys are required. Please set app.keys in config/server.js (ex: keys: ['myKeyA', 'myKeyB'])
    at instantiateMiddleware (/opt/app/node_modules/@strapi/strapi/lib/services/server/middleware.js:12:11)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
""",
    ),
    (
        "tyk",
        1,
        ("connection refused", "Redis is either down"),
        (ClaimType.UNREACHABLE,),
        r"""
time="Nov 20 12:00:01" level=info msg="Tyk API Gateway v5.2.0" prefix=main
time="Nov 20 12:00:01" level=warning msg="Insecure configuration allowed" config.allow_insecure_configs=true prefix=checkup
time="Nov 20 12:00:03" level=error msg="Redis health check failed" error="dial tcp 10.43.2.9:6379: connect: connection refused" liveness-check=true prefix=main
time="Nov 20 12:00:13" level=error msg="cannot set key in pollerCacheStore: dial tcp 10.43.2.9:6379: connect: connection refused"
time="Nov 20 12:00:23" level=fatal msg="Fatal error: Redis is either down or was not configured" prefix=main
""",
    ),
    (
        "krakend",
        1,
        ("unsupported version", "invalid character"),
        (ClaimType.FILE_INVALID, ClaimType.SETTING_INVALID),
        r"""
Parsing configuration file: /etc/krakend/krakend.json
ERROR parsing the configuration file: '/etc/krakend/krakend.json': invalid character '}' looking for beginning of object key string, offset: 812, row: 31, col: 5
""",
    ),
    (
        "crossplane",
        1,
        ("is forbidden",),
        (ClaimType.RIGHT_DENIED,),
        r"""
crossplane: error: cannot initialize core: cannot establish CRDs: customresourcedefinitions.apiextensions.k8s.io "locks.pkg.crossplane.io" is forbidden: User "system:serviceaccount:crossplane-system:crossplane" cannot update resource "customresourcedefinitions" in API group "apiextensions.k8s.io" at the cluster scope
""",
    ),
    (
        "argo-wf",
        1,
        ('"workflow-controller-configmap" not found',),
        (ClaimType.SETTING_MISSING, ClaimType.FILE_MISSING),
        r"""
time="2026-11-20T12:00:01.000Z" level=info msg="index config" indexWorkflowSemaphoreKeys=true
time="2026-11-20T12:00:01.100Z" level=info msg="cron config" cronSyncPeriod=10s
time="2026-11-20T12:00:01.200Z" level=fatal msg="Failed to register watch for controller config map: configmaps \"workflow-controller-configmap\" not found"
""",
    ),
    (
        "tekton",
        1,
        ("is not compatible, need at least",),
        (ClaimType.CLUSTER_VERSION,),
        r"""
2026/11/20 12:00:01 Registering 6 clients
2026/11/20 12:00:01 Registering 4 informer factories
{"severity":"fatal","timestamp":"2026-11-20T12:00:02.000Z","logger":"tekton-pipelines-controller","caller":"sharedmain/main.go:391","message":"Version check failed","commit":"abc","error":"kubernetes version \"1.24.3\" is not compatible, need at least \"1.25.0-0\" (this can be overridden with the env var \"KUBERNETES_MIN_VERSION\")","stacktrace":"knative.dev/pkg/injection/sharedmain.CheckK8sClientMinimumVersionOrDie\n\tknative.dev/pkg/injection/sharedmain/main.go:391"}
""",
    ),
    (
        "prefect",
        1,
        ("Can't locate revision", "No such revision"),
        (ClaimType.DATA_VERSION,),
        r"""
Traceback (most recent call last):
  File "/usr/local/lib/python3.11/site-packages/alembic/script/base.py", line 228, in _catch_revision_errors
    yield
  File "/usr/local/lib/python3.11/site-packages/alembic/script/revision.py", line 521, in get_revision
    raise ResolutionError("No such revision or branch")
alembic.script.revision.ResolutionError: No such revision or branch '05ea6f882b1d'

The above exception was the direct cause of the following exception:

alembic.util.exc.CommandError: Can't locate revision identified by '05ea6f882b1d'

Application startup failed. Exiting.
""",
    ),
    (
        "gotify",
        2,
        ("unable to open database file",),
        (ClaimType.FILE_MISSING, ClaimType.ACCESS_DENIED),
        r"""
Starting Gotify version 2.4.0@2023-09-17
2026/11/20 12:00:01 /proj/database/database.go:30
[error] failed to initialize database, got error unable to open database file: no such file or directory
panic: unable to open database file: no such file or directory

goroutine 1 [running]:
main.main()
	/proj/app.go:44 +0x5ff
""",
    ),
    (
        "samba",
        1,
        ("/etc/samba/smb.conf", "No such file"),
        (ClaimType.FILE_MISSING,),
        r"""
smbd version 4.17.12 started.
Copyright Andrew Tridgell and the Samba Team 1992-2022
params.c:OpenConfFile() - Unable to open configuration file "/etc/samba/smb.conf":
	No such file or directory
error opening config file '/etc/samba/smb.conf'
""",
    ),
    (
        "rspamd",
        1,
        ("error while parsing /etc/rspamd/local.d/redis.conf",),
        (ClaimType.FILE_INVALID, ClaimType.SETTING_INVALID),
        r"""
2026-11-20 12:00:01 #1(main) lua; lua_cfg_transform.lua:120: overriding actions from the legacy metric settings
2026-11-20 12:00:01 #1(main) <cfg>; cfg; rspamd_config_read: failed to load config: ucl parser error: error while parsing /etc/rspamd/local.d/redis.conf: line: 3, column: 12 - 'unexpected terminator', character: '}'
2026-11-20 12:00:01 #1(main) <main>; main; load_rspamd_config: cannot load config, exiting
""",
    ),
    (
        "elixir-oban",
        1,
        ('relation "public.oban_peers" does not exist',),
        (
            None,
            ClaimType.HALF_DONE,
            ClaimType.DATA_VERSION,
            ClaimType.MIGRATION_FAILED,
            ClaimType.SETTING_MISSING,
            ClaimType.NOT_READY,
        ),
        r"""
12:00:01.100 [info] Running LedgerWeb.Endpoint with Bandit 1.1.0 at :::4000 (http)
12:00:02.300 [error] Postgrex.Protocol (#PID<0.500.0>) failed
12:00:02.301 [notice] Application ledger exited: Ledger.Application.start(:normal, []) returned an error: shutdown: failed to start child: Oban
    ** (EXIT) an exception was raised:
        ** (Postgrex.Error) ERROR 42P01 (undefined_table) relation "public.oban_peers" does not exist
Kernel pid terminated (application_controller) ("{application_start_failure,ledger,{{shutdown,{failed_to_start_child,'Elixir.Oban',x}}}}")
""",
    ),
    (
        "perl-mojo",
        2,
        ("Can't locate DBD/Pg.pm",),
        (ClaimType.MODULE_MISSING,),
        r"""
[2026-11-20 12:00:01.10000] [1] [info] Listening at "http://*:3000"
Can't locate DBD/Pg.pm in @INC (you may need to install the DBD::Pg module) (@INC contains: /app/lib /usr/share/perl5) at /app/lib/Store.pm line 4.
BEGIN failed--compilation aborted at /app/lib/Store.pm line 4.
Compilation failed in require at script/shop line 9.
""",
    ),
    (
        "r-shiny",
        1,
        ("there is no package called",),
        (ClaimType.MODULE_MISSING,),
        r"""
[2026-11-20T12:00:01.000] [INFO] shiny-server - Shiny Server v1.5.20
Error in library(pool) : there is no package called ‘pool’
Calls: runApp ... sourceUTF8 -> eval -> eval -> library
Execution halted
""",
    ),
    (
        "julia",
        1,
        ('KeyError: key "RATES_URL" not found',),
        (ClaimType.SETTING_MISSING,),
        r"""
ERROR: LoadError: KeyError: key "RATES_URL" not found
Stacktrace:
 [1] (::Base.var"#661#662")(k::String)
   @ Base ./env.jl:100
 [2] access_env
   @ ./env.jl:55 [inlined]
in expression starting at /app/main.jl:7
""",
    ),
    (
        "kotlin-ktor",
        1,
        ("Property ledger.db.url not found",),
        (ClaimType.SETTING_MISSING,),
        r"""
2026-11-20 12:00:01.000 [main] INFO  ktor.application - Autoreload is disabled because the development mode is off.
Exception in thread "main" io.ktor.server.config.ApplicationConfigurationException: Property ledger.db.url not found.
	at io.ktor.server.config.HoconApplicationConfig.property(HoconApplicationConfig.kt:59)
	at com.acme.ApplicationKt.module(Application.kt:20)
""",
    ),
    (
        "swift-vapor",
        133,
        ("Unexpectedly found nil",),
        (None, ClaimType.SETTING_MISSING, ClaimType.EXCEPTION),
        r"""
[ NOTICE ] Server starting on http://0.0.0.0:8080
App/configure.swift:14: Fatal error: Unexpectedly found nil while unwrapping an Optional value
Current stack trace:
0    libswiftCore.so                    0x00007f _swift_stdlib_reportFatalErrorInFile + 112
""",
    ),
    (
        "lua-resty",
        1,
        ("module 'resty.redis' not found",),
        (ClaimType.MODULE_MISSING,),
        r"""
nginx: [error] init_by_lua error: /etc/nginx/lua/init.lua:2: module 'resty.redis' not found:
	no field package.preload['resty.redis']
	no file '/usr/local/openresty/lualib/resty/redis.lua'
	no file '/usr/local/share/lua/5.1/resty/redis.lua'
stack traceback:
	[C]: in function 'require'
	/etc/nginx/lua/init.lua:2: in main chunk
""",
    ),
    (
        "mono-net",
        1,
        ("Login failed for user 'shop'",),
        (ClaimType.CREDENTIALS_REFUSED,),
        r"""
info: Microsoft.Hosting.Lifetime[0]
      Application starting
crit: Shop.Startup[0]
      Database migration failed
      Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'shop'.
         at Microsoft.Data.SqlClient.SqlConnection.OnError(SqlException exception)
         at Shop.Startup.Migrate() in /src/Startup.cs:line 40
""",
    ),
    (
        "cobol-like",
        1,
        ("file does not exist",),
        (ClaimType.FILE_MISSING, None),
        r"""
libcob: /app/batch.cbl:42: error: file does not exist (status = 35) for file LEDGER ('/data/ledger.dat')
""",
    ),
    (
        "keepalived",
        1,
        ("not a valid interface",),
        (ClaimType.SETTING_INVALID,),
        r"""
Starting Keepalived v2.2.8
VRRP_Instance(edge) tracked
ERROR: ens192 is not a valid interface for instance edge
Stopped Keepalived
""",
    ),
    (
        "flannel",
        1,
        ("no such network interface",),
        (ClaimType.SETTING_INVALID,),
        r"""
I1122 03:11:17.201884       1 main.go:211] CLI flags config: {etcdEndpoints: iface:[eth1]}
E1122 03:11:17.402119       1 main.go:327] Failed to find interface to use that matches the interfaces: error looking up interface eth1: route ip+net: no such network interface
""",
    ),
    (
        "nvme-agent",
        1,
        ("nvme_tcp",),
        (ClaimType.HOST_TOOL,),
        r"""
connecting to 3 targets
Error: cannot enable nvme_tcp on this host: No such file or directory (os error 2)
""",
    ),
    (
        "bookie",
        1,
        ("Inconsistent cluster ids",),
        (ClaimType.MEMBER_REMOVED,),
        r"""
2026-11-22 03:11:17,201 INFO  storage - opening /data/journal
2026-11-22 03:11:17,340 WARN  storage - Failed to add /data/journal
java.io.IOException: Inconsistent cluster ids in /data/journal: ours 5521, theirs 8810
	at org.ledger.Storage.load(Storage.java:71)
2026-11-22 03:11:17,341 ERROR main - exiting
java.io.IOException: All configured directories have failed to load.
	at org.ledger.Storage.open(Storage.java:44)
""",
    ),
    (
        "tree-store",
        2,
        ("Store directory version (30605) is lower",),
        (ClaimType.DATA_VERSION,),
        r"""
2026-11-22T03:11:17Z INFO opening /data
2026-11-22T03:11:18Z ERROR [a1] {startup} Store directory version (30605) is lower than current version (30703).
2026-11-22T03:11:18Z ERROR [a2] {startup} ------------------------------------------
2026-11-22T03:11:18Z ERROR [a3] {startup} It seems like you have upgraded the binary.
2026-11-22T03:11:18Z ERROR [a4] {startup} If this is what you wanted to do, please restart with the
2026-11-22T03:11:18Z ERROR [a5] {startup}   --store.upgrade true
2026-11-22T03:11:18Z ERROR [a6] {startup} ------------------------------------------
""",
    ),
    (
        "vector-index",
        1,
        ("determine the version of the index",),
        (ClaimType.DATA_VERSION,),
        "Error: could not determine the version of the index. Restore it from a snapshot.\n",
    ),
    (
        "pretty-printed error",
        1,
        ("no pg_hba.conf entry",),
        (ClaimType.CREDENTIALS_REFUSED,),
        r"""
boot failed:
{
  "name": "error",
  "severity": "FATAL",
  "code": "28000",
  "file": "auth.c",
  "line": "502",
  "message": "no pg_hba.conf entry for host \"10.0.2.9\", user \"shop\", database \"shop\", no encryption"
}
""",
    ),
    (
        "caught call",
        1,
        ("takes 1 positional argument",),
        (None,),
        """
INFO reading settings
Configuration error: load() takes 1 positional argument but 2 were given
""",
    ),
    (
        "link checker",
        1,
        ("link not found",),
        (None,),
        """
checking 40 pages
ERROR link not found: guide.html in chapter 3
""",
    ),
    (
        "connection attempts",
        1,
        ("All connection attempts failed",),
        (ClaimType.UNREACHABLE, None),
        """
WARN cache is cold
httpx.ConnectError: All connection attempts failed
""",
    ),
]
