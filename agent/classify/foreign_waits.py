"""A wait in a sentence of another language than English: "请在 5 分钟后重试", "aguarde cerca de 60 segundos".

A number with a unit is a wait where it stands close to a word that asks to wait or to come back.
"""

import re

from agent.classify.matching import folded

_SECONDS = ("seg", "sek", "sec", "giay", "saniye", "detik", "сек", "ثاني", "ثوان", "सेकंड", "सेकेंड", "วินาที",
            "ثانیه")  # fmt: skip
_MINUTES = ("min", "phut", "dakika", "dk", "menit", "мин", "хв", "دقيق", "دقائق", "دقیقه", "मिनट", "นาที")
_HOURS = (
    *("hor", "heure", "stund", "std", "uur", "uren", "godz", "saat", "jam", "gio", "час", "годин"),
    *("ساع", "घंट", "ชั่วโมง"),
)
_DAYS = (
    "dia",
    "tag",
    "jour",
    "giorn",
    "dni",
    "dzien",
    "dag",
    "gun",
    "hari",
    "ngay",
    "дн",
    "день",
    "يوم",
    "दिन",
    "วัน",
    "روز",
)
_LENGTHS = {1.0: _SECONDS, 60.0: _MINUTES, 3600.0: _HOURS, 86400.0: _DAYS}
_UNITS = {stem: seconds for seconds, stems in _LENGTHS.items() for stem in stems}
_WHOLE = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "ora": 3600.0, "ore": 3600.0,
          "мс": 0.001, "с": 1.0, "м": 60.0, "ч": 3600.0, "д": 86400.0}  # fmt: skip
"""Units that are the beginnings of other words too."""

# Before the span: wait, again, after, in. As beginnings of words.
_WAITS = (
    *("aguard", "esper", "novamente", "nuevo", "intent", "tente", "reintent", "depois", "warte", "erneut"),
    *("wieder", "nach", "attend", "patient", "reessa", "dans", "apres", "riprov", "aspett", "czeka"),
    *("odczeka", "poczeka", "sprobuj", "ponow", "wacht", "probeer", "opnieuw", "tunggu", "coba", "setelah"),
    *("lagi", "sau", "doi", "cho", "lai", "через", "подожд", "повтор", "попроб", "жди", "зачека"),
    *("почека", "спроб", "بعد", "انتظ", "حاول", "प्रतीक्षा", "รอ", "ลองใหม่"),
)
# Behind it: wait, later, after.
_LATER = ("bekle", "sonra", "icinde", "बाद", "प्रतीक्षा", "later", "pozniej", "nua", "دیگر", "بعد", "kemudian",
          "erneut", "wieder", "opnieuw")  # fmt: skip

_NUMBER = r"(\d{1,6}(?:[.,]\d{1,3})?)"
_UNIT = "|".join(sorted(_UNITS, reverse=True))  # giorn before gio
_SPAN = rf"{_NUMBER}\s?({_UNIT}|(?:{'|'.join(_WHOLE)})(?!\w))"
_ANY = re.compile(_SPAN)
_BEFORE = re.compile(  # behind the Arabic article too
    rf"(?:(?<!\w)|(?<=\bال))(?:{'|'.join(_WAITS)})\w*(?:[ :]+[^\W\d]+\.?){{0,3}}[ :]+[~≈]?{_SPAN}"
)
_BEHIND = re.compile(rf"(?<![\w.]){_SPAN}\S*(?: [^\s\d]+)? (?:{'|'.join(_LATER)})")
# Without any number: in an hour.
_ONE = re.compile(
    r"\b(?:через(?: одну)?|(?:dentro de|en) una?|em uma?|dans une?|(?:tra|fra) una?|in eine[rm]|over een"
    r"|bir|(?:al menos|pelo menos|almeno) uma?|(?:al menos|almeno) una?|au moins une?|mindestens eine[rn]?)"
    rf" ({_UNIT})\w{{0,3}}\b"
)
_DENSE = re.compile(
    r"(\d{1,6}(?:\.\d{1,3})?)\s?[个個]?(秒|分|小[时時]|時間|时|초|분|시간|天|日|일)(?:钟|間|鐘)?\s?(?:之|以)?(?:后|後|후)"
)
_AWAIT = re.compile(r"(?:等待|等候|稍候|冷[却卻])\D{0,3}(\d{1,6}(?:\.\d{1,3})?)\s?(秒|分|小[时時])")
# What a client says that it does itself is no hint of the server.
_OWN = re.compile(
    r"[将將会會]在?\s?\d{1,6}(?:\.\d{1,3})?\s?(?:秒|分[钟鐘]?|小[时時])[之以]?[后後]重[试試连連]|[后後]自[动動]重[试試连連]"
)
_DENSE_UNITS = {"秒": 1.0, "초": 1.0, "分": 60.0, "분": 60.0, "小": 3600.0, "時": 3600.0, "时": 3600.0,
                "시": 3600.0, "天": 86400.0, "日": 86400.0, "일": 86400.0}  # fmt: skip


def wait_in(text: str) -> float | None:
    """Find the wait in a lower-case *text*, in seconds."""
    if text.isascii():
        return _spelled(text)
    dense = _DENSE.search(text) or _AWAIT.search(text)
    if dense is None:
        return _spelled(folded(text))
    return None if _OWN.search(text) else float(dense[1]) * _DENSE_UNITS[dense[2][:1]]


def _spelled(text: str) -> float | None:
    found = (_BEFORE.search(text) or _BEHIND.search(text)) if _ANY.search(text) else None
    if found is None:
        one = _ONE.search(text)
        return _UNITS[one[1]] if one else None
    amount, unit = float(found[1].replace(",", ".")), found[2]
    return amount * (_UNITS.get(unit) or _WHOLE[unit])
