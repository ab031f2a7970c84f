"""What a sentence makes of a reason that leaves the cause open, where no phrase does.

Families of words as in agent.classify.families, by the reason that they make finer, for English and for the
other languages of the tables.
"""

from collections.abc import Mapping, Sequence

from agent.classify.families import NOT, Row
from agent.classify.taxonomy import Reason

_TYPES = "number|string|list|array|int|integer|boolean|object|dict|float"
_UNITS = "requests|calls|messages|queries|generations"
_MINUTE = "a minute|per minute|each minute|every minute|one minute|per min|tokens min|minute limit|60 seconds"
_DAY = "a day|per day|each day|every day|the day|daily|today|24 hours|midnight"
_TIMEOUT = ("timeout|timeouts|timedout", "timeout|timeouts|timedout")
_CUT = ("connection|socket|line|link", "cut|lost|dropped|broke|closed|refused|interrupted")

# The same in other languages than English: an object, and what is said of it.
_LIMITED = "limit~|tope|cuota|plafond|лимит~|ліміт~|sinir~|gioi han|batas|حد~|الحد|حدك"
_ASKED = (
    "solicitud~|peticion~|requisic~|solicitac~|requet~|demandes|richiest~|anfrage~|запрос~|запит~|istek~|"
    "yeu cau|zapytan|permintaan|verzoek~|طلب~|mensaj~|mensag~|messaggi|nachricht~|сообщени~|повідомлен~|"
    "mesaj~"
)
_CHEAP = (
    "gratis|gratuit~|kostenlos~|kostenfrei~|бесплатн~|безкоштовн~|ucretsiz|mien phi|darmow~|bezplatn~|"
    "مجان~|المجان~"
)
_DAILY = (
    "diari~|quotidien~|journalier~|giornalier~|taglich~|tageslimit|дневн~|суточн~|сутки|добов~|gunluk|"
    "hang ngay|moi ngay|dzienn~|harian|dagelijks~|يومي~|اليومي~|por dia|al dia|par jour|pro tag|"
    "al giorno|в день|na dzien"
)
_BY_MINUTE = (
    "por minuto|par minute|pro minute|al minuto|в минуту|на хвилину|за хвилину|dakikada|moi phut|"
    "per menit|na minute|per minuut|في الدقيقة"
)
_WEEKLY = (
    "semanal~|hebdomadaire|settimanal~|wochentlich~|wochenlimit|недельн~|тижнев~|haftalik|hang tuan|"
    "tygodniow~|mingguan|wekelijks~|أسبوعي~|الأسبوعي~"
)
_AT_ONCE = (
    "simultan~|concurrent~|concorrent~|gleichzeitig~|одновременн~|одночасн~|eszamanli|ayni anda|"
    "dong thoi|jednoczesn~|rownoczesn~|bersamaan|gelijktijdig~|متزامن~"
)
_SETTINGS_OF = (
    "환경변수|설정|設定|環境変数|配置|环境变量|настро~|variables d|variables de|configuracion|configuracao|"
    "konfiguration|yapilandirma"
)
_UNSET_OF = (
    "오류|되지|필요|되어있지|必要|されていません|未|错误|не|entorno|environnement|ambiente|error|erro|fehlt|"
    "fehlerhaft|eksik|hatasi"
)
_KEY_OF = (
    "clave|chave|chiave|cle|jeton|schlussel|ключ~|токен~|anahtar~|khoa|klucz~|kunci|sleutel|مفتاح~|المفتاح"
)
_SESSION_OF = (
    "sesion|sessao|sessione|session|sitzung|сесс~|сесі~|oturum~|phien|sesja|sesji|sesi|sessie|جلس~|الجلس~"
)
_EXPIRED = (
    "expir~|caduc~|vencid~|vencio|scadut~|abgelaufen|истек~|просроч~|закінчи~|прострочен~|suresi|dolmus|"
    "doldu|het han|wygas~|kedaluwarsa|verlopen|انتهت|منتهي~"
)
_WRONG = (
    "invalid~|incorrect~|incorret~|errat~|ungultig~|falsch~|неверн~|недействит~|неправильн~|невірн~|"
    "недійсн~|gecersiz|yanlis|hatali|hop le|sai|nieprawidlow~|niepoprawn~|tidak valid|salah|ongeldig~|"
    "onjuist~|غير صالح~|غير صحيح~|خاطئ~"
)
_ABSENT = (
    "falta~|ausente|manqu~|mancante|fehlt|fehlend~|отсутств~|не указан~|не задан~|відсутн~|eksik|girin|"
    "thieu|brak~|wymagan~|belum|diperlukan|ontbreekt|requerid~|requier~|requis~|richiest~|necesari~|erforderlich|"
    "مطلوب"
)
_FEATURE = (
    "funktion~|funcion~|fonction~|funzion~|funcao|recurso|функци~|ozellig~|ozellik~|tinh nang|funkcj~|"
    "fitur|functie|الميزة|ميزة"
)
_LACKING = (
    "nicht unterstutzt|unterstutzt diese|no soporta|no es compatible|no admite|nao suporta|"
    "nao e suportad~|prise en charge|prend pas en charge|non supporta~|non e supportat~|не поддерж~|"
    "не підтрим~|desteklemiyor|desteklenmiyor|khong ho tro|nie obsluguje|nieobslugiwan~|tidak mendukung|"
    "tidak didukung|niet ondersteund|ondersteunt deze|غير مدعوم~|لا يدعم"
)
_FIELD = (
    "campo|parametro~|champ|parametre~|feld|поле|параметр~|alan|alani|truong|tham so|pole|parametr|kolom|"
    "veld|الحقل|حقل"
)
_OBLIGATORY = (
    "obligatori~|requerid~|falta|requis~|obligatoire|manquant~|pflichtfeld|erforderlich|fehlt|обязател~|"
    "отсутств~|не указан~|обовязков~|zorunlu~|eksik|gerekli|bat buoc|thieu|wymagan~|brak~|wajib|"
    "diperlukan|verplicht|ontbreekt|مطلوب"
)
_PICTURE = (
    "аудио|видео|audio|video|imagen~|image|imagem|immagin~|bild|изображени~|картинк~|файл~|фото|зображенн~|gorsel~|resim|dosya~|"
    "hinh anh|obraz~|plik~|gambar|berkas|afbeelding|archivo|arquivo|fichier|datei|الصورة|صورة|الملف|ملف"
)
_BROKEN = (
    "formato|format|corrupt~|corromp~|danificad~|danad~|beschadigt|поврежд~|формат~|пошкодж~|bozuk|"
    "bicim~|hong|dinh dang|uszkodz~|rusak|beschadigd|تالف~|تنسيق|صيغة"
)
_PROVIDER_OF = (
    "proveedor|provedor|fournisseur|fornitore|anbieter|anbieters|провайдер~|поставщик~|постачальник~|"
    "saglayici~|nha cung cap|dostawc~|penyedia|aanbieder|المزود"
)
_FAULT = "error|erro|erreur|errore|fehler|ошибк~|помилк~|hata~|loi|blad~|kesalahan|fout|خطأ"

FINER: Mapping[Reason, Sequence[tuple[Reason, Sequence[Row]]]] = {
    Reason.INVALID_REQUEST_GENERIC: (
        (
            Reason.MALFORMED_JSON,
            [("body|payload|json", "no json|not json|parse|parsed|decode|unexpected end|unterminated")],
        ),
        (
            Reason.CONTEXT_LENGTH_EXCEEDED,
            [("tokens", "longer than|exceeds|larger than|more than|beyond|too many", "window|context|model")],
        ),
        (
            Reason.CONTENT_POLICY,
            [
                (
                    "prompt|content|picture|image|output|video|answer",
                    "withheld|refused|removed|stopped|not allowed",
                    "content|safety|unsafe|policy|rules|moderation|explicit|harmful",
                ),
            ],
        ),
        (
            Reason.MEDIA_FETCH_FAILED,
            [("url|link", "loaded|fetched|fetch|downloaded|download|reached|retrieved|load", NOT)],
        ),
        (
            Reason.INVALID_MEDIA,
            [
                (
                    "picture|image|photo|audio|video|pdf|recording|clip",
                    "format|read|decode|shorter|corrupt|damaged|broken|open|play",
                ),
                (
                    "文件|音频|图片|视频|画像|ファイル|파일|이미지|arquivo|archivo|fichier|файл|datei|dosya",
                    "为空|格式|只支持|仅支持|空です|形式|비어|형식|vazio|vacio|vide|formato|пуст|формат~|leer|bos|bicimi",
                ),
            ],
        ),
        (Reason.INVALID_TYPE, [(_TYPES, "wanted|expects|expected|instead", "got|sent|received|was|instead")]),
        (
            Reason.MODEL_NOT_SUPPORTED,
            [
                (
                    "embeddings|chat|completion|completions|speech|transcription",
                    "only be used|only used|meant for|only for",
                )
            ],
        ),
        (
            Reason.UNSUPPORTED_FEATURE,
            [
                (
                    "streaming|tools|tool|vision|audio|functions|thinking|caching|embedding",
                    "possible|available|lacks|no|impossible",
                    "no|not|lacks|without|impossible",
                )
            ],
        ),
        (
            Reason.UNSUPPORTED_PARAMETER,
            [
                (
                    "parameter|logit|penalty|temperature|logprobs|seed|top p|top k",
                    "used with|no effect|be used|refused|ignored",
                )
            ],
        ),
        (
            Reason.INVALID_STATE,
            [
                (
                    "batch|job|run|task|upload|prediction",
                    "ended|finished|any more|completed|started|stopped",
                    "already|cannot|no longer|still",
                )
            ],
        ),
        (
            Reason.MISSING_FIELD,
            [
                (
                    "prompt|messages|model|input|field|parameter|argument|file",
                    "give|given|included|provide|supplied|omitted|left out",
                    "no|not|have to|must|without|never|omitted",
                )
            ],
        ),
        (
            Reason.UNSUPPORTED_FEATURE,
            [
                (_FEATURE, _LACKING),
                (
                    "功能|工具|视觉|流式|機能|ツール|기능|도구",
                    "不支持|未支持|対応していません|サポートされていません|サポートしていません|지원하지|지원되지",
                ),
            ],
        ),
        (
            Reason.MISSING_FIELD,
            [
                (_FIELD, _OBLIGATORY),
                (
                    "字段|フィールド|項目|パラメータ|필드|매개변수|항목|파라미터",
                    "必填|必需|缺少|缺失|必須|入力してください|필수|누락",
                ),
            ],
        ),
        (
            Reason.INVALID_MEDIA,
            [
                (_PICTURE, _BROKEN),
                (
                    "图片|图像|照片|图里|视频|音频|画像|写真|動画|音声|ファイル|이미지|사진|영상|파일|오디오",
                    "检测不到|没有检测到|未检测到|识别不到|不清晰|分辨率|形式|破損|壊れ|検出でき|検出され|형식|손상|감지되지",
                ),
            ],
        ),
    ),
    Reason.RATE_LIMIT_GENERIC: (
        (
            Reason.UPSTREAM_RATE_LIMITED,
            [("provider|upstream|vendor", "limiting|limited|limits|throttling|throttles")],
        ),
        (Reason.TOKENS_PER_DAY, [("token|tokens", _DAY)]),
        (Reason.TOKENS_PER_MINUTE, [("token|tokens", _MINUTE)]),
        (Reason.REQUESTS_PER_DAY, [(_UNITS, _DAY)]),
        (Reason.REQUESTS_PER_MINUTE, [(_UNITS, _MINUTE)]),
        (Reason.REQUESTS_PER_SECOND, [(_UNITS, "a second|per second|each second|every second")]),
        (
            Reason.CONCURRENCY_LIMIT,
            [
                (
                    "requests|calls|jobs|tasks|sessions|streams",
                    "running|at once|in flight|same time|active|open",
                )
            ],
        ),
        (Reason.BURST_LIMIT, [("traffic|usage|load", "rose|rises|grew|jumped|ramp|ramped|spiked")]),
        (Reason.FREE_TIER_LIMIT, [("free", "users|generations|accounts|callers")]),
        (
            Reason.UPSTREAM_RATE_LIMITED,
            [("上游|上流|업스트림|供应商|提供商|プロバイダ", "限流|限速|レート制限|速率|제한|频率")],
        ),
        (
            Reason.CONCURRENCY_LIMIT,
            [
                (_AT_ONCE, f"{_LIMITED}|{_ASKED}"),
                (
                    "同时|同時|並列|동시|병렬",
                    "上限|限制|超|达到|过多|制限|한도|제한|초과|요청|请求|リクエスト",
                ),
            ],
        ),
        (
            Reason.FREE_TIER_LIMIT,
            [
                (_CHEAP, _LIMITED),
                ("免费|無料|무료", "上限|限制|限额|用完|制限|한도|제한|횟수|초과"),
            ],
        ),
        (Reason.TOKENS_PER_MINUTE, [("token~|токен~", _BY_MINUTE)]),
        (
            Reason.REQUESTS_PER_MINUTE,
            [(_ASKED, _BY_MINUTE), ("毎分|1分あたり|1分間|분당|1분간", "回|リクエスト|制限|요청|한도|제한")],
        ),
        (
            Reason.SUBSCRIPTION_WINDOW,
            [
                (_WEEKLY, _LIMITED),
                ("每周|本周|週間|今週|주간|이번주", "上限|限制|限额|用量|制限|한도|제한|사용량"),
            ],
        ),
        (
            Reason.REQUESTS_PER_DAY,
            [
                (_DAILY, f"{_LIMITED}|{_ASKED}"),
                (
                    "本日|1日|一日|明日|하루|일일|오늘|금일|내일",
                    "上限|制限|リクエスト|回数|한도|제한|횟수|요청",
                ),
            ],
        ),
    ),
    Reason.INSUFFICIENT_CREDITS: (
        (
            Reason.PAYMENT_OVERDUE,
            [
                (
                    "invoice|bill|bills|invoices|dues",
                    "unpaid|overdue|late|open|outstanding|owed|settle|settled",
                )
            ],
        ),
        (Reason.SPEND_LIMIT_REACHED, [("budget|ceiling", "used|reached|hit|over|exceeded|spent")]),
        (
            Reason.QUOTA_EXHAUSTED,
            [("quota|allowance|allotment|trial", "used|exhausted|over|spent|gone|ended|expired|reached")],
        ),
        (
            Reason.BILLING_PROBLEM,
            [("card|billing|bank", "declined|expired|missing|failed|set up|invalid|refused|rejected|update")],
        ),
    ),
    Reason.AUTH_FAILED: (
        (
            Reason.EXPIRED_CREDENTIAL,
            [
                (
                    "key|token|session|credential|credentials|login",
                    "expired|out of date|no longer valid|ended|lapsed|too old|stale",
                )
            ],
        ),
        (
            Reason.MISSING_API_KEY,
            [
                (
                    "key|token|header|credentials",
                    "sent|send|give|given|provide|absent|forgot",
                    "no|not|without|never|forgot|absent",
                )
            ],
        ),
        (
            Reason.INVALID_API_KEY,
            [
                (
                    "key|token|credentials|secret|password",
                    "know|wrong|recognise|recognize|bad|mistyped|accept",
                )
            ],
        ),
        (
            Reason.EXPIRED_CREDENTIAL,
            [
                (f"{_KEY_OF}|{_SESSION_OF}", _EXPIRED),
                (
                    "会话|登录|密钥|令牌|キー|トークン|セッション|키|토큰|세션",
                    "过期|失效|已到期|期限切れ|有効期限|만료",
                ),
            ],
        ),
        (
            Reason.INVALID_API_KEY,
            [
                (_KEY_OF, _WRONG),
            ],
        ),
        (
            Reason.MISSING_API_KEY,
            [(_KEY_OF, _ABSENT)],
        ),
    ),
    Reason.ACCESS_DENIED: (
        (
            Reason.REGION_BLOCKED,
            [("country|region|location|territory", "offered|available|served|restricted|supported|launched")],
        ),
        (
            Reason.EDGE_BLOCKED,
            [("firewall|waf|captcha|bot", "blocked|detected|protection|denied|refused|challenge")],
        ),
        (
            Reason.SERVICE_DISABLED,
            [("api|service|product", "switched off|turned off|activate|activated|switched on|turned on")],
        ),
    ),
    Reason.RESOURCE_NOT_FOUND: (
        (Reason.MODEL_DECOMMISSIONED, [("shut|retired|sunset|discontinued", "down|since|in|on|model|was")]),
        (Reason.MODEL_NOT_FOUND, [("model|models|engine", "here|know|unknown|exist|offer|find", NOT)]),
        (Reason.ENDPOINT_NOT_FOUND, [("v1|path|route|url|endpoint|page", "nothing|no|not|unknown")]),
    ),
    Reason.SERVICE_UNAVAILABLE: (
        (Reason.UPSTREAM_TIMEOUT, [_TIMEOUT]),
        (Reason.MAINTENANCE, [("maintenance", "doing|planned|until|down|window|back|ongoing|for")]),
        (
            Reason.MODEL_NOT_LOADED,
            [("still|currently|being|is", "being loaded|loading|warming up|starting up|booting|waking up")],
        ),
        (
            Reason.NO_DEPLOYMENT_AVAILABLE,
            [
                (
                    "key|keys|account|accounts|provider|providers|channel|channels|pool",
                    "usable|available|left|cooling|working",
                    "no|none|all|every|not",
                )
            ],
        ),
        (
            Reason.CAPACITY,
            [
                (
                    "gpu|gpus|server|servers|worker|workers|machines|cluster|slots",
                    "busy|full|in use|taken|occupied|loaded|saturated|no free",
                )
            ],
        ),
    ),
    Reason.GATEWAY_TIMEOUT: (
        (
            Reason.CONNECTION_TIMEOUT,
            [("connect|connecting|connection|handshake", "timed out|too long|in time|seconds")],
        ),
        (
            Reason.GENERATION_TIMEOUT,
            [("generating|generation|inference|sampling", "too long|took|finish|finished|in time")],
        ),
        (
            Reason.UPSTREAM_TIMEOUT,
            [("answer|reply|respond|finish|complete", "in time|within|seconds|s|minutes|in", NOT)],
        ),
    ),
    Reason.INTERNAL_ERROR: (
        (Reason.UPSTREAM_TIMEOUT, [_TIMEOUT]),
        (
            Reason.OUT_OF_MEMORY,
            [("memory|ram|vram", "out of|left|exhausted|enough|allocate|full|insufficient")],
        ),
        (
            Reason.GATEWAY_MISCONFIGURED,
            [
                (
                    "route|provider|upstream|backend|price|setting|settings|secret",
                    "configured|misconfigured|unset",
                    "no|not|misconfigured|unset",
                ),
                (_SETTINGS_OF, _UNSET_OF),
            ],
        ),
        (Reason.UPSTREAM_CONNECT_ERROR, [_CUT]),
        (
            Reason.UPSTREAM_ERROR,
            [
                (_PROVIDER_OF, _FAULT),
                (
                    "外部|上游|上流|업스트림|提供商|供应商|プロバイダ|외부|공급자|제공업체",
                    "错误|异常|失败|エラー|오류|실패",
                ),
            ],
        ),
    ),
    Reason.BAD_GATEWAY: (
        (Reason.UPSTREAM_TIMEOUT, [_TIMEOUT]),
        (Reason.UPSTREAM_CONNECT_ERROR, [_CUT]),
    ),
}
