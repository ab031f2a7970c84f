"""Phrases: how a message is searched for the words that vendors build their errors with.

A message is first normalised to lower-case words with single spaces, without accents, in simplified Chinese,
so that line wraps, quotes and punctuation do not matter, and "isn't" is "is not". A phrase is written so:

    model * does not exist      `*` stands for up to twelve words, `..` for up to three
    rate limit exceeded|reached `|` parts the alternatives of one word
    throttl~                    `~` ends a word that may go on
    ^slow down$                 `^` and `$` bind to the ends of the message
    余额|点数 .. 不足           in a script without spaces: `*` up to sixteen characters, `..` up to ten

Phrases are found by their rarest word, or without spaces by its first letter, so that a table of hundreds
costs a set intersection.
Every pattern has bounded gaps, and so takes time linear in the message.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from typing import ClassVar, NamedTuple

from agent.classify.taxonomy import OutcomeType, Reason

LONGEST_MESSAGE = 4096  # characters searched; vendors' own sentences stand at the front

_PUNCTUATION = dict.fromkeys(
    map(ord, '"“”„«».,;:!?()[]{}<>=/\\|*_#@&+-–—‑~^$…·、。「」『』【】《》\0\ufffd'), " "
)
UUID = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])")
HYPHENS_OF_A_UUID = 4
_TABLE = {**_PUNCTUATION, **dict.fromkeys(map(ord, "'`"))}
_GAPS = {"*": r"(?: \S+){0,12}?", "..": r"(?: \S+){0,3}?"}
_DENSE_GAPS = {"*": r".{0,16}?", "..": r".{0,10}?"}
_ELISION = re.compile(r"\b([ndlcjms]|qu)'(?=\w\w)")  # n'existe, d'attente, l'accès
_NUMBERED = re.compile(r"[0-9][0-9A-Za-z]*")
HEX_STEM = re.compile(r"\b[a-f]+(?=~)")
_FIRST_DENSE = (
    "\u2e80"  # from here on scripts without spaces: Chinese, Japanese; and Korean, whose words grow tails
)
_TRADITIONAL = str.maketrans(
    (
        "額餘賬帳號戶無權請過頻錯誤異處執認證驗鑰務負載飽資費儲點數時網絡連線維護內審違規達當類參長輸區國開關閉購買級應訊"
        "訂閱訪問調檢測檔圖單並發後嘗試沒憑題啟續總絕暫聯擁擠確機滿統斷產這個們來對間還讀寫導儘盡夠徑屬樣術頁項預領顯驟優"
        "傳動協壓壞實將專尋從復態據擇擊擴攔敗讓輯選環構製質較運適遞鏈際頭願為"
    ),
    (
        "额余账账号户无权请过频错误异处执认证验钥务负载饱资费储点数时网络连线维护内审违规达当类参长输区国开关闭购买级应讯"
        "订阅访问调检测档图单并发后尝试没凭题启续总绝暂联拥挤确机满统断产这个们来对间还读写导尽尽够径属样术页项预领显骤优"
        "传动协压坏实将专寻从复态据择击扩拦败让辑选环构制质较运适递链际头愿为"
    ),
)

Types = frozenset[OutcomeType] | None


def _folding() -> dict[int, str]:
    """Map accented Latin letters to plain ones, and traditional Chinese characters to simplified ones."""
    letters = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    plain = {each: unicodedata.normalize("NFKD", chr(each))[0] for each in letters}
    folded = {each: letter for each, letter in plain.items() if letter.isascii()}
    special = {
        "ß": "ss",
        "đ": "d",
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "æ": "ae",
        "ё": "е",
        "\u0307": "",
        "’": "'",
        "‘": "'",
    }
    simplified = {each: chr(plain) for each, plain in _TRADITIONAL.items()}
    return {**folded, **{ord(each): plain for each, plain in special.items()}, **simplified}


_FOLDING = _folding()


class Words(NamedTuple):
    """A normalised message.

    Attributes:
        text: Its words in order, padded with spaces.

        found: Its words as a set.

        dense: The text without any space, where it is not plain ASCII; else empty.
    """

    text: str
    found: frozenset[str]
    dense: str = ""


class Match(NamedTuple):
    reason: Reason
    phrase: str


def words_of(message: str) -> Words:
    """Normalise *message*."""
    text = message[:LONGEST_MESSAGE].lower()
    if text.count("-") >= HYPHENS_OF_A_UUID:
        text = UUID.sub("0", text)
    plain = text.isascii()
    if not plain:
        text = folded(text)
    if "'" in text:
        if plain and ("l'" in text or "n'est" in text or "n'av" in text):
            text = _ELISION.sub(r"\1 ", text)
        text = text.replace("can't", "cannot").replace("n't", " not")
    if "not" in text:
        text = text.replace("could not", "cannot").replace("can not", "cannot")
    if ">" in text:
        text = text.replace(" > ", " exceeds ")
    listed = text.translate(_TABLE).split()
    return Words(f" {' '.join(listed)} ", frozenset(listed), "" if plain else "".join(listed))


def folded(text: str) -> str:
    """Take the accents off a lower-case *text*, and write its Chinese in simplified characters."""
    return _ELISION.sub(r"\1 ", unicodedata.normalize("NFKC", text).translate(_FOLDING))


def _is_dense(phrase: str) -> bool:
    return any(letter >= _FIRST_DENSE for letter in phrase)


def _pattern(phrase: str) -> re.Pattern[str]:
    start, end = "^" if phrase.startswith("^") else "", phrase.endswith("$")
    tokens = phrase.strip("^$").split()
    if _is_dense(phrase):
        return re.compile(
            start + "".join(_DENSE_GAPS.get(each) or _token(each) for each in tokens) + "$" * end
        )
    parts = [_GAPS.get(each) or f" {_token(each)}" for each in tokens]
    return re.compile(start + "".join(parts) + (" $" if end else "(?= )"))


def _token(token: str) -> str:
    words = (
        re.escape(word.rstrip("~")) + (r"\S*" if word.endswith("~") else "") for word in token.split("|")
    )
    options = list(words)
    # a bare word at the start lets the engine search for it as a literal
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"


def _plain(phrase: str) -> list[str]:
    """List the tokens of *phrase* that stand for whole words."""
    return [token for token in phrase.strip("^$").split() if "~" not in token and token not in _GAPS]


def _needed(phrase: str) -> frozenset[str]:
    """List the words that must all be present: a cheaper question than the pattern's."""
    return frozenset() if _is_dense(phrase) else frozenset(each for each in _plain(phrase) if "|" not in each)


def _choices(phrase: str) -> list[list[str]]:
    """List, for each place of whole words in *phrase*, the words of which one must be present to match."""
    return [] if _is_dense(phrase) else [token.split("|") for token in _plain(phrase)]


def _letters(phrase: str) -> list[frozenset[str]]:
    """List, for each place of words in *phrase*, the first letters of which one must be present to match."""
    tokens = (token for token in phrase.strip("^$").split() if token not in _GAPS)
    return [frozenset(word[0] for word in token.split("|")) for token in tokens]


def _checked(phrase: str) -> str:
    """Fold a phrase as messages are folded.

    Raises:
        ValueError: If it can never match, because no message has such a word after normalising.
    """
    plain = folded(phrase)
    tokens = [token for token in plain.strip("^$").split() if token not in _GAPS]
    for word in (word for token in tokens for word in token.split("|")):
        stem = word.removesuffix("~")
        normal = words_of(stem).text.strip()
        if normal != stem or not stem:
            message = f"the word {word!r} of the phrase {phrase!r} can never match: write {normal!r}"
            raise ValueError(message)
    if plain.isascii() and not _plain(plain):
        message = f"the phrase {phrase!r} has no whole word to be found by: write one without ~"
        raise ValueError(message)
    return " ".join(map(_negated, plain.split(" ")))


def _negated(token: str) -> str:
    """Have "not" stand for "cannot" too."""
    words = token.split("|")
    return f"{token}|cannot" if "not" in words and "cannot" not in words else token


def _by_letter(phrases: list[str]) -> dict[str, list[int]]:
    """Index the phrases that have no whole words by the first letters of their rarest word."""
    wordless = {place: _letters(phrase) for place, phrase in enumerate(phrases) if not _choices(phrase)}
    often = Counter(letter for places in wordless.values() for letters in places for letter in letters)
    index: dict[str, list[int]] = {}
    for place, places in wordless.items():
        for letter in min(places, key=lambda letters: sum(often[each] for each in letters)):
            index.setdefault(letter, []).append(place)
    return index


class _Rule(NamedTuple):
    """A phrase made ready, with what is asked of a message before its pattern is.

    Attributes:
        needed: Words that must all be present.

        either: Words of which one must be present; empty where nothing more is asked.
    """

    needed: frozenset[str]
    either: frozenset[str]
    types: frozenset[OutcomeType]
    search: Callable[[str], object]
    is_dense: bool
    match: Match


class Phrases:
    """An ordered table of phrases; the first that matches decides.

    Attributes:
        numbers: What has a digit in it in the phrases of all tables.

        hex_stems: Beginnings of words in them with which an id could begin too: acab~.

    Raises:
        ValueError: If a phrase can never match.
    """

    numbers: ClassVar[set[str]] = set()
    hex_stems: ClassVar[set[str]] = set()

    def __init__(self, rules: Iterable[tuple[str, Reason]]) -> None:
        self.rules = tuple(rules)
        for phrase, _ in self.rules:
            self.numbers.update(_NUMBERED.findall(phrase))
            self.hex_stems.update(HEX_STEM.findall(phrase))
        phrases = [_checked(phrase) for phrase, _ in self.rules]
        often = Counter(word for phrase in phrases for words in _choices(phrase) for word in words)
        index: dict[str, list[int]] = {}
        ready, by_letter = [], _by_letter(phrases)
        for place, (phrase, (written, reason)) in enumerate(zip(phrases, self.rules, strict=True)):
            rarest = sorted(_choices(phrase), key=lambda words: sum(often[word] for word in words))
            for word in rarest[0] if rarest else ():
                index.setdefault(word, []).append(place)
            either = frozenset(next((words for words in rarest[1:] if len(words) > 1), ()))
            search = _pattern(phrase).search
            types = frozenset(reason.types)
            ready.append(
                _Rule(_needed(phrase), either, types, search, _is_dense(phrase), Match(reason, written))
            )
        self._ready = tuple(ready)
        self._index = index
        self._words = frozenset(index)
        self._by_letter = by_letter  # in other scripts: tried where the message is not plain ASCII
        self._letters = frozenset(by_letter)

    def match(self, words: Words, types: Types = None) -> Match | None:
        """Find the first phrase of the table in *words*, of those that mean one of *types*."""
        text, found, dense = words
        hits = self._words & found
        for place in self._places(hits, dense) if hits or dense else ():
            needed, either, may_mean, search, is_dense, match = self._ready[place]
            if (
                needed <= found
                and not (either and either.isdisjoint(found))
                and (types is None or types & may_mean)
                and search(dense if is_dense else text)
            ):
                return match
        return None

    def _places(self, hits: frozenset[str], dense: str) -> Iterable[int]:
        """List the rules that one of the words could trigger, in their order."""
        letters = self._letters.intersection(dense)
        if len(hits) == 1 and not letters:
            (word,) = hits
            return self._index[word]
        places = {place for word in hits for place in self._index[word]}
        return sorted(places.union(*(self._by_letter[letter] for letter in letters)))


NO_PHRASES = Phrases(())
