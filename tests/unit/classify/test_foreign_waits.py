"""A wait in a sentence of another language than English: each unit, and each word that asks to wait."""

import pytest

from agent.classify import classify
from agent.events.response import ApiResponse

MINUTE, HOUR, DAY = 60, 3600, 86400

WAITS = [
    # Spanish and Portuguese
    ("Espere 40 segundos", 40), ("Pruebe de nuevo en 5 minutos", 5 * MINUTE), ("Espere 2 días", 2 * DAY),
    ("Reintente en 2 horas", 2 * HOUR), ("Tente em 10 minutos", 10 * MINUTE), ("Aguarde 30 s", 30),
    ("Volte novamente em 10 minutos", 10 * MINUTE), ("Envie depois de 1 hora", HOUR),
    ("Espere 5 m", 5 * MINUTE), ("Aguarde 3 h", 3 * HOUR), ("Aguarde 4 d", 4 * DAY),
    ("Aguarde por mais uns 30 segundos", 30), ("Aguarde ~30 segundos", 30), ("Aguarde: 30 segundos", 30),
    ("Aguarde 2,5 segundos", 2.5), ("Aguarde 2.125 segundos", 2.125),
    ("Aguarde 500 ms", 0.5),
    # German and Dutch
    ("Versuch es erneut in 2 Stunden", 2 * HOUR), ("Wieder möglich in 3 Tagen", 3 * DAY),
    ("Nach 90 Sekunden geht es weiter", 90), ("Warte ca. 1,5 Std", 1.5 * HOUR),
    ("In 5 Minuten wieder", 5 * MINUTE), ("Wacht 2 uur", 2 * HOUR), ("Wacht 3 uren", 3 * HOUR),
    ("Probeer het over 1 dag", DAY), ("Opnieuw over 40 seconden", 40), ("Over 40 seconden opnieuw", 40),
    # French and Italian
    ("Veuillez attendre 30 secondes", 30), ("Patientez 2 jours", 2 * DAY),
    ("Possible dans 2 heures", 2 * HOUR),
    ("Réessayez d'ici 10 min", 10 * MINUTE), ("Revenez après 45 secondes", 45), ("Aspetti 2 giorni", 2 * DAY),
    ("Riprova tra 2 ore", 2 * HOUR), ("Riprova tra 1 ora", HOUR),
    # Polish
    ("Czekaj 2 dni", 2 * DAY), ("Odczekaj 1 dzień", DAY), ("Poczekaj 3 godziny", 3 * HOUR),
    ("Spróbuj za 4 minuty", 4 * MINUTE), ("Ponów za 20 sekund", 20), ("Wróć 30 sekund później", 30),
    # Turkish, Indonesian and Vietnamese
    ("1 dk sonra", MINUTE), ("3 saat sonra", 3 * HOUR), ("2 gün içinde", 2 * DAY),
    ("30 saniye kadar bekleyin", 30), ("Tunggu 30 detik", 30), ("Coba dalam 2 jam", 2 * HOUR),
    ("Setelah 1 hari", DAY), ("Bisa lagi dalam 10 menit", 10 * MINUTE), ("10 menit kemudian", 10 * MINUTE),
    ("Thử sau 1 giờ", HOUR), ("Chờ 2 ngày", 2 * DAY), ("Quay lại trong 20 giây", 20), ("20 giây nữa", 20),
    # Russian and Ukrainian
    ("Через 5 минут", 5 * MINUTE), ("Повторите запрос за 10 сек", 10), ("Попробуйте за 3 ч", 3 * HOUR),
    ("Ждите 2 дня", 2 * DAY), ("Жди 1 день", DAY), ("Ждите 30 с", 30), ("Ждите 5 м", 5 * MINUTE),
    ("Ждите 4 д", 4 * DAY), ("Ждите 500 мс", 0.5), ("Зачекайте 20 хв", 20 * MINUTE),
    ("Почекайте 2 години", 2 * HOUR),
    ("Спробуйте за 20 хв", 20 * MINUTE),
    # Arabic and Persian
    ("بعد 3 ساعات", 3 * HOUR), ("انتظر 10 ثوان", 10), ("حاول خلال 2 دقيقة", 2 * MINUTE),
    ("انتظر 5 دقائق", 5 * MINUTE), ("انتظر 1 يوم", DAY), ("5 دقیقه بعد", 5 * MINUTE),
    ("5 دقیقه دیگر", 5 * MINUTE), ("30 ثانیه بعد", 30), ("2 روز بعد", 2 * DAY),
    # Hindi and Thai
    ("2 घंटे बाद", 2 * HOUR), ("30 सेकंड बाद", 30), ("30 सेकेंड प्रतीक्षा करें", 30),
    ("प्रतीक्षा 2 दिन", 2 * DAY), ("รอ 30 วินาที", 30), ("ลองใหม่ใน 5 นาที", 5 * MINUTE),
    ("รอ 2 ชั่วโมง", 2 * HOUR), ("รอ 1 วัน", DAY), ("2 मिनट की प्रतीक्षा करें", 2 * MINUTE),
    # Chinese, Japanese and Korean
    ("2 个小时后重试", 2 * HOUR), ("2 個小時後重試", 2 * HOUR),
    ("3天后重试", 3 * DAY), ("2时后重试", 2 * HOUR),
    ("5分钟之后再试", 5 * MINUTE), ("5分鐘以後再試", 5 * MINUTE), ("1.5秒后重试", 1.5),
    ("等候 30 秒", 30), ("稍候 5 分钟", 5 * MINUTE), ("冷却 1 小时", HOUR), ("冷卻 1 小時", HOUR),
    ("等待 1.5 秒", 1.5), ("2時間後に再試行", 2 * HOUR), ("3分間後に再試行", 3 * MINUTE),
    ("1日後に再試行", DAY), ("5분 후 다시", 5 * MINUTE), ("2시간 후 다시", 2 * HOUR), ("1일 후 다시", DAY),
    ("Come back 5 minutes later", 5 * MINUTE),
]  # fmt: skip

NO_WAITS = [
    "Aguarde: o limite era de 30 segundos", "Aguarde 3 mensagens", "Espere 5 solicitudes",
    "Ждите 3 сообщения",
    "Demnach 5 Minuten genutzt", "gpt4 saat sonra yok", "v1.5 saat sonra yok",
    "将在30秒后重试", "会在5分钟后重连", "将在2小时之后重试", "会1.5秒以后重试",
    "30秒后自动重试", "5分后自动重连",
    "將在30秒後重試", "會在5分鐘後重連", "會在2小時後重試", "30秒後自動重試", "5分後自動重連",
]  # fmt: skip
"""A limit, a number of other things, a part of a name, and what the client says that it does itself."""


def wait(text: str) -> float | None:
    return classify(ApiResponse(status=429, body={"error": {"message": text}})).retry_after


@pytest.mark.parametrize(("text", "seconds"), WAITS)
def test_a_wait_is_read_in_any_language(text: str, seconds: float) -> None:
    assert wait(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", NO_WAITS)
def test_a_number_with_a_unit_that_nobody_is_asked_to_wait_is_no_wait(text: str) -> None:
    assert wait(text) is None
