"""Which line of the end complains most: where no signature matches, that line is quoted and not merely the last one.

A program says what is wrong and then says goodbye: "exiting (1)", "... beendet", "temporary files removed". What it
says on its way out is true and harmless in any language, and never the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import re2

from diagnostics.logs import blocks, unwrap

if TYPE_CHECKING:
    from datetime import datetime

    from diagnostics.claims.case import Reading

REACH: Final = 400
"""Lines before the end in which a complaint may stand: cleanup and dumps follow it."""

NEAR_S: Final = 20.0
"""Seconds before the end within which a line outside the last burst still belongs to it."""

_ERROR: Final = 4.0
"""Weight of a line that calls itself an error."""

LEAVING: Final = re2.compile(
    r"(?i)\b(?:exiting|exited?|shutting down|shut ?down|stopp(?:ed|ing)|leaving|clos(?:ing|ed)|flush(?:ed|ing)|goodbye"
    r"|bye|drain(?:ing|ed)|clean(?:ing|ed)? ?up|terminat(?:ed|ing)|removed|finished|done"
    r"|beende[nt]\w*|heruntergefahren|abgemeldet|aufgeräumt"
    r"|gelöscht|arrêt\w*|termin[ée]\w*|fermeture|nettoy\w+|au revoir"
    r"|salien\w+|finaliz\w+|cerra\w+|deten\w+|encerra\w+|saindo|uscita|chiusura|afgesloten|gestopt|avslutar)\b"
    r"|завер[шщ]|остановл|остановк|выход|çıkıl|sonlandır|kapatıl"  # noqa: RUF001 — words of other languages
    r"|silindi|zamyk|zamkni|zakończ|koniec|ukonč|leáll|kilép"
    r"|終了|停止|退出|关闭|關閉|清理|종료"
)
"""What a program prints on its way out."""

_COUNTED: Final = re2.compile(
    r"(?i)\b(?:0|no|without|keine?|ohne|aucune?|sans|sin|zero|brak) (?:errors?|failures?|failed|fehlern?|erreurs?"
    r"|errore?s?|błęd\w+|hata)\b|\b(?:errors?|failures?|failed|fehler"
    r"|erreurs?)\s?[=:]\s?(?:0|none|null)\b|\b0 hata\b|0 ошибок"
)
"""Words of trouble that say that there is none."""

_TROUBLE: Final = re2.compile(
    r"(?i)\berror|fail|\bfatal|cannot|can't|could ?n[o']t|\bunable"
    r"|refus|denied|invalid|missing|required|not found|no such"
    r"|unexpected|violat|duplicate|exception|panic|\babort|illegal|\bunknown|must (?:be|not|have)|not supported|corrupt"
    r"|fehl|ungültig|\bnicht\b|kein\b|\béchec|échou|impossible"
    r"|introuvable|manqu|invalide|ошибк|не удалось|не найден"
    r"|не задан|неверн|невозможно|错误|錯誤|失败|失敗|无法|無法|缺少|エラー"
    r"|できません|見つかりません|不正|\bhata|başarısız"  # noqa: RUF001 — words of other languages
    r"|geçersiz|bulunamad|edilemedi|yok\b|błąd|nie można|nie udał"
    r"|nieprawid|brak\b|\berro\b|falh|inválid|não (?:foi|é|pode)"
    r"|fall[óo]|no se pud|no se encontr|falta\b|errore|impossibile"
    r"|non (?:trovat|valid|è)|mislukt|ongeldig|ontbre|chyb"
    r"|hiba|érvénytelen|hiányz|saknas|ogiltig|kunde inte|오류|실패|없습니다"
)


def telling(reading: Reading) -> int | None:
    """Return the line that complains most near the end, the last of several; None when only silence is left.

    A line that says goodbye is returned only where there is no other.
    """
    best: tuple[float, int] | None = None
    last = _instant(reading, len(reading.lines) - 1)
    for index in range(len(reading.lines) - 1, max(-1, len(reading.lines) - REACH - 1), -1):
        if not reading.lines[index].strip() or not any(char.isalnum() for char in reading.lines[index]):
            continue
        if index not in reading.dying and blocks.gap(_instant(reading, index), last) > NEAR_S:
            break
        score = weight(reading, index)
        if (index in reading.dying or score >= _ERROR) and (best is None or score > best[0]):
            best = (score, index)
    return best[1] if best is not None else None


def weight(reading: Reading, index: int) -> float:
    """Return how much a line complains: its level, and its words where it has none."""
    text = str(_COUNTED.sub("", reading.lines[index][:2000]))
    level = unwrap.level(reading.verbatim[index])
    trouble = _TROUBLE.search(text) is not None
    leaving = LEAVING.search(text) is not None
    score = {"fatal": 6.0, "error": _ERROR, "warn": 2.0, "quiet": 0.0}.get(level, 1.0)
    if blocks.is_frame(reading.lines[index]):
        return score - 2.0
    score += 1.5 if trouble and level != "quiet" else 0.0
    return score - (3.0 if leaving and not trouble else 0.5 if leaving else 0.0)


def last_words(reading: Reading, count: int) -> list[int]:
    """Return the lines to show of a death without a known reason, in order: what complains most, and the last ones."""
    said = [index for index in range(len(reading.lines)) if reading.lines[index].strip()]
    best = telling(reading)
    if best is None or weight(reading, best) <= 1.0:
        return said[-count:]
    kept = [index for index in said[-count:] if index != best and weight(reading, index) > 0.0]
    return sorted((best, *kept[-(count - 1) :]))


def _instant(reading: Reading, index: int) -> datetime | None:
    return blocks.instant(reading.times[index]) if 0 <= index < len(reading.times) else None
