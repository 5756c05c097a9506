"""A line in the closed vocabulary of a library says the category: no answer is left undetermined, and the subject stays.

What libraries of ten languages print of a setting, a migration or data that they refuse; noted before any was run.
"""

from __future__ import annotations

import pytest

from diagnostics.diagnosis import Verdict
from tests.kinds.world import asked, dies, spoken

SETTING = ("bad-config",)
MIGRATION = ("stale-state", "incompatible-data", "bad-config", "dependency-unavailable", "dependency-auth-failed")
DATA = ("stale-state", "incompatible-data")
LIBRARY = ("missing-library", "bad-config", "incompatible-data")

LINES = {
    # settings: validators and parsers of configuration
    "aeson key": ('galley: AesonException "Error in $.settings.flags: key \\"teamSearch\\" not found"', SETTING, "teamSearch"),
    "aeson type": ("cannon: InvalidYaml: Error in $.port: parsing Word16 failed, expected Number, but encountered String", SETTING, "port"),
    "invalid option for a variable": ('❌ "OFF" is an invalid option for the environment variable "SSL_MODE".', SETTING, "SSL_MODE"),
    "pydantic v1": (
        'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    settings = Settings()\n'
        "pydantic.error_wrappers.ValidationError: 1 validation error for Settings\nsmtp_port\n"
        "  value is not a valid integer (type=type_error.integer)", SETTING, "smtp_port"),
    "pydantic v2": (
        'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    settings = Settings()\n'
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\nsmtp_host\n"
        "  Field required [type=missing, input_value={}, input_type=dict]", SETTING, "smtp_host"),
    "serde missing field": ("Error: missing field `listen_addr` at line 3 column 1", SETTING, "listen_addr"),
    "serde unknown field": ("Error: unknown field `lisen`, expected one of `listen`, `workers`", SETTING, "lisen"),
    "serde unknown variant": ("Error: unknown variant `fast`, expected `slow` or `safe` for key `mode`", SETTING, "mode"),
    "serde invalid type": ('Error: invalid type: string "yes", expected a boolean for key `tls.enabled`', SETTING, "tls.enabled"),
    "viper decoding": ("FATAL cannot load config: 1 error(s) decoding: 'server.port' expected type 'int', got unconvertible type 'string'", SETTING, "server.port"),
    "viper not found": ('panic: Config File "config" Not Found in "[/etc/acme /root]"\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:9 +0x1d', SETTING, "config"),
    "yaml strict": ("error loading config: yaml: unmarshal errors:\n  line 12: field scrape_intervall not found in type config.plain", SETTING, "scrape_intervall"),
    "koanf": ("error loading config: 1 error(s) decoding:\n\n* cannot parse 'pool.size' as int: strconv.ParseInt: parsing \"many\": invalid syntax", SETTING, "pool.size"),
    "envconfig required": ("required key SLACK_CHANNEL missing value", SETTING, "SLACK_CHANNEL"),
    "envconfig parse": ("envconfig.Process: assigning WORKERS to Workers: converting 'many' to type int. details: strconv.ParseInt: parsing \"many\": invalid syntax", SETTING, "WORKERS"),
    "caarlos env": ('env: required environment variable "PAYMENTS_KEY" is not set', SETTING, "PAYMENTS_KEY"),
    "spring binder": (
        "***************************\nAPPLICATION FAILED TO START\n***************************\n\nDescription:\n\n"
        "Failed to bind properties under 'acme.pool.size' to int:\n\n    Property: acme.pool.size\n    Value: \"many\"\n"
        "    Reason: failed to convert java.lang.String to int\n\nAction:\n\nUpdate your application's configuration", SETTING, "acme.pool.size"),
    "spring placeholder": ("java.lang.IllegalArgumentException: Could not resolve placeholder 'acme.token' in value \"${acme.token}\"", SETTING, "acme.token"),
    "typesafe config": ("Exception in thread \"main\" com.typesafe.config.ConfigException$Missing: No configuration setting found for key 'ledger.journal'\n\tat acme.Boot.main(Boot.java:3)", SETTING, "ledger.journal"),
    "smallrye": ("java.util.NoSuchElementException: SRCFG00014: The config property acme.api.url is required but it could not be found in any config location", SETTING, "acme.api.url"),
    "micronaut": ("io.micronaut.context.exceptions.ConfigurationException: Could not resolve placeholder ${acme.key}", SETTING, "acme.key"),
    "zod": ('ZodError: [\n  {\n    "code": "invalid_type",\n    "expected": "string",\n    "received": "undefined",\n    "path": [\n      "SESSION_KEY"\n    ],\n    "message": "Required"\n  }\n]', SETTING, "SESSION_KEY"),
    "zod env": ("❌ Invalid environment variables: { SESSION_KEY: [ 'Required' ] }", SETTING, "SESSION_KEY"),
    "joi": ('Error: Config validation error: "SESSION_KEY" is required', SETTING, "SESSION_KEY"),
    "envalid": ("================================\n Missing environment variables:\n    SESSION_KEY: Session key (undefined)\n================================", SETTING, "SESSION_KEY"),
    "convict": ("Error: server.port: ports must be within range 0 - 65535: value was 99999", SETTING, "server.port"),
    "ajv": ("Error: data/server/port must be number", SETTING, "port"),
    "ajv additional": ("Configuration error: config should NOT have additional properties 'prot'", SETTING, "prot"),
    "symfony": ('Environment variable not found: "MAILER_DSN".', SETTING, "MAILER_DSN"),
    "symfony config": ('The child config "secret" under "framework" must be configured.', SETTING, "secret"),
    "symfony unrecognized": ('Unrecognized option "adress" under "mailer". Available options are "address", "sender".', SETTING, "adress"),
    "dry-schema": ("Dry::Struct::Error: [Settings.new] :bucket is missing in Hash input", SETTING, "bucket"),
    "ruby keyerror env": ('/app/config.rb:3:in `fetch\': key not found: "BUCKET" (KeyError)\n\tfrom /app/config.rb:3:in `<main>\'', SETTING, "BUCKET"),
    "rails credentials": ("Missing `secret_key_base` for 'production' environment, set this string with `bin/rails credentials:edit` (ArgumentError)", SETTING, "secret_key_base"),
    "django": ("django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.", SETTING, "SECRET_KEY"),
    "environ": ("environ.compat.ImproperlyConfigured: Set the DATABASE_URL environment variable", SETTING, "DATABASE_URL"),
    "decouple": ("decouple.UndefinedValueError: BUCKET not found. Declare it as envvar or define a default value.", SETTING, "BUCKET"),
    "oslo": ("oslo_config.cfg.RequiredOptError: value required for option transport_url in group [DEFAULT]", SETTING, "transport_url"),
    "dotnet options": ("Unhandled exception. Microsoft.Extensions.Options.OptionsValidationException: DataAnnotation validation failed for 'Mail' members: 'Host' with the error: 'The Host field is required.'.\n   at Program.Main() in /src/Program.cs:line 3", SETTING, "Host"),
    "dotnet connection string": ("Unhandled exception. System.InvalidOperationException: The ConnectionString property has not been initialized.\n   at Program.Main() in /src/Program.cs:line 3", SETTING, "ConnectionString"),
    "elixir env": ('** (System.EnvError) could not fetch environment variable "SECRET_KEY_BASE" because it is not set', SETTING, "SECRET_KEY_BASE"),
    "erlang cuttlefish": ("03:11:30 [error] You've tried to set disk_free_limit.relativ, but there is no setting with that name.", SETTING, "disk_free_limit.relativ"),
    "cobra required": ('Error: required flag(s) "cluster-name" not set', SETTING, "cluster-name"),
    "clap": ("error: the following required arguments were not provided:\n  --config <CONFIG>\n\nUsage: relay --config <CONFIG>", SETTING, "--config"),
    "clap value": ("error: invalid value 'fast' for '--mode <MODE>'\n  [possible values: safe, slow]", SETTING, "--mode"),
    "argparse": ("usage: exporter [-h] --url URL\nexporter: error: the following arguments are required: --url", SETTING, "--url"),
    "picocli": ("Missing required option: '--topic=<topic>'\nUsage: shipper --topic=<topic>", SETTING, "--topic"),
    "picocli unknown": ("Unknown option: '--topics=a'\nUsage: shipper --topic=<topic>", SETTING, "--topics"),
    "must be one of": ('level=error msg="invalid configuration" err="storage.mode must be one of [single, cluster]"', SETTING, "storage.mode"),
    "requires another": ("ERROR: option tls_key requires tls_cert to be set", SETTING, "tls_key"),
    "mutually exclusive": ("FATAL: only one of api_token or basic_auth may be set", SETTING, "api_token"),
    "unsupported driver": ('FATAL: unsupported storage driver "swfit"', SETTING, "swfit"),
    "json at": ("cannot create discovery client: invalid character '\\'' looking for beginning of value", SETTING, "'"),
    # migrations: what refuses or is refused
    "flyway checksum": ("org.flywaydb.core.api.exception.FlywayValidateException: Validate failed: Migrations have failed validation\nMigration checksum mismatch for migration version 3", MIGRATION, "migration"),
    "flyway failed": ("org.flywaydb.core.api.exception.FlywayValidateException: Validate failed: Detected failed migration to version 4 (add users)", MIGRATION, "migration"),
    "flyway applied not resolved": ("FlywayException: Validate failed: Detected applied migration not resolved locally: 12", MIGRATION, "12"),
    "liquibase lock": ("liquibase.exception.LockException: Could not acquire change log lock.  Currently locked by shop-7d9f (10.244.1.7) since 11/21/26, 9:02 PM", MIGRATION, "lock"),
    "liquibase checksum": ("liquibase.exception.ValidationFailedException: Validation Failed: 1 changesets check sum\n    db/changes.xml::4::me was: 8:aa but is now: 8:bb", MIGRATION, "change"),
    "alembic locate": ("ERROR [alembic.util.messaging] Can't locate revision identified by 'a1b2c3d4e5f6'", MIGRATION, "a1b2c3d4e5f6"),
    "alembic heads": ("alembic.util.exc.CommandError: Multiple head revisions are present for given argument 'head'", MIGRATION, "head"),
    "golang-migrate dirty": ("error: Dirty database version 17. Fix and force version.", MIGRATION, "17"),
    "golang-migrate missing": ("migration failed: no migration found for version 20", MIGRATION, "20"),
    "goose": ('goose run: ERROR 00002_add_index.sql: failed to run SQL migration: ERROR: relation "idx" already exists (SQLSTATE 42P07)', MIGRATION, "idx"),
    "gorm auto migrate": ("FATAL Failed to run auto migration: ERROR: cannot alter type of a column used by a view or rule (SQLSTATE 0A000)", MIGRATION, "view"),
    "diesel": ('Failed to run migrations: Failed to run 2023-01-01-000000_users with: relation "users" already exists', MIGRATION, "users"),
    "sqlx modified": ("Error: migration 20230101 was previously applied but has been modified", MIGRATION, "20230101"),
    "sqlx missing": ("Error: migration 20230101 was previously applied but is missing in the resolved migrations", MIGRATION, "20230101"),
    "ecto": ('** (Postgrex.Error) ERROR 42701 (duplicate_column) column "tier" of relation "plans" already exists', MIGRATION, "tier"),
    "prisma": ("Error: P3009\n\nmigrate found failed migrations in the target database, new migrations will not be applied.\nThe `20240212_add_users` migration started at 2026-11-22 03:05:30 UTC failed", MIGRATION, "migration"),
    "prisma baseline": ("Error: P3005\n\nThe database schema is not empty. Read more about how to baseline an existing production database: https://pris.ly/d/migrate-baseline", MIGRATION, "schema"),
    "knex corrupt": ("Error: The migration directory is corrupt, the following files are missing: 20210101_init.js", MIGRATION, "20210101_init.js"),
    "knex lock": ("MigrationLocked: Migration table is already locked\nCan't take lock to run migrations: Migration table is already locked", MIGRATION, "lock"),
    "typeorm null": ('QueryFailedError: column "price" of relation "orders" contains null values\n    at Query.run (/app/index.js:3:1)', MIGRATION, "price"),
    "rails pending": ("ActiveRecord::PendingMigrationError: Migrations are pending. To resolve this issue, run: bin/rails db:migrate RAILS_ENV=production", MIGRATION, "migrat"),
    "rails concurrent": ("bin/rails aborted!\nActiveRecord::ConcurrentMigrationError: Cannot run migrations because another migration process is currently running.\n/app/bin/rails:4:in `<main>'", MIGRATION, "migration"),
    "django inconsistent": ("django.db.migrations.exceptions.InconsistentMigrationHistory: Migration admin.0001_initial is applied before its dependency users.0001_initial on database 'default'.", MIGRATION, "admin.0001_initial"),
    "django no such column": ('django.db.utils.ProgrammingError: relation "shop_order" does not exist', MIGRATION, "shop_order"),
    "ef exists": ('Unhandled exception. Npgsql.PostgresException (0x80004005): 42P07: relation "Orders" already exists\n   at Program.Main() in /src/Program.cs:line 41', MIGRATION, "Orders"),
    "unapplied": ("TimeoutError: There are still unapplied migrations after 60 seconds. Migration Head(s) in DB: set() | Migration Head(s) in Source Code: {'405de8318b3a'}", MIGRATION, "migration"),
    "mysql exists": ("Creating tenant with 2 units\nERROR 5156 (HY000) at line 1: tenant already exist\nFailed to create tenant ledger", MIGRATION, "exist"),
    # data: what was written, and cannot be read
    "not formatted": ("java.io.IOException: NameNode is not formatted.", DATA, "format"),
    "reconfigured": ("ERROR localEp ledger-1:6030 different with ledger-0:6030 in dnodeEps.json and need reconfigured", (*DATA, "bad-config"), "dnodeEps.json"),
    "newer schema": ("FATAL: database schema version 42 is newer than this binary supports (40)", DATA, "42"),
    "format version": ("Fatal: unsupported storage format version 7, expected 6", DATA, "7"),
    "wal replay": ('Error: Failed to open store: Failure while replaying WAL file "/data/app.wal"', DATA, "app.wal"),
    "checksum": ("panic: chunk checksum mismatch in /data/segments/00012: expected 0xaa, got 0xbb", (*DATA, "app-crash"), "segments"),
    "another cluster": ("FATAL: the data directory belongs to another cluster (id 7, expected 9)", (*DATA, "bad-config"), "cluster"),
    "uid differs": ('FATAL saved uid "keeper1" differs from configuration uid: "keeper0"', (*DATA, "bad-config"), "keeper1"),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_closed_words_say_the_category(name):
    log, causes, subject = LINES[name]
    told = asked(dies(log))
    said = spoken(told)
    assert told.cause in causes, f"{told.verdict} {told.cause}\n{said}"
    assert told.verdict is not Verdict.UNDETERMINED
    assert subject.lower() in f"{told.summary} {told.remedy.text}".lower(), said
    assert "no remedy is known" not in said.lower(), said
    assert "another release" not in said.lower(), said
