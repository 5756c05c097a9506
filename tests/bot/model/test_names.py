"""Kubernetes' rules for names, read backwards: held against names made the way its controllers make them."""

from hypothesis import given
from hypothesis import strategies as st

from bot.model.incident import Subject, fold_key
from bot.model.names import ALPHABET, DIGITS, LONGEST, MINUTES, RANDOM, owner_of

LABEL = st.from_regex(r"[a-z]([a-z0-9-]{0,50}[a-z0-9])?", fullmatch=True)
SUFFIX = st.text(alphabet=ALPHABET, min_size=RANDOM, max_size=RANDOM)
HASH = st.integers(10**5, 2**32 - 1).map(lambda number: "".join(DIGITS[int(digit)] for digit in str(number)))


def generated(base, suffix):
    """As ``names.SimpleNameGenerator`` does it: the base is cut so that the whole is 63 characters at most."""
    return base[: LONGEST - RANDOM] + suffix


def as_rand_encodes(number):
    """``rand.SafeEncodeString`` of the decimal digits, written out anew from its Go source."""
    return "".join(ALPHABET[ord(digit) % len(ALPHABET)] for digit in str(number))


@given(st.integers(0, 2**32 - 1))
def test_the_ten_characters_are_those_that_go_writes(number):
    assert as_rand_encodes(number) == "".join(DIGITS[int(digit)] for digit in str(number))


@given(LABEL, HASH, SUFFIX)
def test_a_deployments_pod_names_its_deployment_or_nothing_but_never_another(name, digest, suffix):
    pod = generated(f"{name}-{digest}-", suffix)
    guess = owner_of("Pod", pod)
    assert guess is None if len(pod) == LONGEST else (guess.kind, guess.name) == ("Deployment", name)


@given(LABEL, st.sampled_from(MINUTES), SUFFIX)
def test_a_cronjobs_pod_and_job_name_it(name, minutes, suffix):
    job = f"{name}-{minutes}"
    assert (owner_of("Job", job).kind, owner_of("Job", job).name) == ("CronJob", name)
    pod = generated(f"{job}-", suffix)
    guess = owner_of("Pod", pod)
    assert guess is None if len(pod) == LONGEST else guess.name in (name, job)


@given(LABEL, st.integers(0, 99999))
def test_a_statefulsets_pod_names_it_when_it_is_no_generated_name(name, ordinal):
    guess = owner_of("Pod", f"{name}-{ordinal}")
    assert guess is None or guess.name.startswith(name) or guess.kind == ""


@given(LABEL, LABEL, st.sampled_from(["DaemonSet", "Job", "ReplicaSet", "StatefulSet", "Bare"]), SUFFIX, SUFFIX)
def test_two_workloads_never_share_a_key_because_their_names_begin_alike(one, other, kind, first, second):
    if one == other:
        return
    names = [generated(f"{one}-", first), generated(f"{other}-", second)]
    if kind in ("StatefulSet", "Bare"):
        names = [f"{one}-0", f"{other}-0"] if kind == "StatefulSet" else [one, other]
    keys = {fold_key(Subject(kind="Pod", namespace="zoo", name=name)) for name in names}
    guesses = [owner_of("Pod", name) for name in names]
    proven = all(guess is not None and guess.kind in ("Deployment", "CronJob") for guess in guesses)
    same = proven and guesses[0].name == guesses[1].name
    assert len(keys) == 2 or same or names[0] == names[1]


@given(st.text(alphabet="abc-", min_size=56, max_size=70).filter(lambda text: text.strip("-") == text), HASH, SUFFIX)
def test_a_name_that_may_be_cut_names_nobody(name, digest, suffix):
    assert owner_of("Pod", generated(f"{name}-{digest}-", suffix)) is None


@given(LABEL, HASH, HASH, SUFFIX, SUFFIX)
def test_pods_of_one_deployment_share_a_key_through_rollouts(name, one, other, first, second):
    pods = [generated(f"{name}-{digest}-", suffix) for digest, suffix in ((one, first), (other, second))]
    if any(len(pod) == LONGEST for pod in pods):
        return
    keys = {fold_key(Subject(kind="Pod", namespace="zoo", name=pod)) for pod in pods}
    assert keys == {fold_key(Subject(kind="Deployment", namespace="zoo", name=name))}


@given(LABEL, LABEL, st.integers(0, 10**5), st.integers(0, 10**5), SUFFIX, SUFFIX)
def test_an_indexed_jobs_pods_name_their_job_and_never_another(name, other, index, number, first, second):
    # The Job controller's podGenerateNameWithIndex: NAME-INDEX- is cut to 58 characters, then the random suffix.
    pods = [generated(f"{job}-{at}-", suffix) for job, at, suffix in ((name, index, first), (other, number, second))]
    guesses = [owner_of("Pod", pod) for pod in pods]
    assert all(guess is None or pod.startswith(f"{guess.name}-") for guess, pod in zip(guesses, pods, strict=True))
    if name == other or any(len(pod) == LONGEST for pod in pods):
        return
    keys = {fold_key(Subject(kind="Pod", namespace="zoo", name=pod)) for pod in pods}
    assert len(keys) == 2 or f"{name}-{index}" == f"{other}-{number}"


@given(LABEL, LABEL, st.integers(1, 400), st.integers(1, 400), SUFFIX, SUFFIX)
def test_a_deployment_configs_pods_are_never_those_of_another_config(name, other, version, later, first, second):
    # OpenShift's deployer: the ReplicationController is NAME-VERSION, its pods NAME-VERSION-SUFFIX; NAME-VERSION-deploy
    # is the deployer's own pod.
    pods = [generated(f"{config}-{at}-", rest) for config, at, rest in ((name, version, first), (other, later, second))]
    guesses = [owner_of("Pod", pod) for pod in pods]
    assert all(guess is None or guess.kind not in ("Deployment", "CronJob", "StatefulSet") for guess in guesses)
    deployer = owner_of("Pod", f"{name}-{version}-deploy")
    assert deployer is None
    if name == other or any(len(pod) == LONGEST for pod in pods):
        return
    keys = {fold_key(Subject(kind="Pod", namespace="zoo", name=pod)) for pod in pods}
    assert len(keys) == 2 or f"{name}-{version}" == f"{other}-{later}"


def test_a_word_and_a_date_are_no_hash_and_no_time():
    assert owner_of("Pod", "db-migrate-6dz2m").name == "db-migrate"
    assert owner_of("Pod", "db-cleanup-jc4xw").name == "db-cleanup"
    assert owner_of("Job", "report-20261128") is None
    assert owner_of("Deployment", "api-7d4b9c6f5-xkp2z") is None
