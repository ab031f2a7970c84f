"""Pages in the protobuf format: messages io.prometheus.client.MetricFamily, each with its length before it.

Source: github.com/prometheus/client_model, metrics.proto: the numbers here are those of its fields.
"""

import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import inf

from agent.metrics.catalogue import Kind
from agent.metrics.exemplars import Exemplar
from agent.metrics.native import SCHEMA, ZERO_THRESHOLD, Buckets, Cells
from agent.metrics.sheet import Sheet

_KINDS = {Kind.COUNTER: 0, Kind.GAUGE: 1, Kind.HISTOGRAM: 4}
_GAUGE, _COUNTER, _HISTOGRAM = 2, 3, 7  # fields of a metric
_VARINT, _DOUBLE, _BYTES = 0, 1, 2  # how a field is written
_SEVEN_BITS, _MORE = 0x7F, 0x80
_SMALL = [bytes((value,)) for value in range(_SEVEN_BITS + 1)]


def page(sheet: Sheet, labels_of: Mapping[str, bytes]) -> Iterator[bytes]:
    """The page, in pieces that are little work each; *labels_of* gives the labels() of a text."""
    for plain in sheet.plain:
        write = _counter if plain.kind == Kind.COUNTER else _gauge
        samples = [
            _metric(labels(zip(names, values, strict=True)), write(it)) for names, values, it in plain.samples
        ]
        yield _family(plain.name, plain.help, plain.kind, samples)
    values = sheet.values
    for metric, counters in sheet.counters.items():
        metrics: list[bytes] = []
        for some in counters.blocks:
            metrics += [
                _metric(labels_of[text], _counter(it, sheet.marks.get(text)))
                for text, it in some.samples(values)
            ]
            yield b""
        yield _family(metric.name, metric.help, metric.kind, metrics)
    for metric, histograms in sheet.histograms.items():
        metrics, cells, marks = [], sheet.cells.get(metric), sheet.bucket_marks
        for each in histograms.blocks:
            metrics += [
                _metric(labels_of[text], _histogram(it, metric.buckets, cells, marks.get(text, {})))
                for text, it in each.samples(values)
            ]
            yield b""
        yield _family(metric.name, metric.help, metric.kind, metrics)


def labels(pairs: Iterable[tuple[str, str]]) -> bytes:
    """The labels of a metric, which stand before its value."""
    return b"".join(_part(1, _text(1, name) + _text(2, value)) for name, value in sorted(pairs))


def _family(name: str, help_: str, kind: str, metrics: Collection[bytes]) -> bytes:
    """One family, unless it is empty, with its length before it."""
    head = (_text(1, name), _text(2, help_), _whole(3, _KINDS[Kind(kind)]))
    length = sum(map(len, (*head, *metrics)))
    return b"".join((_varint(length), *head, *metrics)) if metrics else b""


def _metric(labels_: bytes, value: bytes) -> bytes:
    return _part(4, labels_ + value)


def _gauge(value: float) -> bytes:
    return _part(_GAUGE, _number(1, value))


def _counter(value: float, exemplar: Exemplar | None = None) -> bytes:
    return _part(_COUNTER, _number(1, value) + (_exemplar(2, exemplar, 1) if value else b""))


def _histogram(
    numbers: list[float], bounds: Sequence[float], cells: Cells | None, marks: Mapping[int, Exemplar]
) -> bytes:
    """With its classic buckets, and where there are cells with native ones too."""
    *counts, sum_ = cells.classic(numbers) if cells else numbers
    upto = 0
    buckets: list[bytes] = []
    for place, bound in enumerate((*(cells.classic_bounds if cells else bounds), inf)):
        upto += int(counts[place])
        mark = marks.get(place) if counts[place] else None
        exemplar = _exemplar(3, mark, mark.value) if mark else b""
        buckets.append(_part(3, _whole(1, upto) + _number(2, bound) + exemplar))
    native = _native(cells.native(numbers)) if cells else b""
    return _part(_HISTOGRAM, b"".join((_whole(1, upto), _number(2, sum_), *buckets, native)))


def _native(buckets: Buckets) -> bytes:
    head = _signed(5, SCHEMA) + _number(6, ZERO_THRESHOLD) + _whole(7, buckets.zero)
    spans = (_part(12, _signed(1, skipped) + _whole(2, length)) for skipped, length in buckets.spans)
    return b"".join((head, *spans, *(_signed(13, delta) for delta in buckets.deltas)))


def _exemplar(field: int, exemplar: Exemplar | None, value: float) -> bytes:
    if exemplar is None:
        return b""
    seconds, rest = divmod(exemplar.at, 1)
    at = _part(3, _whole(1, int(seconds)) + _whole(2, int(rest * 1e9)))
    return _part(field, labels([(exemplar.label, exemplar.id)]) + _number(2, value) + at)


def _text(field: int, text: str) -> bytes:
    return _part(field, text.encode(errors="replace"))


def _part(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(content)) + content


def _number(field: int, value: float) -> bytes:
    return _varint(field << 3 | _DOUBLE) + struct.pack("<d", value)


def _whole(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value)


def _signed(field: int, value: int) -> bytes:
    """A number that may be below 0, in zigzag."""
    return _whole(field, value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> bytes:
    if value <= _SEVEN_BITS:
        return _SMALL[value]
    written = bytearray()
    while value > _SEVEN_BITS:
        written.append(value & _SEVEN_BITS | _MORE)
        value >>= 7
    written.append(value)
    return bytes(written)
