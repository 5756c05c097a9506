"""Did you mean: settings of programs that everybody runs, for a name that is one or two letters off.

Names: nginx.org/en/docs/dirindex.html, redis.conf of Redis 7, PostgreSQL 17's ``pg_settings``; those that people set.
"""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics import fields

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.diagnosis import Remedy

CLOSE: Final = 0.86
"""Likeness (``difflib``) from which a name is a slip of another: one letter in seven, or two in fourteen."""
SHORTEST: Final = 6
"""Letters of a name below which every other is near to it."""

_NGINX: Final = """
absolute_redirect access_log add_header add_trailer aio alias allow auth_basic auth_basic_user_file auth_request
autoindex break charset chunked_transfer_encoding client_body_buffer_size client_body_temp_path client_body_timeout
client_header_buffer_size client_header_timeout client_max_body_size daemon default_type directio error_log error_page
etag events expires fastcgi_buffers fastcgi_buffer_size fastcgi_cache fastcgi_index fastcgi_param fastcgi_pass
fastcgi_read_timeout fastcgi_split_path_info geo grpc_pass gzip gzip_comp_level gzip_min_length gzip_proxied
gzip_types gzip_vary http http2 if_modified_since include index internal ip_hash keepalive keepalive_requests
keepalive_timeout large_client_header_buffers least_conn limit_conn limit_conn_zone limit_except limit_rate limit_req
limit_req_zone listen load_module location log_format map merge_slashes mirror multi_accept open_file_cache pid
proxy_bind proxy_buffering proxy_buffers proxy_buffer_size proxy_busy_buffers_size proxy_cache proxy_cache_bypass
proxy_cache_key proxy_cache_path proxy_cache_valid proxy_connect_timeout proxy_hide_header proxy_http_version
proxy_intercept_errors proxy_max_temp_file_size proxy_next_upstream proxy_pass proxy_pass_header
proxy_pass_request_headers proxy_protocol proxy_read_timeout proxy_redirect proxy_request_buffering proxy_send_timeout
proxy_set_body proxy_set_header proxy_ssl_certificate proxy_ssl_name proxy_ssl_server_name proxy_ssl_verify
proxy_temp_path real_ip_header real_ip_recursive resolver resolver_timeout return rewrite root satisfy scgi_pass
send_timeout sendfile server server_name server_names_hash_bucket_size server_names_hash_max_size server_tokens
set_real_ip_from ssi ssl_certificate ssl_certificate_key ssl_ciphers ssl_client_certificate ssl_dhparam
ssl_prefer_server_ciphers ssl_protocols ssl_session_cache ssl_session_tickets ssl_session_timeout ssl_stapling
ssl_stapling_verify ssl_trusted_certificate ssl_verify_client ssl_verify_depth stub_status sub_filter tcp_nodelay
tcp_nopush try_files types types_hash_max_size underscores_in_headers upstream use user uwsgi_param uwsgi_pass
variables_hash_bucket_size variables_hash_max_size worker_connections worker_processes worker_rlimit_nofile
"""
_REDIS: Final = """
acl-pubsub-default aclfile activedefrag active-expire-effort activerehashing aof-load-truncated aof-use-rdb-preamble
appenddirname appendfilename appendfsync appendonly auto-aof-rewrite-min-size auto-aof-rewrite-percentage bind
cluster-announce-hostname cluster-announce-ip cluster-announce-port cluster-config-file cluster-enabled
cluster-node-timeout cluster-require-full-coverage daemonize databases dbfilename disable-thp dynamic-hz io-threads
io-threads-do-reads jemalloc-bg-thread latency-monitor-threshold lazyfree-lazy-eviction lazyfree-lazy-expire
list-compress-depth list-max-listpack-size loadmodule logfile loglevel lua-time-limit masterauth masteruser maxclients
maxmemory maxmemory-policy maxmemory-samples min-replicas-max-lag min-replicas-to-write no-appendfsync-on-rewrite
notify-keyspace-events oom-score-adj pidfile proto-max-bulk-len protected-mode rdbchecksum rdbcompression
rename-command repl-backlog-size repl-backlog-ttl repl-disable-tcp-nodelay repl-diskless-load repl-diskless-sync
repl-diskless-sync-delay repl-timeout replica-announce-ip replica-announce-port replica-priority replica-read-only
replica-serve-stale-data replicaof requirepass save set-max-intset-entries slowlog-log-slower-than slowlog-max-len
stop-writes-on-bgsave-error stream-node-max-bytes supervised tcp-backlog tcp-keepalive timeout tls-auth-clients
tls-ca-cert-file tls-cert-file tls-cluster tls-key-file tls-port tls-protocols tls-replication tracking-table-max-keys
unixsocket unixsocketperm zset-max-listpack-entries
"""
_POSTGRES: Final = """
archive_command archive_mode archive_timeout autovacuum autovacuum_max_workers autovacuum_naptime
checkpoint_completion_target checkpoint_timeout client_encoding client_min_messages cluster_name data_directory
deadlock_timeout default_statistics_target effective_cache_size effective_io_concurrency hba_file hot_standby
hot_standby_feedback huge_pages ident_file idle_in_transaction_session_timeout jit listen_addresses lock_timeout
log_checkpoints log_connections log_destination log_directory log_disconnections log_duration log_filename
log_line_prefix log_lock_waits log_min_duration_statement log_min_messages log_rotation_age log_rotation_size
log_statement log_temp_files log_timezone logging_collector maintenance_work_mem max_connections
max_locks_per_transaction max_parallel_workers max_parallel_workers_per_gather max_prepared_transactions
max_replication_slots max_slot_wal_keep_size max_standby_streaming_delay max_wal_senders max_wal_size
max_worker_processes min_wal_size password_encryption pg_stat_statements.track primary_conninfo primary_slot_name
random_page_cost recovery_target_time restore_command shared_buffers shared_preload_libraries ssl_ca_file
ssl_cert_file ssl_key_file statement_timeout superuser_reserved_connections synchronous_commit
synchronous_standby_names temp_buffers track_activity_query_size unix_socket_directories wal_buffers wal_compression
wal_keep_size wal_level wal_log_hints work_mem
"""
PROGRAMS: Final = {
    ("nginx", "openresty", "ingress-nginx"): tuple(_NGINX.split()),
    ("redis", "valkey", "keydb"): tuple(_REDIS.split()),
    ("postgres", "timescale", "pgvector", "postgis"): tuple(_POSTGRES.split()),
}
"""By what an image is called → the settings that its program has."""


def spelled(case: Case, name: str, remedy: Remedy) -> Remedy:
    """Return the remedy, with the setting that was probably meant in front of it."""
    image = "" if case.suspect is None else fields.text(case.suspect.spec, "image").lower()
    right = meant(name, image)
    return replace(remedy, text=f"Did you mean {right}? {remedy.text}") if right else remedy


def meant(name: str, image: str) -> str:
    """Return the setting that a name is a slip of, for the program that the image is called after; or nothing."""
    bare = name.strip("'\"").lstrip("-")
    known = next((names for stems, names in PROGRAMS.items() if any(stem in image for stem in stems)), ())
    if len(bare) < SHORTEST or bare in known:
        return ""
    return next(iter(difflib.get_close_matches(bare, known, n=1, cutoff=CLOSE)), "")
