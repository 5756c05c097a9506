"""Which words of which command lines are secrets: a table of programs, and how any command line is read.

A row: the programs, the words that must follow them first, and what is secret. ``-p`` is a flag before the secret,
``-p+`` one that it is glued to, ``-p*`` either; ``-u:`` a flag before a user, a sign and the secret; a number is the
place of a secret among the words that are no flags (and no flag's value: ``-x=`` takes one that is none). Short flags
that must be there stand in one word (``-b``), and behind ``^`` those that must not. From the programs' manual pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from diagnostics.patterns import compiled
from diagnostics.privacy.replacing import MOST
from diagnostics.privacy.secretnames import Promise, promise
from diagnostics.privacy.shellwords import Word, command_words
from diagnostics.privacy.values import MARK, harmless_value, state

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from diagnostics.patterns import Pattern

_TABLE = r"""
redis-cli valkey-cli keydb-cli redis-benchmark redis-dump  .  -a* --pass
sshpass  .  -p*
mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop cqlsh rabbitmqadmin influx unrar  .  -p*
mysql mysqldump mysqladmin mysqlimport mysqlcheck mysqlshow mysqlslap mysqlsh mycli  .  -p+
mysqlbinlog mysqlpump mydumper innobackupex xtrabackup  .  -p+
mariadb mariadb-dump mariadb-admin mariadb-backup mariadb-check  .  -p+
mysqladmin mariadb-admin  password  1 -h= -u=
7z 7za 7zr  .  -p+
rar unrar  .  -p+ -hp+
unzip zip  .  -P*
docker podman nerdctl buildah skopeo crane oras regctl helm az oc cf argocd minikube ibmcloud  login  -p*
docker podman nerdctl buildah skopeo crane oras regctl helm az oc cf argocd minikube ibmcloud  registry login  -p*
skopeo podman buildah oras crictl ctr nerdctl  .  --creds: --src-creds: --dest-creds: -u:
ldapsearch ldapmodify ldapadd ldapdelete ldapwhoami ldapcompare ldapmodrdn vsql smbpasswd  .  -w*
ldappasswd  .  -w* -s* -a*
sqlcmd bcp osql tsql mosquitto_pub mosquitto_sub mosquitto_rr ipmitool bteq fexp  .  -P*
isql  .  -P* 3
snmpget snmpwalk snmpset snmpbulkwalk snmpbulkget snmptrap snmpgetnext snmptable  .  -c* -A* -X*
ssh-keygen  .  -N -P
htpasswd  -b^n  3 -C=
htpasswd  -bn  2 -C=
mosquitto_passwd  -b  3
curl  .  -u: --user: -U: --proxy-user: --pass -E:
wget2 aria2c  .  --http-passwd --ftp-passwd
http https httpie xh xhs  .  -a: --auth:
etcdctl  .  --user:
smbclient rpcclient net smbcacls smbget smbtree  .  -U% --user%
lftp  .  -u,
radtest  .  2 5 -t= -4= -6= -P=
radping  .  2
wpa_passphrase  .  2
mc  alias set  4
mc  config host add  4
mc  admin user add  3
rabbitmqctl  add_user  2 -n=
rabbitmqctl  change_password  2 -n=
rabbitmqctl  authenticate_user  2 -n=
net  user  2
samba-tool  user create  2
samba-tool  user add  2
ejabberdctl prosodyctl  register  3
ejabberdctl  change_password  3
ejabberdctl  check_password  3
openfire-ctl  .  --password
rclone  obscure  1
bw  unlock  1
vault bao  login  1
vault bao  unwrap  1
vault bao  operator unseal  1
openssl  passwd  1 -salt=
openssl  enc  -k -K
openssl  .  -passin# -passout# -pass#
composer  config  3
nmcli  .  @password @psk
iwconfig  .  @key
tmsh  .  @password
hdbsql  .  -p*
cypher-shell neo4j-shell  .  -p*
psexec psexec64 paexec winexe wmic evil-winrm crackmapexec netexec smbmap hydra  .  -p*
plink pscp psftp putty klink  .  -pw
kadmin kadmin.local  .  -pw -w*
racadm  .  -p*
xfreerdp wlfreerdp xfreerdp3  .  /p+
rdesktop  .  -p*
swaks  .  -ap -ap+
sendemail sendEmail  .  -xp
ncftpput ncftpget ncftp  .  -p*
useradd usermod  .  -p*
nc_login vncviewer  .  -passwd
impala-shell beeline  .  -p*
sqoop  .  --password
clickhouse-client clickhouse  .  --password
zabbix_sender zabbix_get  .  --tls-psk
gpg gpg2  .  --passphrase
keytool jarsigner  .  -storepass -keypass -srcstorepass -deststorepass
ansible-vault  .  --vault-pass
certutil signtool osslsigncode  .  -p* /p -pass
asadmin wsadmin wsadmin.sh jboss-cli.sh add-user.sh  .  -p* --password
kcadm.sh  .  --password
cmdkey  .  /pass+
ftp-upload wput  .  --password
occ  .  --password
pdbedit  .  -w
svn git-svn hg  .  --password
tlsmgr fetchmail  .  --password
tailscale  up  --authkey --auth-key
zerotier-cli  join  2
"""

_OPEN = "public"
"""The community of SNMP by which everybody may read."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is secret on the command line of a program."""

    begins: tuple[str, ...]
    """Words of which one must follow, or, where they are of a path, all in turn."""
    next: frozenset[str]
    glued: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    takes: frozenset[str]
    places: tuple[int, ...]
    keywords: frozenset[str]
    prefixed: frozenset[str]


def _rule(begins: str, what: str) -> _Rule:
    parts = what.split()
    flags = [part for part in parts if not part.isdigit() and part[0] != "@"]
    return _Rule(
        begins=tuple(begins.split()) if begins != "." else (),
        next=frozenset(flag.rstrip("*") for flag in flags if flag[-1] not in "+:%,=#"),
        glued=tuple(flag[:-1] for flag in flags if flag[-1] in "+*"),
        pairs=tuple((flag[:-1], flag[-1]) for flag in flags if flag[-1] in ":%,"),
        takes=frozenset(flag[:-1] for flag in flags if flag[-1] == "="),
        places=tuple(int(part) for part in parts if part.isdigit()),
        keywords=frozenset(part[1:] for part in parts if part[0] == "@"),
        prefixed=frozenset(flag[:-1] for flag in flags if flag[-1] == "#"),
    )


@cache
def _rules() -> dict[str, list[_Rule]]:
    found: dict[str, list[_Rule]] = {}
    for row in _TABLE.strip().split("\n"):
        programs, begins, what = row.split("  ")
        for program in programs.split():
            found.setdefault(program, []).append(_rule(begins, what))
    return found


@cache
def _programs() -> Pattern:
    names = "|".join(sorted((name.replace(".", r"\.") for name in _rules()), key=len, reverse=True))
    return compiled(rf"""(?:^|[\s/\\"'(=\[|;&`>])({names})(?:\.exe)?[\s"']""")


def commanding(text: str) -> bool:
    """Tell whether a text names a program of the table."""
    return _programs().search(text) is not None


def programs(text: str) -> str:
    """Return the text without the secrets of the command lines of known programs."""
    kept: list[str] = []
    done = 0
    words: list[Word] = []
    for count, found in enumerate(_programs().finditer(text)):
        if count == MOST:
            return "".join((*kept, text[done : max(done, found.start())], MARK))
        words = _tail(words, found.end() - 1) or command_words(text, found.end() - 1)
        for start, end in sorted({place for rule in _rules()[found.group(1)] for place in _secrets(rule, words)}):
            if start >= done and end > start:
                kept += (text[done:start], MARK)
                done = end
    return "".join((*kept, text[done:])) if kept else text


def _tail(words: list[Word], at: int) -> list[Word]:
    """Return the words behind one that ends at a place: of a command within a command, which is read once."""
    place = next((number for number, word in enumerate(words) if word.end == at), len(words))
    return words[place + 1 :]


def _secrets(rule: _Rule, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield where the secrets stand among the words of a command."""
    words = _behind(rule.begins, words)
    for place, word in enumerate(words):
        behind = words[place + 1] if place + 1 < len(words) else None
        if behind is not None and (word.text in rule.next or word.text in rule.keywords):
            yield from _whole(behind)
        if behind is not None and word.text in rule.prefixed and behind.text.startswith("pass:"):
            yield behind.start + len("pass:"), behind.end
        yield from _glued(rule, word)
        yield from _paired(rule, word, behind)
    bare = _bare(rule, words)
    for number in rule.places:
        if len(bare) >= number and not state(bare[number - 1].text):
            yield from _whole(bare[number - 1])


def _behind(begins: Sequence[str], words: Sequence[Word]) -> Sequence[Word]:
    """Return the words behind those of a path; of flags one must be there, and all words are returned."""
    if not begins:
        return words
    if begins[0].startswith("-"):
        wanted, _, refused = begins[0][1:].partition("^")
        letters = {letter for word in words if word.text[:1] == "-" != word.text[1:2] for letter in word.text[1:]}
        return words if letters >= {*wanted} and not letters & {*refused} else ()
    texts = [word.text for word in words]
    for place, text in enumerate(texts):
        if text == begins[0] and texts[place : place + len(begins)] == list(begins):
            return words[place + len(begins) :]
    return ()


def _bare(rule: _Rule, words: Sequence[Word]) -> list[Word]:
    """Return the words that are neither flags nor their values."""
    found: list[Word] = []
    skipped = False
    for word in words:
        flag = word.text.startswith("-")
        if not flag and not skipped:
            found.append(word)
        skipped = flag and (word.text in rule.takes or word.text in rule.next or f"-{word.text[-1]}" in rule.takes)
    return found


def _whole(word: Word) -> Iterator[tuple[int, int]]:
    if not harmless_value(word.text) and word.text != _OPEN and not word.text.startswith(("-", MARK[:-1], "$")):
        yield word.start, word.end


def _glued(rule: _Rule, word: Word) -> Iterator[tuple[int, int]]:
    for flag in rule.glued:
        rest = word.text[len(flag) :]
        sign = rest[:1] in ("=", ":")
        value = (rest[1:] if sign else rest).strip("\"'")
        named = word.text.startswith("--") or promise(word.text.split("=")[0].lstrip("-/")) is not Promise.NOTHING
        if word.text.startswith(flag) and value and not named and not harmless_value(value):
            start = word.end - len(rest) + rest.find(value)
            if not value.startswith(("$", MARK[:-1])):
                yield start, start + len(value)


def _paired(rule: _Rule, word: Word, behind: Word | None) -> Iterator[tuple[int, int]]:
    for flag, sign in rule.pairs:
        told = word.text.startswith(f"{flag}=") or (word.text.startswith(flag) and len(flag) == 2 != len(word.text))
        pair = word if told else behind if word.text == flag else None
        if pair is None:
            continue
        text = pair.text[len(flag) :] if told else pair.text
        user, found, password = text.partition(sign)
        placeholder = user.strip("\"'=").startswith("<") and password.endswith(">")
        secret = password.rstrip("\"'") if told else password
        if found and not placeholder and secret and not secret.isdigit() and not harmless_value(secret):
            end = pair.end - (len(password) - len(secret))
            yield end - len(secret), end
