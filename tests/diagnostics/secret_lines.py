# ruff: noqa: E501 — log lines are as long as they are
"""Log lines with and without secrets.

``SECRET`` and ``HARMLESS`` were written before the patterns had met them: cold, 88 of 94 secrets were gone and 143 of 156
harmless lines unchanged. The patterns were then corrected on them, so that they now guard against going back.
``COLD_SECRET`` and ``COLD_HARMLESS`` were written after that and are never tuned on: what they show is the honest figure.
"""

from __future__ import annotations

SEEN_SECRET = r"""password=hunter2
DB_PASSWORD: hunter2
{"password":"hu nter2hunter2","a":1}
token = "hunter2"
export API_KEY='hunter2'
postgres://u:hunter2@db:5432/x
postgres://u:hun/hunter2@db:5432/x
Authorization: Bearer hunter2hunter2
Authorization: Basic aHVudGVyMjpodW50ZXIyhunter2
msg="login password=hunter2 ok"
{\"password\":\"hunter2\"}
Server=x;User Id=sa;Password=hunter2;Enc=1
--password hunter2
{"name":"DB_PASSWORD","value":"hunter2"}
{User:bob Password:hunter2}
:password=>"hunter2"
  input_value='hunter2', input_type=str]
u:hunter2@tcp(db:3306)/x
IDENTIFIED BY 'hunter2'
Password:hunter2
x-api-key: hunter2
Cookie: a=hunter2; b=hunter2
https://x/y?access_token=hunter2&b=1""".splitlines()

SEEN_HARMLESS = r"""password authentication failed for user "ledger"
Access denied for user 'a'@'10.0.0.1' (using password: NO)
couldn't find key DB_PASSWORD in Secret production/api-db-credentials
MountVolume.SetUp failed for volume "db-secret" : secret "db" not found
failed to fetch token: connection refused
KeyError: 'DB_PASSWORD'
Error: DATABASE_PASSWORD is not set
    password=os.environ["DB_PASSWORD"],
  File "/app/auth/token.py", line 12, in get_token
secret "api-db" not found
references non-existent secret key: DB_PASSWORD
Error: invalid value for PORT: "abc"
FATAL: invalid value for DATABASE_PORT: "abc" (expected integer)
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
http://host:8080/path?email=a@b.c""".splitlines()

# (line, the part that must be gone)
_JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
SECRET = (
    ("2026-11-22T10:00:00Z INFO config loaded db.password=Tr0ub4dor&3 db.host=pg", "Tr0ub4dor"),
    ("Caused by: invalid credentials [username=svc, password=Xk29!pqL]", "Xk29!pqL"),
    ("spring.datasource.password = s3cr3tP4ss", "s3cr3tP4ss"),
    ("jdbc:postgresql://pg:5432/app?user=app&password=Zx81aaB", "Zx81aaB"),
    ("jdbc:sqlserver://sql:1433;databaseName=x;user=sa;password=P@ssw0rd1;", "ssw0rd1"),
    ("redis://:r3d1sPassw0rd@redis-master:6379/0", "r3d1sPassw0rd"),
    ("amqp://guest:gu35tpw@rabbitmq:5672//", "gu35tpw"),
    ("mongodb+srv://admin:M0ng0Pa55@cluster0.abcde.mongodb.net/test?retryWrites=true", "M0ng0Pa55"),
    ("dial https://user:t0psecret@registry.example/v2/: 401", "t0psecret"),
    ("remote: https://oauth2:glpat-aBcDeFgHiJkLmNoPqRsT@gitlab.example/x.git", "aBcDeFgHiJkLmNoPqRsT"),
    ("SENTRY https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/2", "0123456789abcdef0123456789abcdef"),
    ("> GET / HTTP/1.1 authorization: Bearer abcDEF123456ghiJKL", "abcDEF123456ghiJKL"),
    ('headers={"Authorization": "Bearer abcDEF123456ghiJKL"}', "abcDEF123456ghiJKL"),
    ("headers: { authorization: 'Basic dXNlcjpwYXNzd29yZA==' }", "dXNlcjpwYXNzd29yZA"),
    ("Authorization: Token 9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b", "9944b09199c62bcf"),
    ("Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/x, Signature=fe5f80f77d5fa3beca", "fe5f80f77d5f"),
    ("X-Auth-Token: 5f4dcc3b5aa765d61d8327deb882cf99", "5f4dcc3b5aa7"),
    ("x-amz-security-token=FwoGZXIvYXdzEBYaD", "FwoGZXIvYXdzEBYaD"),
    ("Set-Cookie: session=8f14e45fceea167a5a36dedd4bea2543; HttpOnly", "8f14e45fceea"),
    ("cookie: sid=s%3AabcdefGHIJ.klmnop", "abcdefGHIJ"),
    (f"invalid token {_JWT}", "dozjgNryP4J3jVmNHl0w5N"),
    (f'level=error err="jwt {_JWT} expired"', "eyJzdWIiOiIxMjM0"),
    ("AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI"),
    ("aws_secret_access_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI"),
    ("The AWS Access Key Id ASIAIOSFODNN7EXAMPLE does not exist", "ASIAIOSFODNN7EXAMPLE"),
    ("using key AIzaSyD-1234567890abcdefghijklmnopqrstu", "AIzaSyD"),
    ('"private_key": "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBg\\n-----END PRIVATE KEY-----\\n"', "MIIEvQIBADANBg"),
    ('"private_key_id": "a1b2", "client_secret": "GOCSPX-abcdefghijklmnopqrstuvwx"', "abcdefghijklmnopqrstuvwx"),
    ("ya29.a0AfH6SMBabcdefghijklmnopqrstuvwxyz in use", "a0AfH6SMBabcdef"),
    ("clone with ghp_16C7e42F292c6912E7710c838347Ae178B4a failed", "16C7e42F292c6912"),
    ("github_pat_11ABCDEFG0123456789_abcdefghijklmnopqrstuvwxyz0123456789ABCDEF", "11ABCDEFG0123456789"),
    ("SLACK xoxb-123456789012-123456789012-abcdefghijklmnop", "abcdefghijklmnop"),
    ("posting to https://hooks.slack.com/services/T000/B000/XXXXYYYYZZZZ1234", "XXXXYYYYZZZZ1234"),
    ("Stripe: Invalid API Key provided: sk_live_4eC39HqLyjWDarjtT1zdp7dc", "4eC39HqLyjWDarjtT1zdp7dc"),
    ("npm ERR! //registry/:_authToken=npm_abcdefghijklmnopqrstuvwxyz0123456789", "abcdefghijklmnopqrstuvwxyz"),
    ("pypi-AgEIcHlwaS5vcmcCJGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6", "AgEIcHlwaS5vcmc"),
    ("AccountName=st;AccountKey=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zg==;End", "Zm9vYmFyYmF6"),
    ("https://st.blob.core.windows.net/c?sv=2020&sig=abc%2Fdef%3D&se=2027", "abc%2Fdef%3D"),
    ("SharedAccessKeyName=Root;SharedAccessKey=q1w2e3r4t5y6u7i8o9p0=", "q1w2e3r4t5y6"),
    ("DD_API_KEY=0123456789abcdef0123456789abcdef", "0123456789abcdef"),
    ("datadog api key: 0123456789abcdef0123456789abcdef rejected", "0123456789abcdef"),
    ("SG.ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf09kqeF8tAmbihYzrnopKc1s5cr invalid", "TwL2iGABf9DHoTf"),
    ("OPENAI_API_KEY=sk-proj-abcdEFGH1234567890abcdEFGH", "abcdEFGH1234567890"),
    ("Incorrect API key provided: sk-abcdEFGH1234567890abcdEFGH1234.", "abcdEFGH1234567890"),
    ("vault token hvs.CAESIJlU02LQZq0abcdefghijklmnop", "CAESIJlU02LQZq0"),
    ("https://api.telegram.org/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/getMe", "AAHdqTcvCH1vGWJxfSeo"),
    ("pydantic: input_value='pg-S3cret-1', input_type=str", "pg-S3cret-1"),
    ("env: [PATH=/bin SECRET_KEY_BASE=9d8f7a6b5c4d3e2f HOME=/root]", "9d8f7a6b5c4d3e2f"),
    ("environ({'HOME': '/root', 'DB_PASS': 'abc123xyz', 'PORT': '80'})", "abc123xyz"),
    ("ENV['STRIPE_SECRET'] => \"ab12cd34ef\"", "ab12cd34ef"),
    ("$_ENV['DB_PASSWORD'] => mY5qlP4ss", "mY5qlP4ss"),
    ("Array ( [password] => mY5qlP4ss )", "mY5qlP4ss"),
    ("map[password:go5ecret user:app]", "go5ecret"),
    ("&{Host:pg User:app Password:go5ecret SSL:false}", "go5ecret"),
    ('Config { host: "pg", password: "ru5tsecret", port: 5432 }', "ru5tsecret"),
    ("DbConfig(host=pg, user=app, password=k0tlin5ecret)", "k0tlin5ecret"),
    ('{:user "app" :password "cl0jure5ec"}', "cl0jure5ec"),
    ('%{password: "elix1r5ec", username: "app"}', "elix1r5ec"),
    ("mysql -u root -pS3cr3tRoot -h db", "S3cr3tRoot"),
    ("Executing: psql --dbname=postgresql://app:pgpw99@pg/app", "pgpw99"),
    ("curl -u admin:adm1nPw http://x/", "adm1nPw"),
    ("java -Djavax.net.ssl.keyStorePassword=changeit123 -jar app.jar", "changeit123"),
    ("node server.js --jwt-secret s3ss10nkey --port 80", "s3ss10nkey"),
    ("ALTER USER app WITH PASSWORD 'alterMe9';", "alterMe9"),
    ("CREATE USER 'x'@'%' IDENTIFIED BY 'cre8me';", "cre8me"),
    ("ALTER USER marion IDENTIFIED BY 'cre8me'", "cre8me"),
    ("  identified by 'cre8me'", "cre8me"),
    ("user=app password=lib pq5 host=pg".replace(" pq5", "pq5"), "libpq5"),
    ('time=… level=info msg="cfg" token="abc.def.ghi99" url=http://x', "abc.def.ghi99"),
    ('{"level":"error","config":{"auth":{"token":"nested-t0ken"}}}', "nested-t0ken"),
    ('{\\"api_key\\": \\"esc4ped-key\\"}', "esc4ped-key"),
    ("api-key: 7c9e6679-7425-40de-944b-e07fc1f90ae7", "7c9e6679"),
    ("client_secret=abcd~efgh.1234", "abcd~efgh.1234"),
    ("refresh_token=1//0gabcDEF", "0gabcDEF"),
    ("password is 'opensesame1'", "opensesame1"),
    ("Password: opensesame1", "opensesame1"),
    ("passphrase=correct-horse-9", "correct-horse-9"),
    ("SASL username=app password=kafk4pw mechanism=PLAIN", "kafk4pw"),
    ('sasl.jaas.config=...PlainLoginModule required username="a" password="kafk4pw";', "kafk4pw"),
    ("LDAP bind cn=admin,dc=x with bindPassword=ld4ppw", "ld4ppw"),
    ("smtp://mail%40x.example:smtpPw1@smtp.example:587", "smtpPw1"),
    ("nats://user:n4tspw@nats:4222", "n4tspw"),
    ("root:dbr00t@tcp(mysql:3306)/shop?parseTime=true", "dbr00t"),
    ("encryption_key = 00112233445566778899aabbccddeeff", "00112233445566"),
    ("webhook_secret: whsec_abcdefghijklmnop1234", "abcdefghijklmnop1234"),
    ("TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef", "0123456789abcdef"),
    ("otp=492817 accepted", "492817"),
    ("signature=3045022100abcdef valid", "3045022100abcdef"),
    ("dckr_pat_abcdefghijklmnopqrstuvwx12 used", "abcdefghijklmnopqrstuvwx12"),
    ("hf_abcdefghijklmnopqrstuvwxyzABCDEFGH", "abcdefghijklmnopqrstuvwxyz"),
    ("Proxy-Authorization: Basic cHJveHk6cGFzc3dvcmQx", "cHJveHk6cGFzc3dvcmQx"),
    ("- name: DB_PASSWORD value: yaml0ne", "yaml0ne"),
    ('{"name": "API_TOKEN", "value": "k8sentry1"}', "k8sentry1"),
    ("DATABASE_URL=postgres://u:url5ecret@h/db", "url5ecret"),
    ("credentials: {user: a, password: inl1ne}", "inl1ne"),
)

HARMLESS = r"""FAILED: Can't locate revision identified by '9f31c0de77ab'
Traceback (most recent call last):
  File "/usr/lib/python3.11/runpy.py", line 196, in _run_module_as_main
  File "/app/settings.py", line 14, in <module>
    SECRET_KEY = os.environ["SECRET_KEY"]
    raise KeyError(key) from None
KeyError: 'SECRET_KEY'
    token = get_token(request)
    self.password = password
    api_key=settings.API_KEY,
    conn = psycopg2.connect(dsn, connection_factory=connection_factory, **kwasync)
psycopg2.OperationalError: connection to server at "postgres" (10.96.14.2), port 5432 failed: FATAL:  password authentication failed for user "app"
django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.
ERROR 1045 (28000): Access denied for user 'root'@'10.1.2.3' (using password: YES)
ERROR 1045 (28000): Access denied for user 'root'@'10.1.2.3' (using password: NO)
pq: password authentication failed for user "ledger"
FATAL: no pg_hba.conf entry for host "10.0.0.4", user "app", database "app", no encryption
WRONGPASS invalid username-password pair or user is disabled.
NOAUTH Authentication required.
(error) ERR Client sent AUTH, but no password is set
panic: environment variable DB_PASSWORD is required
Error: required environment variable "API_TOKEN" is not set
missing required config: auth.token
Error: Config validation error: "JWT_SECRET" is required
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
database_password
  Field required [type=missing, input_value={}, input_type=dict]
Error: couldn't find key token in ConfigMap production/settings
Error: secret "db-credentials" not found
Error: failed to prepare subPath for volumeMount "secrets" of container "app"
MountVolume.SetUp failed for volume "api-token" : secret "api-token" not found
MountVolume.SetUp failed for volume "kube-api-access-abcde" : failed to sync configmap cache: timed out waiting for the condition
references non-existent secret key: password
Failed to pull image "registry.example/app:1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized
Back-off pulling image "registry.example/secret-service:1.2.3"
Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.
Readiness probe failed: HTTP probe failed with statuscode: 503
Liveness probe failed: Get "http://10.1.2.3:8080/auth/healthz": context deadline exceeded
0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.
Started container token-refresher
Created pod: auth-7d4b9c6f5-xkp2z
pods "x" is forbidden: User "system:serviceaccount:production:default" cannot list resource "secrets" in API group "" in the namespace "production"
Unauthorized: token expired
Error: token is expired
error: token has invalid claims: token is expired
invalid_grant: Token has been expired or revoked.
JsonWebTokenError: invalid signature
jwt malformed
SyntaxError: Unexpected token < in JSON at position 0
SyntaxError: Unexpected token '}'
Unexpected token: punc ())
parse error near token: ';'
yaml: line 4: found character that cannot start any token
bash: syntax error near unexpected token `('
max_tokens=4096 temperature=0.7
prompt_tokens: 512, completion_tokens: 128, total_tokens: 640
tokens per second: 45.2
token_type: Bearer
session_timeout=30m
cookie_name=sid
password_min_length: 12
secret_name: app-tls
secretName: app-tls
passwordSecretRef: db
auth_enabled=true
auth: enabled
auth=none
keyspace hits:123
key=value
primary key: id
foreign key constraint fails (`shop`.`orders`, CONSTRAINT `fk` FOREIGN KEY (`user_id`))
duplicate key value violates unique constraint "users_pkey"
KEY_FILE=/etc/tls/tls.key
tls: private key does not match public key
x509: certificate signed by unknown authority
open /etc/tls/tls.key: no such file or directory
stat /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory
open /run/secrets/db_password: permission denied
nginx: [emerg] cannot load certificate key "/etc/nginx/tls.key": BIO_new_file() failed
failed to load TLS key pair: tls: failed to find any PEM data in key input
-----BEGIN CERTIFICATE-----
2026/11/22 10:00:00 [error] 7#7: *1 connect() failed (111: Connection refused)
http://user-service.production.svc.cluster.local:8080/api/v1/users/42
GET /oauth/token HTTP/1.1 401
POST /login 200 12ms
https://example.com/docs/authentication#bearer-tokens
mailto:ops@example.com
contact admin@example.com for help
git@github.com:org/repo.git
redis://redis-master:6379/0
postgres://postgres:5432/app
mongodb://mongo-0.mongo:27017,mongo-1.mongo:27017/app?replicaSet=rs0
dial tcp 10.96.0.12:5432: connect: connection refused
getaddrinfo ENOTFOUND secret-store.production
image sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7
request id 7c9e6679-7425-40de-944b-e07fc1f90ae7
commit 3f786850e387550fdab836ed7e6dc881de23001b
goroutine 1 [running]:
main.loadSecret(0xc000102000, 0x1f)
	/src/internal/auth/password.go:42 +0x1d5
	at com.example.auth.TokenService.refresh(TokenService.java:88)
	at Object.<anonymous> (/app/node_modules/jsonwebtoken/index.js:3:17)
    at async PasswordStrategy.authenticate (/app/dist/auth.js:12:5)
Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder 'db.password' in value "${db.password}"
Could not resolve placeholder 'API_KEY' in value "${API_KEY}"
Error creating bean with name 'tokenService': Unsatisfied dependency expressed through field 'authClient'
Binding to target failed: Property: app.auth.token Value: null
password: ********
password=<redacted>
token=***
PASSWORD=$(DB_PASSWORD)
DB_PASSWORD: ${DB_PASSWORD}
--password-file /run/secrets/pw
--token-ttl 3600
--requirepass option is not set
Usage: app --token TOKEN --password PASSWORD
  -p, --password string   database password
unknown flag: --password
flag provided but not defined: -token
Missing required argument: secret
Missing secret: check the vault configuration
authority: user-service
author: jane
Processing password reset for 3 users
secrets loaded: 12
loaded 4 secrets from vault
credentials: ok
Successfully logged in with token auth
using static credentials from environment
Could not load credentials from any providers
NoCredentialsError: Unable to locate credentials
botocore.exceptions.ClientError: An error occurred (InvalidAccessKeyId)
401 Client Error: Unauthorized for url: https://api.example.com/v1/me
Basic auth is disabled
Bearer authentication required
WWW-Authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io"
WWW-Authenticate: Basic realm="Restricted Area"
error="unauthorized: authentication required"
code=ENOENT path=/app/config/secret.json
config.auth.strategy=jwt
pin_memory=True
signature mismatch for package foo
unlocking keyring: no such device
salt-minion starting
sig: SIGTERM
received signal=SIGTERM
exit_code=137 reason=OOMKilled
pass 3 of 10
tests passed: 12
bypass=false
compass: north
monkey: patched
turkey=1
hotkey: ctrl+c
keys-lru
dbkeys: 5""".splitlines()

COLD_SECRET = (
    ("hikari - configuration: password...............................S3cr3tHikari", "S3cr3tHikari"),
    ("DEBUG okhttp3 --> X-Vault-Token: s.1a2b3c4d5e6f7g8h", "s.1a2b3c4d5e6f7g8h"),
    ("Environment=RAILS_MASTER_KEY=0f1e2d3c4b5a69788796a5b4c3d2e1f0", "0f1e2d3c4b5a"),
    ("[auth] using bearer abcDEF123.ghiJKL456", "abcDEF123.ghiJKL456"),
    ("config: {smtp: {user: bot, pass: m41lp4ss}}", "m41lp4ss"),
    ("could not connect with postgresql+asyncpg://svc:As%40y9nc@db.prod/app", "As%40y9nc"),
    ('{"msg":"login","body":"{\\"user\\":\\"a\\",\\"passwd\\":\\"b0dyPw\\"}"}', "b0dyPw"),
    ("kubectl create secret generic x --from-literal=db-password=l1teral", "l1teral"),
    ("sshpass -p 5shPassw0rd ssh root@host", "5shPassw0rd"),
    ("ELASTIC_PASSWORD -> el4sticPw", "el4sticPw"),
    ("redis-cli -a r3disPw ping", "r3disPw"),
    ("GET /v1/x?apikey=0a1b2c3d4e HTTP/1.1", "0a1b2c3d4e"),
    ("wss://stream.example/?token=tk_99887766", "tk_99887766"),
    ("minio: rootPassword 'm1nioRoot'", "m1nioRoot"),
    ("Loaded key sk_test_4eC39HqLyjWDarjtT1zdp7dc", "4eC39HqLyjWDarjtT1zdp7dc"),
    ("private_token=Yk-9sd8f7s9d8f", "Yk-9sd8f7s9d8f"),
    ("kafka SASL_PASSWORD='k4fka pw9'", "k4fka pw9"),
    ("GITHUB_TOKEN: gho_16C7e42F292c6912E7710c838347Ae178B4a", "16C7e42F292c6912"),
    ("Cookie: _session=a1b2c3d4e5; theme=dark", "a1b2c3d4e5"),
    ("args=[--db.password, 4rgPw]", "4rgPw"),
)

COLD_HARMLESS = r"""ActiveSupport::MessageEncryptor::InvalidMessage
Missing encryption key to decrypt file with. Ask your team for your master key
Error: Cannot find module 'passport-jwt'
ModuleNotFoundError: No module named 'secrets_manager'
Authentication failed: invalid username or password
Login failed for user 'sa'. Reason: Password did not match that for the login provided.
LDAP: error code 49 - Invalid Credentials
error: failed to renew lease: leases.coordination.k8s.io "operator" is forbidden
AccessDenied: User: arn:aws:sts::123456789012:assumed-role/x is not authorized to perform: s3:GetObject
Vault is sealed
permission denied while trying to read token file
ECONNREFUSED 10.0.0.7:8200 (vault)
Can't connect to MySQL server on 'mysql' (111)
level=info msg="starting auth-service" version=1.2.3 pid=1
INFO  [main] c.e.TokenCleanupJob - scheduled every 300 s
time="2026-11-22T10:00:00Z" level=fatal msg="open /etc/secrets/key.pem: no such file or directory"
Exception in thread "main" java.security.UnrecoverableKeyException: Password verification failed
keystore password was incorrect
error:0909006C:PEM routines:get_name:no start line
ValueError: invalid literal for int() with base 10: 'abc'
TypeError: Cannot read properties of undefined (reading 'token')
undefined method `authenticate' for nil:NilClass
assertion failed: session.is_some()
dial unix /run/spire/sockets/agent.sock: connect: no such file or directory
SSL: CERTIFICATE_VERIFY_FAILED
user=app host=pg sslmode=verify-full
PG::ConnectionBad: FATAL:  role "app" does not exist
retrying in 5s (attempt 3/10) err="token bucket exhausted"
rate limit: 100 tokens/min
grpc: addrConn.createTransport failed to connect""".splitlines()
