"""Programs that fail in the words of one thing while their shape looks like another: which cause, how sure.

Written from knowledge of the programs before the engine was run on them; none of them is in the corpora of reports.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.composed.world import Truth, World, c, crash


@dataclass(frozen=True)
class Row:
    """One program's last run, and what is right to say of it."""

    name: str
    code: int
    causes: tuple[str, ...]
    """Causes that are right."""
    cite: str
    """Words that the headline or its quote must show."""
    log: str
    never: tuple[str, ...] = ()
    """Causes that must not be confirmed."""
    mounts: dict[str, str] = field(default_factory=dict)
    """Path → ``claim``, ``scratch`` (an emptyDir) or ``config`` (a ConfigMap)."""

    def world(self) -> tuple[Truth, World]:
        """Return the row as a pod in a crash loop."""
        volumes = {
            "claim": {"persistentVolumeClaim": {"claimName": "data-0"}},
            "scratch": {"emptyDir": {}},
            "config": {"configMap": {"name": "settings"}},
        }
        world = World()
        kinds = sorted(set(self.mounts.values()))
        if "claim" in kinds:
            spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "8Gi"}}}
            world.add("v1", "PersistentVolumeClaim", "data-0", spec=spec, status={"phase": "Bound"})
        if "config" in kinds:
            world.add("v1", "ConfigMap", "settings", data={"app.yaml": ""})
        world.workload(
            "app",
            c("app", "registry.example/team/app:2.0", mounts=dict(self.mounts)),
            statuses={"app": crash(self.code, self.log.lstrip("\n"), shape="backoff")},
            spec={"volumes": [{"name": kind, **volumes[kind]} for kind in kinds]} if kinds else None,
        )
        return Truth("deployment/app", self.causes[0], "app", (self.cite,)), world


NODE = ("node-prerequisite",)
LEFT = ("stale-state",)
DENIED = ("permission-denied",)
SERVED = ("cluster-prerequisite",)
SPEAKS = ("tls-certificate", "bad-config")

ROWS: tuple[Row, ...] = (
    # --- the kernel, its modules and tables ---------------------------------------------------------------------------
    Row(
        "felix",
        1,
        NODE,
        "Kernel error received: set type not supported",
        """
2026-11-20 09:10:01.120 [INFO][64] felix/ipsets.go 119: Queueing IP set for creation family="inet" setID="this-host" setType="hash:ip"
2026-11-20 09:10:01.144 [WARNING][64] felix/ipsets.go 307: Failed to create/update IP set error=exit status 1 family="inet" setID="this-host" stderr="ipset v7.11: Kernel error received: set type not supported\\n"
2026-11-20 09:10:01.150 [PANIC][64] felix/ipsets.go 319: Failed to update IP sets after multiple retries. family="inet"
panic: (*logrus.Entry) 0xc0003c8a80
""",
    ),
    Row(
        "kube-proxy",
        1,
        NODE,
        "required kernel modules",
        """
I1120 09:11:02.001120       1 server.go:201] "Warning, all flags other than --config, --write-config-to, and --cleanup are deprecated, please begin using a config file ASAP"
I1120 09:11:02.204511       1 node.go:136] Successfully retrieved node IP: 192.0.2.17
E1120 09:11:02.300412       1 run.go:72] "command failed" err="can't use the IPVS proxier: the following required kernel modules are not loaded: [ip_vs_rr ip_vs_wrr ip_vs_sh]"
""",
    ),
    Row(
        "wg-quick",
        2,
        NODE,
        "Operation not supported",
        """
[#] ip link add wg0 type wireguard
RTNETLINK answers: Operation not supported
Unable to access interface: Protocol not supported
[#] ip link delete dev wg0
Cannot find device "wg0"
""",
    ),
    Row(
        "promtail",
        1,
        NODE,
        "too many open files",
        """
level=info ts=2026-11-20T09:12:31.201Z caller=promtail.go:133 msg="Reloading configuration file" md5sum=2b7e
level=error ts=2026-11-20T09:12:31.207Z caller=main.go:170 msg="error creating promtail" error="failed to make file target manager: filetarget.fsnotify.NewWatcher: too many open files"
""",
    ),
    Row(
        "systemd",
        255,
        NODE,
        "inotify",
        """
systemd 252.22-1~deb12u1 running in system mode (+PAM +AUDIT +SELINUX +APPARMOR)
Detected virtualization docker.
Detected architecture x86-64.
Failed to create control group inotify object: Too many open files
Failed to allocate manager object: Too many open files
[!!!!!!] Failed to allocate manager object.
Exiting PID 1...
""",
    ),
    Row(
        "folly-watcher",
        134,
        NODE,
        "fs.inotify.max_user_watches",
        """
I20261120 09:13:14.111120     1 Main.cpp:88] starting config watcher for /etc/svc
F20261120 09:13:14.120031     1 FileWatcher.cpp:61] Check failed: wd >= 0 (-1 vs. 0) inotify_add_watch failed, consider raising the sysctl fs.inotify.max_user_watches
*** Check failure stack trace: ***
    @     0x7f0b2ac1b1c3  google::LogMessage::Fail()
    @     0x7f0b2ac2025b  google::LogMessage::SendToLog()
*** Aborted at 1795338794 (Unix time, try 'date -d @1795338794') ***
*** Signal 6 (SIGABRT) (0x1) received by PID 1 (pthread TID 0x7f0b2b) (linux TID 1) ***
""",
    ),
    Row(
        "keepalived",
        1,
        NODE,
        "Protocol not available",
        """
Fri Nov 20 09:14:05 2026: Starting Keepalived v2.2.8 (04/04,2023), git commit v2.2.7-154-g292b299e+
Fri Nov 20 09:14:05 2026: Running on Linux 5.15.0-1041-minimal #49-Ubuntu SMP
Fri Nov 20 09:14:05 2026: Configuration file /etc/keepalived/keepalived.conf
Fri Nov 20 09:14:06 2026: IPVS: Can't initialize ipvs: Protocol not available
Fri Nov 20 09:14:06 2026: Stopped Keepalived v2.2.8
""",
    ),
    Row(
        "rootlesskit",
        1,
        ("node-prerequisite", "security-context-denied"),
        "fork/exec /proc/self/exe: no space left on device",
        """
time="2026-11-20T09:15:20Z" level=warning msg="specified /proc/sys/user: mount options"
[rootlesskit:parent] error: failed to start the child: fork/exec /proc/self/exe: no space left on device
""",
        never=("disk-full",),
    ),
    # --- what an earlier run left -------------------------------------------------------------------------------------
    Row(
        "kubo",
        1,
        LEFT,
        "ipfs configuration file already exists",
        """
generating ED25519 keypair...done
peer identity: 12D3KooWEx4mp1e
Error: ipfs configuration file already exists!
Reinitializing would overwrite your keys.
""",
        mounts={"/data/ipfs": "claim"},
    ),
    Row(
        "influx-setup",
        1,
        LEFT,
        "instance has already been set up",
        """
2026-11-20T09:20:11.	info	running InfluxDB setup	{"system": "docker", "mode": "setup"}
Error: failed to setup instance: instance has already been set up
""",
        mounts={"/var/lib/influxdb2": "claim"},
    ),
    Row(
        "keytool",
        1,
        LEFT,
        "alias <corp-ca> already exists",
        """
Importing corp-ca into /truststore/cacerts.jks
keytool error: java.lang.Exception: Certificate not imported, alias <corp-ca> already exists
""",
        mounts={"/truststore": "scratch"},
        never=("app-crash", "tls-certificate"),
    ),
    Row(
        "raft-bootstrap",
        1,
        LEFT,
        "bootstrap only works on new clusters",
        """
2026-11-20T09:22:02.120Z [INFO]  storage.raft: initial configuration: index=1 servers="[{Suffrage:Voter ID:db-0}]"
2026-11-20T09:22:02.133Z [ERROR] core: failed to bootstrap cluster: error="bootstrap only works on new clusters"
Error initializing: bootstrap only works on new clusters
""",
        mounts={"/var/lib/db": "claim"},
    ),
    Row(
        "cockroach-init",
        1,
        LEFT,
        "cluster has already been initialized",
        """
E261120 09:23:05.211134 1 1@cli/clierror/check.go:35  [-] 1  ERROR: cluster has already been initialized
ERROR: cluster has already been initialized
Failed running "init"
""",
    ),
    Row(
        "flyway-empty-history",
        1,
        ("stale-state", "incompatible-data", "bad-config"),
        "no schema history table",
        """
Flyway Community Edition 9.22.3 by Redgate
Database: jdbc:postgresql://db:5432/shop (PostgreSQL 15.4)
ERROR: Found non-empty schema(s) "public" but no schema history table. Use baseline() or set baselineOnMigrate to true to initialize the schema history table.
""",
        never=("dependency-unavailable",),
    ),
    Row(
        "jackrabbit-version-row",
        134,
        ("stale-state", "incompatible-data"),
        "has no row",
        """
INFO  2026-11-20 09:25:01,001 store: opening metadata store
FATAL 2026-11-20 09:25:01,080 store: schema_info table exists but has no row for the schema version; a former initialization was interrupted
terminate called after throwing an instance of 'store::InitError'
  what():  schema_info table exists but has no row for the schema version
Aborted (core dumped)
""",
    ),
    Row(
        "dune-node-config",
        1,
        LEFT,
        "Pre-existing",
        """
Writing configuration for the archive node
ledger-node: Error:
               Pre-existing identity file at
               /var/ledger/node/identity.json, use `reset` to overwrite it.
""",
        mounts={"/var/ledger": "scratch"},
    ),
    Row(
        "vault-init",
        2,
        LEFT,
        "Vault is already initialized",
        """
Initializing vault...
Error initializing: Error making API request.

URL: PUT http://127.0.0.1:8200/v1/sys/init
Code: 400. Errors:

* Vault is already initialized
""",
    ),
    Row(
        "grafana-duplicate-column",
        1,
        LEFT,
        "duplicate column name: uid",
        """
logger=migrator t=2026-11-20T09:27:00.000000001Z level=info msg="Starting DB migrations"
logger=migrator t=2026-11-20T09:27:00.200000001Z level=info msg="Executing migration" id="Add column uid to team"
logger=migrator t=2026-11-20T09:27:00.210000001Z level=error msg="Executing migration failed" id="Add column uid to team" error="duplicate column name: uid" duration=1.2ms
Error: migration failed (id = Add column uid to team): duplicate column name: uid
""",
        mounts={"/var/lib/grafana": "claim"},
    ),
    # --- the errno says it, whatever the file is ----------------------------------------------------------------------
    Row(
        "leveldb",
        1,
        DENIED,
        "Permission denied",
        """
INFO [11-20|09:30:00.100] Maximum peer count                       ETH=50 LES=0 total=50
INFO [11-20|09:30:00.120] Allocated cache and file handles         database=/data/chaindata cache=512.00MiB
Fatal: Could not open database: IO error: lock /data/chaindata/LOCK: Permission denied
""",
        mounts={"/data": "claim"},
        never=("stale-state",),
    ),
    Row(
        "kafka-log-dir",
        1,
        DENIED,
        "/var/lib/kafka/data/.lock",
        """
[2026-11-20 09:31:00,100] INFO Starting the log cleaner (kafka.log.LogCleaner)
[2026-11-20 09:31:00,120] ERROR Disk error while locking directory /var/lib/kafka/data (kafka.server.LogDirFailureChannel)
java.nio.file.AccessDeniedException: /var/lib/kafka/data/.lock
	at java.base/sun.nio.fs.UnixException.translateToIOException(UnixException.java:90)
	at java.base/sun.nio.fs.UnixException.rethrowAsIOException(UnixException.java:106)
	at kafka.utils.FileLock.<init>(FileLock.scala:32)
	at kafka.log.LogManager.$anonfun$lockLogDirs$1(LogManager.scala:243)
[2026-11-20 09:31:00,133] ERROR Shutdown broker because none of the specified log dirs from /var/lib/kafka/data can be created or validated (kafka.log.LogManager)
""",
        mounts={"/var/lib/kafka/data": "claim"},
        never=("stale-state",),
    ),
    Row(
        "node-locks",
        1,
        DENIED,
        "AccessDeniedException",
        """
[2026-11-20T09:32:00,100][INFO ][o.e.n.Node               ] [search-0] JVM arguments [-Xms1g, -Xmx1g]
[2026-11-20T09:32:00,411][ERROR][o.e.b.ElasticsearchUncaughtExceptionHandler] [search-0] uncaught exception in thread [main]
org.elasticsearch.bootstrap.StartupException: java.lang.IllegalStateException: failed to obtain node locks, tried [[/usr/share/search/data]] with lock id [0]; maybe these locations are not writable or multiple nodes were started without increasing [node.max_local_storage_nodes] (was [1])?
	at org.elasticsearch.bootstrap.Elasticsearch.init(Elasticsearch.java:174)
Caused by: java.lang.IllegalStateException: failed to obtain node locks, tried [[/usr/share/search/data]] with lock id [0]; maybe these locations are not writable or multiple nodes were started without increasing [node.max_local_storage_nodes] (was [1])?
	at org.elasticsearch.env.NodeEnvironment.<init>(NodeEnvironment.java:328)
Caused by: java.io.IOException: failed to obtain lock on /usr/share/search/data/nodes/0
	at org.elasticsearch.env.NodeEnvironment$NodeLock.<init>(NodeEnvironment.java:221)
Caused by: java.nio.file.AccessDeniedException: /usr/share/search/data/nodes/0/node.lock
	at java.base/sun.nio.fs.UnixException.translateToIOException(UnixException.java:90)
""",
        mounts={"/usr/share/search/data": "claim"},
        never=("stale-state",),
    ),
    Row(
        "key-pair",
        1,
        DENIED,
        "/tls/tls.key: permission denied",
        """
{"level":"info","ts":1795339980.1,"msg":"starting webhook server","addr":":9443"}
{"level":"error","ts":1795339980.2,"msg":"cannot load TLS key pair","error":"failed to load X509 key pair: open /tls/tls.key: permission denied"}
""",
        never=("tls-certificate",),
    ),
    Row(
        "mongo-read-only",
        100,
        DENIED,
        "read-only directory",
        """
{"t":{"$date":"2026-11-20T09:34:00.100+00:00"},"s":"I",  "c":"STORAGE",  "id":22315,   "ctx":"initandlisten","msg":"Opening WiredTiger","attr":{"config":"create"}}
{"t":{"$date":"2026-11-20T09:34:00.140+00:00"},"s":"E",  "c":"CONTROL",  "id":20557,   "ctx":"initandlisten","msg":"DBException in initAndListen, terminating","attr":{"error":"IllegalOperation: Attempted to create a lock file on a read-only directory: /data/db"}}
{"t":{"$date":"2026-11-20T09:34:00.141+00:00"},"s":"I",  "c":"CONTROL",  "id":23138,   "ctx":"initandlisten","msg":"Shutting down","attr":{"exitCode":100}}
""",
        mounts={"/data/db": "claim"},
        never=("stale-state",),
    ),
    Row(
        "postmaster-socket",
        1,
        DENIED,
        "Read-only file system",
        """
2026-11-20 09:35:00.100 UTC [1] LOG:  starting PostgreSQL 16.1 on x86_64-pc-linux-musl
2026-11-20 09:35:00.110 UTC [1] FATAL:  could not create lock file "/var/run/postgresql/.s.PGSQL.5432.lock": Read-only file system
2026-11-20 09:35:00.112 UTC [1] LOG:  database system is shut down
""",
        never=("stale-state",),
    ),
    # --- what waits for a list that cannot come -----------------------------------------------------------------------
    Row(
        "reflector-not-served",
        1,
        SERVED,
        "could not find the requested resource",
        """
time="2026-11-20T09:40:00Z" level=info msg="Instantiating new Kubernetes client"
E1120 09:40:01.100000       1 reflector.go:138] pkg/mod/k8s.io/client-go@v0.20.0/tools/cache/reflector.go:167: Failed to watch *v1beta1.Ingress: failed to list *v1beta1.Ingress: the server could not find the requested resource
E1120 09:40:12.100000       1 reflector.go:138] pkg/mod/k8s.io/client-go@v0.20.0/tools/cache/reflector.go:167: Failed to watch *v1beta1.Ingress: failed to list *v1beta1.Ingress: the server could not find the requested resource
E1120 09:40:45.100000       1 reflector.go:138] pkg/mod/k8s.io/client-go@v0.20.0/tools/cache/reflector.go:167: Failed to watch *v1beta1.Ingress: failed to list *v1beta1.Ingress: the server could not find the requested resource
time="2026-11-20T09:41:00Z" level=info msg="still waiting for caches"
time="2026-11-20T09:41:01Z" level=fatal msg="failed to sync cache: timed out waiting for the condition"
""",
        never=("dependency-unavailable",),
    ),
    Row(
        "reflector-forbidden",
        1,
        ("dependency-auth-failed",),
        "cannot list resource",
        """
I1120 09:42:00.100000       1 controller.go:101] "Starting controller" controller="certs"
W1120 09:42:01.100000       1 reflector.go:547] pkg/informers/factory.go:1: failed to list *v1.Secret: secrets is forbidden: User "system:serviceaccount:production:app" cannot list resource "secrets" in API group "" at the cluster scope
E1120 09:42:01.100100       1 reflector.go:150] pkg/informers/factory.go:1: Failed to watch *v1.Secret: failed to list *v1.Secret: secrets is forbidden: User "system:serviceaccount:production:app" cannot list resource "secrets" in API group "" at the cluster scope
E1120 09:42:31.100100       1 reflector.go:150] pkg/informers/factory.go:1: Failed to watch *v1.Secret: failed to list *v1.Secret: secrets is forbidden: User "system:serviceaccount:production:app" cannot list resource "secrets" in API group "" at the cluster scope
I1120 09:43:50.100000       1 controller.go:120] "Shutting down controller" controller="certs"
E1120 09:44:00.100000       1 main.go:77] "error running controller" err="timed out waiting for caches to sync"
""",
        never=("dependency-unavailable",),
    ),
    Row(
        "manager-no-kind",
        1,
        SERVED,
        "kind Gateway",
        """
2026-11-20T09:45:00Z	INFO	setup	starting manager
2026-11-20T09:45:00Z	INFO	starting server	{"name": "health probe", "addr": "[::]:8081"}
2026-11-20T09:45:00Z	INFO	Starting EventSource	{"controller": "route", "source": "kind source: *v1.Gateway"}
2026-11-20T09:45:00Z	INFO	Starting EventSource	{"controller": "service", "source": "kind source: *v1.Service"}
2026-11-20T09:45:10Z	ERROR	controller-runtime.source.EventHandler	if kind is a CRD, it should be installed before calling Start	{"kind": "Gateway.gateway.networking.k8s.io", "error": "no matches for kind \\"Gateway\\" in version \\"gateway.networking.k8s.io/v1\\""}
2026-11-20T09:45:11Z	INFO	Starting workers	{"controller": "service", "worker count": 1}
2026-11-20T09:45:20Z	ERROR	controller-runtime.source.EventHandler	if kind is a CRD, it should be installed before calling Start	{"kind": "Gateway.gateway.networking.k8s.io", "error": "no matches for kind \\"Gateway\\" in version \\"gateway.networking.k8s.io/v1\\""}
2026-11-20T09:47:00Z	ERROR	Could not wait for Cache to sync	{"controller": "route", "error": "failed to wait for route caches to sync: timed out waiting for cache to be synced for Kind *v1.Gateway"}
2026-11-20T09:47:00Z	INFO	Stopping and waiting for non leader election runnables
2026-11-20T09:47:00Z	INFO	Stopping and waiting for leader election runnables
2026-11-20T09:47:00Z	INFO	Shutdown signal received, waiting for all workers to finish	{"controller": "service"}
2026-11-20T09:47:00Z	INFO	All workers finished	{"controller": "service"}
2026-11-20T09:47:00Z	INFO	Stopping and waiting for caches
2026-11-20T09:47:00Z	INFO	Stopping and waiting for webhooks
2026-11-20T09:47:00Z	INFO	Stopping and waiting for HTTP servers
2026-11-20T09:47:00Z	INFO	Wait completed, proceeding to shutdown the manager
2026-11-20T09:47:00Z	ERROR	setup	problem running manager	{"error": "failed to wait for route caches to sync: timed out waiting for cache to be synced for Kind *v1.Gateway"}
""",
        never=("dependency-unavailable",),
    ),
    Row(
        "informer-typed-without-reason",
        1,
        ("cluster-prerequisite", "dependency-auth-failed"),
        "*v1alpha1.Tenant",
        """
{"level":"info","ts":"2026-11-20T09:48:00Z","logger":"setup","msg":"starting manager"}
{"level":"info","ts":"2026-11-20T09:48:00Z","msg":"Starting EventSource","controller":"tenant","source":"kind source: *v1alpha1.Tenant"}
{"level":"info","ts":"2026-11-20T09:48:00Z","msg":"Starting Controller","controller":"tenant"}
{"level":"error","ts":"2026-11-20T09:50:00Z","logger":"setup","msg":"problem running manager","error":"failed to wait for tenant caches to sync: timed out waiting for cache to be synced for Kind *v1alpha1.Tenant"}
""",
        never=("dependency-unavailable", "dependency-auth-failed"),  # the cluster was asked, and serves no such kind
    ),
    # --- the other side speaks another protocol -----------------------------------------------------------------------
    Row(
        "buffer-of-an-alert",
        1,
        (*SPEAKS, "dependency-unavailable"),
        "OutOfMemoryError",
        """
[2026-11-20 09:50:00,100] INFO Kafka version: 3.4.0 (org.apache.kafka.common.utils.AppInfoParser)
[2026-11-20 09:50:00,500] ERROR Uncaught exception in thread 'kafka-admin-client-thread | registry-admin' (org.apache.kafka.common.utils.KafkaThread)
java.lang.OutOfMemoryError: Java heap space
	at java.base/java.nio.HeapByteBuffer.<init>(HeapByteBuffer.java:64)
	at java.base/java.nio.ByteBuffer.allocate(ByteBuffer.java:363)
	at org.apache.kafka.common.memory.MemoryPool$1.tryAllocate(MemoryPool.java:30)
	at org.apache.kafka.common.network.NetworkReceive.readFrom(NetworkReceive.java:113)
	at org.apache.kafka.common.network.KafkaChannel.receive(KafkaChannel.java:452)
	at org.apache.kafka.common.network.Selector.poll(Selector.java:481)
[2026-11-20 09:50:30,500] ERROR Server died unexpectedly:  (io.confluent.kafka.schemaregistry.rest.SchemaRegistryMain)
io.confluent.kafka.schemaregistry.exceptions.SchemaRegistryInitializationException: Error initializing kafka store while initializing schema registry
	at io.confluent.kafka.schemaregistry.storage.KafkaSchemaRegistry.init(KafkaSchemaRegistry.java:336)
Caused by: io.confluent.kafka.schemaregistry.storage.exceptions.StoreInitializationException: Timed out trying to create or validate schema topic configuration
	at io.confluent.kafka.schemaregistry.storage.KafkaStore.createOrVerifySchemaTopic(KafkaStore.java:203)
Caused by: java.util.concurrent.TimeoutException
	at org.apache.kafka.common.internals.KafkaFutureImpl.get(KafkaFutureImpl.java:180)
""",
        never=("heap-exhausted",),
    ),
    Row(
        "frame-size",
        1,
        SPEAKS,
        "352518912",
        """
2026-11-20 09:51:00 INFO  connecting to metastore thrift://metastore:9083
2026-11-20 09:51:00 ERROR cannot open session
org.apache.thrift.transport.TTransportException: Frame size (352518912) larger than max length (16384000)!
	at org.apache.thrift.transport.TFramedTransport.readFrame(TFramedTransport.java:137)
	at com.acme.catalog.Client.open(Client.java:41)
	at com.acme.catalog.Main.main(Main.java:17)
""",
        never=("app-crash",),
    ),
    Row(
        "packet-length-http",
        1,
        SPEAKS,
        "1213486160",
        """
2026-11-20 09:52:00,100 [myid:] - INFO  [main:ZooKeeper@868] - Initiating client connection, connectString=proxy:80
2026-11-20 09:52:00,300 [myid:proxy:80] - WARN  [main-SendThread(proxy:80):ClientCnxn$SendThread@1229] - Session 0x0 for server proxy/10.96.4.4:80, unexpected error, closing socket connection and attempting reconnect
java.io.IOException: Packet len1213486160 is out of range!
	at org.apache.zookeeper.ClientCnxnSocket.readLength(ClientCnxnSocket.java:113)
	at org.apache.zookeeper.ClientCnxnSocketNIO.doIO(ClientCnxnSocketNIO.java:79)
Exception in thread "main" java.lang.IllegalStateException: java.io.IOException: Packet len1213486160 is out of range!
	at com.acme.lock.Main.main(Main.java:22)
""",
        never=("app-crash",),
    ),
    Row(
        "message-size-http",
        1,
        SPEAKS,
        "1347703880",
        """
node:internal/process/promises:288
            triggerUncaughtException(err, true /* fromPromise */);
            ^

MongoServerSelectionError: Invalid message size: 1347703880, max allowed: 67108864
    at Timeout._onTimeout (/app/node_modules/mongodb/lib/sdam/topology.js:278:38)
    at listOnTimeout (node:internal/timers:569:17) {
  reason: TopologyDescription { type: 'Unknown', servers: Map(1) { 'gateway:80' => [ServerDescription] } }
}

Node.js v18.17.0
""",
        never=("app-crash",),
    ),
    Row(
        "http2-preface",
        1,
        SPEAKS,
        "HTTP/1.1 header",
        """
{"level":"info","ts":"2026-11-20T09:54:00Z","msg":"dialing collector","addr":"collector:4318"}
{"level":"fatal","ts":"2026-11-20T09:54:01Z","msg":"cannot create exporter","error":"connection error: desc = \\"error reading server preface: http2: frame too large, note that the frame header looked like an HTTP/1.1 header\\""}
""",
        never=("app-crash",),
    ),
    # --- a crash whose words name something outside -------------------------------------------------------------------
    Row(
        "fqdn",
        1,
        ("bad-config", "dependency-unavailable", "app-crash"),
        "eth1",
        """
2026/11/20 10:00:00 speaker starting, interface eth1
panic: couldn't find network interface eth1: route ip+net: no such network interface

goroutine 1 [running]:
main.main()
	/src/cmd/speaker/main.go:61 +0x3f5
""",
        never=("app-crash",),
    ),
    Row(
        "rocks-abort",
        134,
        ("disk-full", "stale-state", "permission-denied", "app-crash"),
        "/data/rocks/000123.sst",
        """
2026-11-20 10:01:00 [info] opening /data/rocks
terminate called after throwing an instance of 'std::runtime_error'
  what():  IO error: While fsync: /data/rocks/000123.sst: Input/output error
Aborted (core dumped)
""",
        mounts={"/data": "claim"},
        never=("app-crash",),
    ),
    Row(
        "assertion-on-thread",
        134,
        ("node-prerequisite", "app-crash"),
        "uv_thread_create",
        """
node[1]: ../src/node_platform.cc:68:std::unique_ptr<long unsigned int> node::WorkerThreadsTaskRunner::DelayedTaskScheduler::Start(): Assertion `(0) == (uv_thread_create(t.get(), start_thread, this))' failed.
 1: 0xb7a940 node::Abort() [node]
 2: 0xb7a9be  [node]
Aborted (core dumped)
""",
        never=("app-crash",),
    ),
    Row(
        "gpu-adapter",
        101,
        ("node-prerequisite", "app-crash"),
        "No suitable GPU adapter",
        """
2026-11-20T10:03:00Z  INFO render: starting
thread 'main' panicked at src/gpu.rs:41:10:
No suitable GPU adapter found on the system
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
""",
        never=("app-crash",),
    ),
    Row(
        "locale-facet",
        134,
        ("bad-config", "missing-library", "app-crash"),
        "locale",
        """
terminate called after throwing an instance of 'std::runtime_error'
  what():  locale::facet::_S_create_c_locale name not valid
Aborted (core dumped)
""",
        never=("app-crash",),
    ),
    Row(
        "plain-bug-go",
        2,
        ("app-crash",),
        "index out of range",
        """
2026/11/20 10:05:00 ranking 3 candidates
panic: runtime error: index out of range [3] with length 3

goroutine 1 [running]:
main.rank(...)
	/src/rank.go:31
main.main()
	/src/main.go:14 +0x1d
""",
    ),
    Row(
        "plain-bug-java",
        1,
        ("app-crash",),
        "NullPointerException",
        """
2026-11-20 10:06:00.100  INFO 1 --- [main] c.acme.Shop : Starting Shop
Exception in thread "main" java.lang.NullPointerException: Cannot invoke "com.acme.Price.net()" because "price" is null
	at com.acme.Cart.total(Cart.java:44)
	at com.acme.Shop.main(Shop.java:19)
""",
    ),
)
