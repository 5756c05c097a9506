"""From what a program said to what it claims: the claims of a transcript, the one that explains the end first.

Three ways lead from words to a claim: a phrase of a technology (``signatures``), a word of a closed vocabulary
(``vocabulary``), and words that hold in any program (families). They are told apart by how exact they are. Within one
line the innermost clause says what it was, the outer ones only what it broke.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from diagnostics.claims import attempts, gathering, grounded, origins, retries, subject, whole_names
from diagnostics.claims.budget import UNBOUNDED
from diagnostics.claims.claim import Claim, Exactness
from diagnostics.claims.groups import OVERRULES, SETTINGS, VAGUE, trouble, weight
from diagnostics.claims.model import ClaimType, Speaker
from diagnostics.claims.speaker import serves, speaker
from diagnostics.claims.vocabulary import exceptions, families
from diagnostics.claims.vocabulary.reading import closed, failing
from diagnostics.patterns import compiled
from diagnostics.transcript.model import Level, Role
from diagnostics.transcript.places import is_frame
from diagnostics.transcript.prefilter import KEPT
from diagnostics.transcript.words import complains

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from diagnostics.claims.budget import Budget
    from diagnostics.claims.catalogue import Catalogue
    from diagnostics.claims.grounded import Meaning
    from diagnostics.claims.grounding import PodWords
    from diagnostics.claims.model import Term
    from diagnostics.claims.signature import Signature
    from diagnostics.transcript.model import Transcript

MOST: Final = 200
"""Claims that are kept."""

WINDOW: Final = 400
"""Newest lines in which every line is read; older ones only where they complain."""

_OF_DATA: Final = compiled(
    r"(?:^|[.:])(?:Value|Type|Argument|IllegalArgument|IllegalState|NumberFormat|Assertion|InvalidOperation|Format|Key"
    r"|NullPointer|ArgumentNull|ArgumentOutOfRange|NullReference|Index|Attribute|Arithmetic|ClassCast|NoMethod)"
    r"(?:Error|Exception)$"
)
"""Types that say that a value is wrong, of whatever origin."""

_ON_SETTINGS: Final = compiled(r"(?i)conf|setting|propert|option|environ|getenv")
"""Code that is about settings, by its own name."""

_ADVISED: Final = ("opt", "opt2", "opt3", "opt4")
"""Names of an option that a message tells to change."""

_SILENT: Final = frozenset({Role.USAGE, Role.ECHO})

_UNBELIEVED: Final = frozenset({Speaker.PEER, Speaker.WRAPPER})
"""Speakers who explain no end: a client's trouble is its own, a wrapper only passes on."""


def told(transcript: Transcript, catalogue: Catalogue, budget: Budget = UNBOUNDED) -> Iterator[Claim]:
    """Yield what the lines and the crash of the final words claim, whatever stands around them."""
    reader = _Reader(transcript, catalogue, serves(transcript.lines))
    for index in reader.worth_reading():
        budget.check()
        yield from reader.on(index)
    yield from reader.origins()


def claims_of(
    transcript: Transcript,
    catalogue: Catalogue,
    words: PodWords | None = None,
    read: Iterable[Claim] | None = None,
) -> tuple[Claim, ...]:
    """Return the claims of a transcript, the one that explains the end best first.

    ``words`` give a meaning to final words that nothing else understands; ``read`` is what ``told`` said before.
    """
    reader = _Reader(transcript, catalogue, serves(transcript.lines))
    said = told(transcript, catalogue) if read is None else read
    found = [claim for claim in said if not reader.of_data(claim, words)]
    waited = retries.awaited(transcript, found)
    what = [] if waited is None else [claim for claim in reader.on(waited, failed=True) if claim.type not in VAGUE]
    if what:
        found = [claim for claim in found if not claim.deciding]
        found += [replace(claim, segment=0, deciding=True) for claim in what]
    if words is not None:
        linked = grounded.links(transcript, words)
        found += [
            replace(reader.of_ground(link, line), exactness=Exactness.PHRASE, segment=0, deciding=True)
            for line, link in linked
        ]
    if words is not None and not any(
        claim.deciding and claim.type not in VAGUE and not claim.wrapper for claim in found
    ):
        found += [reader.of_ground(ground, line) for line, ground in grounded.final(transcript, words)]
    whole = retries.carried(transcript, attempts.completed(transcript, gathering.completed(found)))
    return tuple(sorted(whole, key=_order)[:MOST])


def repeated(claims: Iterable[Claim]) -> Counter[str]:
    """Return on how many lines each source was met: a complaint that comes again and again is no accident."""
    return Counter(source for source, _ in {(claim.source, claim.line) for claim in claims})


def _order(claim: Claim) -> tuple[int, bool, bool, bool, bool, int, bool, int, int, int]:
    """Return the key of the order: nearer to the end's words, then more telling, then further in.

    An exception's type wraps its message: it comes after what the message says.
    """
    return (
        claim.segment,
        claim.speaker in _UNBELIEVED,
        claim.type in VAGUE,
        claim.exactness <= Exactness.FAMILY,
        not claim.leads,
        -claim.exactness if claim.exactness <= Exactness.FAMILY else -Exactness.WORD,
        claim.source == exceptions.TABLE.source,
        -claim.start,
        -weight(claim.type),
        claim.line,
    )


class Told(NamedTuple):
    """How a claim was found: its source, what it names, and who says it."""

    source: str
    names: dict[str, str]
    speaker: Speaker


@dataclass(frozen=True, slots=True)
class _Reader:
    transcript: Transcript
    catalogue: Catalogue
    server: bool
    """Whether the output is a database server's own."""

    def worth_reading(self) -> Iterator[int]:
        """Yield the lines that may claim something; of a flood of old ones the first, the newest, and the segments'."""
        told = self.transcript
        newest = range(max(0, len(told.lines) - WINDOW), len(told.lines))
        old = [
            index
            for index in range(newest.start)
            if told.roles[index] is not Role.PLAIN or told.levels[index] not in (Level.QUIET, Level.NONE)
        ]
        first, last = KEPT
        within = {index for item in told.segments for index in (*range(item.first, item.end), item.line)}
        flood = set(old[first:-last]) - within
        for index in (*old, *newest):
            if index not in flood and told.roles[index] not in _SILENT and told.bare[index]:
                yield index

    def on(self, index: int, *, failed: bool = False) -> list[Claim]:
        """Return the claims of one line, those that a more exact or more inner one covers left out.

        ``failed``: the line is known to tell of the failure, whatever its level says.
        """
        told = self.transcript
        text = told.whole(index)
        if told.roles[index] is Role.DETAIL and not self._in_chain(index):
            # A frame says nothing; a property or an item of a list may name what its header speaks of.
            found = [] if is_frame(text) else [self._phrase(*found, index) for found in self._phrases(index)]
            return _not_overruled([claim for claim in found if claim.type not in VAGUE])
        phrases = [
            self._phrase(entry, names, span, index)
            for entry, names, span in self._phrases(index)
            if not entry.generic or told.levels[index] is not Level.QUIET
            if not subject.of_code(entry.claim, text)
            if not set(names.values()) & set(families.overrides(text))
        ]
        known = failing(text) if failed or self._fails(index) else closed(text)
        terms = [term for term in known if not subject.of_code(term.type, text)]
        found = _uncovered([*phrases, *(self._term(term, index) for term in terms)])
        return [self._about(claim, text) for claim in _not_overruled(found)]

    def _about(self, claim: Claim, text: str) -> Claim:
        told = whole_names.whole(claim.names, text)
        kind = subject.meant(claim.type, told, text)
        names = subject.named(kind, told, text, claim.start, exact=claim.exactness is Exactness.PHRASE)
        names = gathering.addressed(names)
        return claim if kind is claim.type and names == claim.names else replace(claim, type=kind, names=names)

    def origins(self) -> list[Claim]:
        """Return the variables that the crash of the final words reads: a claim on the code, one on the error."""
        told = self.transcript
        if not told.segments:
            return []
        within = range(told.segments[0].first, told.segments[0].end)
        return [
            replace(
                self._claim(ClaimType.SETTING_MISSING, line, (0, len(told.bare[line])), Exactness.WORD),
                source=origins.SOURCE,
                names={"var": origin.var, "lack": origin.lack},
                segment=0,
                deciding=True,
            )
            for origin in origins.origins(told.lines, told.crashes, within)
            for line in dict.fromkeys((origin.code, origin.error))
        ]

    def of_ground(self, ground: Meaning, line: int) -> Claim:
        """Return the claim that unknown words make by what they name."""
        claim = self._claim(ground.type, line, (ground.start, ground.end), Exactness.GROUND)
        return replace(claim, source="ground", names=gathering.addressed(dict(ground.names)))

    def of_data(self, claim: Claim, words: PodWords | None) -> bool:
        """Whether an exception only checks the program's own data: "order.total must be positive" is no setting.

        A name in capitals, or one that the pod's own spec knows, is one; so is what a library of settings refuses.
        """
        if claim.exactness <= Exactness.FAMILY and claim.type in SETTINGS and self._of_native(claim):
            return True  # the words of a failed assertion sound like those of a setting
        if claim.type not in (ClaimType.SETTING_MISSING, ClaimType.SETTING_INVALID):
            return False
        if any(claim.names.get(name) for name in _ADVISED):
            return False  # it is an option that the message advises to change
        loose = claim.exactness is Exactness.FAMILY or (claim.exactness is Exactness.WORD and not claim.names)
        if not loose or not self._checks_data(claim):
            return False
        named = [claim.names[name] for name in gathering.NAMING if claim.names.get(name)]
        known = words is not None and any(words.variable_for(name) for name in named)
        return not known and not any((name.isupper() and len(name) > 2) or name.startswith("-") for name in named)

    def _of_native(self, claim: Claim) -> bool:
        """Whether the claim stands in the report that native code leaves of its own crash."""
        within = (crash for crash in self.transcript.crashes if crash.language == "native")
        return any(crash.first <= claim.line < crash.end for crash in within)

    def _checks_data(self, claim: Claim) -> bool:
        """Whether the claim is the message of an exception for wrong data, thrown by no code about settings."""
        told = self.transcript
        crash = told.segments[claim.segment].crash if claim.segment < len(told.segments) else None
        if crash is None:
            return False
        typed = any(part.line == claim.line and _OF_DATA.search(part.type) is not None for part in crash.chain)
        return typed and not any(_ON_SETTINGS.search(f"{place.function} {place.file}") for place in crash.frames)

    def _in_chain(self, index: int) -> bool:
        """Whether a line among a crash's details carries words: a failure of its chain does, a frame does not."""
        return any(said.line == index for crash in self.transcript.crashes for said in crash.chain)

    def _fails(self, index: int) -> bool:
        """Whether the line belongs to a failure: the families' words stand in harmless lines, too."""
        told = self.transcript
        if told.levels[index] is Level.QUIET:
            return told.roles[index] is Role.DECIDING and complains(told.bare[index]) and self._ends_with(index)
        return told.roles[index] is Role.DECIDING or told.levels[index] in (Level.ERROR, Level.FATAL)

    def _ends_with(self, index: int) -> bool:
        """Whether nothing was said after the line: then it tells of the end, whatever level the program gave it."""
        told = self.transcript
        return not any(
            told.roles[at] is not Role.DETAIL and told.bare[at].strip() for at in range(index + 1, len(told.lines))
        )

    def _phrases(self, index: int) -> list[tuple[Signature, dict[str, str], tuple[int, int]]]:
        told = self.transcript
        texts = dict.fromkeys((told.bare[index], told.lines[index]))
        found: dict[str, tuple[Signature, dict[str, str], tuple[int, int]]] = {}
        for text in texts:
            # Places are counted from the end of the line: its forms differ in their beginnings.
            for entry, names, start, end in self.catalogue.found(text, found):
                if gathering.in_context(told, entry, index):
                    found[entry.id] = (entry, names, (start - len(text), end - len(text)))
        length = len(told.bare[index])
        return [(entry, names, (length + start, length + end)) for entry, names, (start, end) in found.values()]

    def _phrase(self, entry: Signature, names: dict[str, str], span: tuple[int, int], index: int) -> Claim:
        gathered = gathering.gathered(self.transcript, entry, index, names)
        exactness = Exactness.FAMILY if entry.generic else Exactness.PHRASE
        said = self._speaker(entry.claim, exactness, index, wrapper=entry.wrapper)
        return self._claim(entry.claim, index, span, exactness, Told(entry.id, gathered, said))

    def _speaker(self, kind: ClaimType, exactness: Exactness, index: int, *, wrapper: bool) -> Speaker:
        """Return who makes an exact claim: a supervisor that says why a child cannot run says it itself."""
        told = self._said(index)
        if wrapper:
            return told if told is Speaker.PEER else Speaker.WRAPPER
        own = told is Speaker.WRAPPER and kind not in VAGUE and exactness is not Exactness.FAMILY
        return Speaker.PROGRAM if own else told

    def _said(self, index: int) -> Speaker:
        told = self.transcript
        if told.levels[index] is Level.FATAL and not self.server:
            return Speaker.PROGRAM  # it ends of what it calls fatal, whoever else its words name
        return speaker(told.verbatim[index], told.fields.get(index), server=self.server)

    def _term(self, term: Term, index: int) -> Claim:
        exactness = Exactness.FAMILY if term.source == families.TABLE.source else Exactness.WORD
        said = self._speaker(term.type, exactness, index, wrapper=False)
        return self._claim(
            term.type, index, (term.start, term.end), exactness, Told(term.source, dict(term.names), said)
        )

    def _claim(
        self, kind: ClaimType, index: int, span: tuple[int, int], exactness: Exactness, how: Told | None = None
    ) -> Claim:
        told = self.transcript
        by = how or Told("", {}, self._said(index))
        segment = next(
            (
                number
                for number, item in enumerate(told.segments)
                if item.first <= index < item.end or item.line == index
            ),
            len(told.segments),
        )
        role = told.roles[index]
        if role in (Role.BACKGROUND, Role.AFTERMATH):
            segment = len(told.segments)
        return Claim(
            type=kind,
            source=by.source,
            names=by.names,
            speaker=by.speaker,
            line=index,
            quote=told.verbatim[index],
            start=span[0],
            end=span[1],
            exactness=exactness,
            segment=segment,
            leads=bool(told.segments) and segment < len(told.segments) and told.segments[segment].line == index,
            deciding=segment == 0,
        )


def _not_overruled(claims: list[Claim]) -> list[Claim]:
    """Return the claims of one line without those from which another takes the word."""
    overruled = frozenset[ClaimType]().union(*(OVERRULES.get(claim.type, ()) for claim in claims))
    answered = max((claim.start for claim in claims if claim.type is ClaimType.CREDENTIALS_REFUSED), default=-1)
    return [
        claim
        for claim in claims
        # Who refuses a login was reached: what stands before it on the line only says what that broke.
        if claim.type not in overruled and not (claim.type is ClaimType.UNREACHABLE and claim.start < answered)
    ]


def _uncovered(claims: list[Claim]) -> list[Claim]:
    """Return the claims of one line without those whose words a more exact one takes as its own."""
    kept: list[Claim] = []
    for claim in sorted(claims, key=lambda item: (item.type in VAGUE, -item.exactness, item.start - item.end)):
        over = next((place for place, other in enumerate(kept) if _covers(other, claim)), None)
        if over is None:
            kept.append(claim)
        elif kept[over].type in trouble(claim.type):
            # The words are the same: what the one names the other means, too.
            kept[over] = replace(kept[over], names={**claim.names, **kept[over].names})
    return kept


def _covers(outer: Claim, inner: Claim) -> bool:
    overlaps = outer.start < inner.end and inner.start < outer.end
    return overlaps and (outer.exactness > inner.exactness or outer.type is inner.type)
