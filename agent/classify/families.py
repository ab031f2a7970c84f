"""Families of words in other languages than English: an object, and what has happened to it.

"El servidor está ocupado", "サーバーが混み合っています": a client tells its user in one sentence what went
wrong. Each row has the words for an object and the words for what befell it, in one or a few languages that
are near to each other. How they are looked for says agent.classify.pairs.

A word that ends in ~ may go on, and a run of words stands as it is. Accents are left out, as messages are
folded. In Chinese, Japanese and Korean a word is a part of the text without its spaces.
"""

from collections.abc import Sequence

from agent.classify.taxonomy import Reason

Row = tuple[str, ...]

_POLICY = [
    (
        "filtro|filtros|moderacion|moderacao|politica|politicas|normas|directrices|diretrizes",
        "bloquead~|rechazad~|rejeitad~|recusad~|infring~|viola|incumpl~|bloccat~|rifiutat~",
    ),
    (
        "contenido|conteudo|contenuto|contenu|imagen|imagem|image",
        "inapropiad~|inadequad~|inappropri~|ofensiv~|prohibid~|proibid~|interdit~|offensant~",
    ),
    (
        "filtre|filtres|moderation|politique|regles|charte",
        "bloque~|refuse|refusee|rejete~|enfrein~|contraire",
    ),
    (
        "inhaltsfilter|filter|richtlinien|richtlinie|moderation|nutzungsbedingungen",
        "abgelehnt|blockiert|gesperrt|verstoss~|verletzt|zuruckgewiesen",
    ),
    ("inhalt|inhalte|bild", "unangemessen~|unzulassig~|verboten~|anstossig~"),
    ("фильтр~|модераци~|правил~|политик~|цензур~", "отклон~|заблокирован~|наруш~|отказ~"),
    ("контент~|содержани~|содержим~|изображени~", "неприемлем~|запрещенн~|неподобающ~|недопустим~"),
    ("фільтр~|політик~|модерац~", "відхилен~|заблокован~|поруш~"),
    (
        "filtresi|filtre|icerik|politikasi|politikasini|kurallari|kurallarini|politikalarini",
        "engelle~|reddedil~|ihlal~|uygunsuz|aykiri",
    ),
    ("dung|loc|sach", "chan|pham|nhay"),
    ("filtr|filtra|polityka|polityke|zasady|tresc|tresci", "zablokowan~|odrzucon~|narusz~|niedozwolon~"),
    ("konten|filter|kebijakan", "diblokir|ditolak|melanggar|sensitif"),
    ("内容|コンテンツ|プロンプト|入力|画像|表現", "不適切|有害|センシティブ|わいせつ"),
    ("フィルタ|ポリシー|モデレーション|規約|ガイドライン", "ブロック|拒否|違反|抵触"),
    ("내용|콘텐츠|프롬프트|입력|이미지|표현", "부적절|유해|민감|선정"),
    ("필터|정책|검열|안전", "차단|거부|위반|걸렸"),
    ("政策|规范|规则|条款|守则", "不符合|违反|违背|抵触"),
    ("内容|输入|提示词|图片|问题", "不合适|不当|不适宜|有害|无法展示"),
]

_BILLING = [
    (
        "paiement|pago|pagamento|zahlungsmethode|zahlungsmittel|zahlung|kreditkarte|tarjeta|carte|cartao|odeme|kart",
        "aucun|aucune|no|nao|kein|keine|nicht|refuse~|rechazad~|recusad~|abgelehnt|expir~|echou~|fehlgeschlagen|reddedildi|fall~|falh~|alinamadi|basarisiz|gecersiz",
    ),
    ("оплат~|платеж~|карт~", "отклон~|не прош~|просроч~|неудач~|ошибк~"),
    ("支払い|決済|お支払い|カード", "失敗|登録されていません|拒否|できません|エラー"),
    ("결제|카드", "실패|등록|거절|오류|필요"),
    ("支付|付款|扣款|信用卡", "失败|未绑定|被拒|异常|未完成"),
]

_CREDITS = [
    (
        "saldo|creditos|credito|fondos|fundos|crediti|fondi|puntos|pontos",
        "no|sin|nao|sem|non|senza|falta|faltan|agotad~|acab~|esgotad~|esaurit~|insuficient~|termin~|finit~|zerad~|quedado|cukup|mencukupi|habis|kurang|kosong|brak|niewystarczajac~|wyczerpan~",
    ),
    ("solde|credits|credit|fonds", "plus|pas|aucun|epuis~|insuffisan~|negatif"),
    (
        "guthaben|kontostand|kredit|credits|budget",
        "reicht|aufgebraucht|leer|erschopft|verbraucht|kein|keine|nicht|negativ",
    ),
    (
        "средства|средств|деньги|денег|баланс~|кредит~|счет~",
        "законч~|кончил~|исчерп~|недостат~|хватает|пуст~|нулев~|отрицательн~|нет",
    ),
    ("кошти|коштів|баланс~|кредит~|рахунк~", "недостатн~|закінчил~|вичерпан~|бракує|немає"),
    ("bakiye~|kredi~|jeton~|puan~", "yetersiz|kalmadi|bitti|tukendi|yok|yetmiyor|doldu"),
    ("tien|dung|credit", "het|thieu|can"),
    ("srodkow|srodki|kredytow|kredyty", "brak|brakuje|niewystarczajac~|wyczerpan~|skonczy~|malo"),
    ("kredit|poin", "habis|kurang|cukup|mencukupi|kosong"),
    ("残高|クレジット|ポイント|残額|コイン", "不足|足り|ありません|なくな|使い切|使い果|ゼロ|チャージ"),
    ("잔액|크레딧|포인트|코인", "부족|없|소진|바닥|모자|충전"),
    ("余额|点数|积分|额度|钱包|credits", "不足|不够|用完|耗尽|为零|没有了|透支|加值|储值"),
    ("رصيد~|الرصيد", "غير كاف~|لا يكفي|نفد~|انتهى|منخفض~"),
    (
        "tegoed|saldo|kredit|krediter|kreditter|zustatek|kredity|credite|soldul|egyenleg|saldoa|υπόλοιπο",
        "onvoldoende|otillracklig~|slut|utilstraekkelig~|utilstrekkelig|nedostatecny|nedostatek|insuficient|insuficiente|epuizat~|elfogyott|elegendo|riita|loppu|ανεπαρκές",
    ),
]

_QUOTA = [
    ("закончил~|кончил~|исчерпа~", "запрос~|попытк~|генераци~|сообщени~|лимит~"),
    ("kontingent|monatskontingent|freikontingent|volumen", "aufgebraucht|erschopft|verbraucht|uberschritten"),
    ("利用枠|無料枠|無料トライアル|クォータ|割当|プラン|今月", "使い切|使い果|超え|達し|終了|消費"),
    ("사용량|할당|이용권|무료|쿼터|구독|이번달|체험", "소진|초과|다썼|모두사용|만료|끝났|종료"),
    ("方案|套餐|订阅|月度|本月|免费", "用完|用尽|耗尽|已满|到期|过期|超出|上限"),
    ("kuota", "habis|terlampaui|melebihi"),
    (
        "cuota|cota|plan|plano|suscripcion|assinatura|piano|abbonamento|abonnement|forfait|abo",
        "agotad~|acab~|esgotad~|esaurit~|alcanzad~|atingid~|vencid~|caducad~|scadut~|expir~|nenhuma|ningun~|assine|abgelaufen|inactiv~|inativ~",
    ),
    ("подписк~|тариф~|пробн~|квот~", "законч~|истек~|исчерп~|заверш~"),
    ("kota~|abonelig~|abonelik|deneme", "doldu|tukendi|bitti|sona|asildi"),
]

_NO_KEYS = [
    ("apiキー|キー|トークン|認証情報", "設定されていません|未設定|入力してください|見つかりません"),
    ("api키|키가|키를|토큰", "설정되지|입력|등록되지|없습니다"),
    (
        "密钥|金钥|key|token|令牌|凭证",
        "未设置|未配置|未填写|先配置|先设置|先填写|请填写|请设置|请配置|请输入|缺少|缺失",
    ),
    ("ключ~|токен~", "не задан|не указан|не установлен|не найден|отсутств~|введите|укажите"),
    (
        "clave|chave|chiave|cle|schlussel",
        "falta|ausente|manque|manquant~|mancante|fehlt|introduce|informe|hinterlegt|erforderlich|benotigt|gesetzt|notig|eingeben|requerida|requise|necesaria|obligatoria|richiesta|necessaria",
    ),
    ("anahtar~", "girin|eksik|ayarlanmamis|bos|yok|bulunamadi|tanimli"),
]

_KEYS = [
    (
        "clave|claves|llave|chave|chiave|credenciales|credenciais|credenziali|contrasena|senha",
        "invalid~|incorrect~|incorret~|correcta|correcto|correta|valida|validas|caducad~|expirad~|errad~|erronea|scadut~|corretta|verifi~|comprueb~|revis~|confira|controll~",
    ),
    (
        "autenticar|autenticado|autenticacion|autenticacao|autenticazione|login|sesion|sessao|sessione",
        "fall~|error|erro|no|nao|non|inici~|expir~|caducad~|novamente|faca|falh~|scadut~|effettua",
    ),
    (
        "cle|clef|jeton|identifiants|identifiant",
        "valide|invalide~|incorrect~|expire~|errone~|manquant~|verifi~",
    ),
    (
        "authentification|authentifier|identification|session",
        "echec|echou~|reconnect~|expiree|requise|veuillez",
    ),
    (
        "schlussel|apischlussel|key|token|zugangsdaten|anmeldedaten|passwort",
        "gultig|ungultig~|falsch~|abgelaufen|fehlerhaft|prufen|uberprufen|prufe|erlaubt|akzeptiert",
    ),
    (
        "anmeldung|login|authentifizierung|einloggen|anmelden|sitzung",
        "fehlgeschlagen|erneut|erforderlich|abgelaufen|bitte|gescheitert",
    ),
    (
        "ключ~|токен~|пароль|учетн~",
        "неверн~|неправильн~|недействител~|ошибочн~|просроч~|истек~|отозван~|провер~|не задан|не указан~",
    ),
    (
        "авториз~|аутентиф~|войдите|войти|вход",
        "не удал~|нужно|необходим~|требуется|снова|заново|неудач~|пожалуйста|ошибк~",
    ),
    (
        "ключ~|токен~|автентифікац~|авторизац~|увійдіть",
        "недійсн~|невірн~|неправильн~|прострочен~|помилк~|потрібн~|знову",
    ),
    (
        "anahtar~|kimlik~|oturum~|giris~|sifre~",
        "gecersiz|yanlis|hatali|basarisiz|gerekli|dolmus|gerekiyor|yapin|dogrulanamadi|suresi|kontrol|sona",
    ),
    ("yetkilendirme|dogrulama", "hata~|basarisiz"),
    ("khoa|key|token", "kiem|sai|het"),
    ("thuc", "bai|loi"),
    ("nhap|phien", "lai|vui|het"),
    ("klucz|klucza|token|haslo", "nieprawidlow~|niepoprawn~|niewazn~|wygas~|bledn~|sprawdz"),
    ("uwierzytelnianie|uwierzytelnienie|logowanie|zaloguj", "nie|blad|ponownie|sie"),
    ("kunci|token|sandi|kredensial", "valid|salah|kedaluwarsa|sah|periksa"),
    ("autentikasi|masuk|login", "gagal|ulang|kembali|silakan|harus"),
    (
        "apiキー|キー|トークン|認証情報|パスワード",
        "正しく|無効|不正|誤|間違|期限|失効|確認|見直|設定されていません",
    ),
    ("認証|ログイン|サインイン|セッション", "失敗|必要|してください|切れ|再度|期限|エラー"),
    (
        "api키|키가|키를|토큰|인증정보|비밀번호|자격증명",
        "올바르지|잘못|유효하지|만료|틀렸|일치하지|확인|설정되지",
    ),
    ("로그인|인증|세션", "필요|실패|다시|만료|해주세요|하세요|오류"),
    (
        "密钥|金钥|key|token|令牌|凭证|密码",
        "不正确|有误|错误|无效|失效|不对|过期|不合法|检查|确认|核对|是否|配置|填写|有效的",
    ),
    ("登录|登入|认证|验证|鉴权|会话", "失效|过期|重新|失败|请先|已退出"),
    ("المفتاح|مفتاح~|الرمز", "غير صالح~|غير صحيح~|خاطئ~|منتهي~"),
    ("कुंजी|पासवर्ड", "अमान्य|गलत|समाप्त"),
    (
        "sleutel|nyckel|nyckeln|nogle|noglen|nokkel|nokkelen|klic|klice|cheia|cheie|kulcs|avain|κλειδί",
        "ongeldig|onjuist|ogiltig|felaktig|ugyldig|forkert|neplatny|nespravny|invalida|gresita|ervenytelen|hibas|virheellinen|μη έγκυρο|λάθος",
    ),
]

_TOOK_LONG = [
    ("gedauert|gebraucht|dauert|braucht|gewartet", "zu lange|zu lang|zu viel zeit"),
    ("pris|mis|dure|duree|prend|met|attendu", "trop de temps|trop longtemps"),
    ("tardo|tardado|tarda|demoro|llevo|tomo", "demasiado|demasiado tiempo|mucho tiempo"),
    ("demorou|levou|demorando|levando", "demais|muito tempo|tempo demais"),
    ("impiegato|impiegando|richiesto|durata|durato|atteso", "troppo tempo|troppo a lungo|troppo"),
    (
        "слишком долго|чересчур долго|очень долго|занадто довго|надто довго",
        "выполня~|длил~|ждал~|ждем|ожид~|отвеча~|обрабатыв~|заня~|генер~|викону~|трива~|відповіда~|оброб~",
    ),
    ("trwalo|trwala|trwal|trwa|zajelo|zajela|zajal", "zbyt dlugo|za dlugo|zbyt duzo czasu|za duzo czasu"),
    ("surdu|suruyor|surmus", "cok uzun|fazla uzun|uzun"),
    ("memakan|memerlukan|membutuhkan|berjalan|diproses", "terlalu lama|waktu lama"),
    ("duurde|duurt|kostte|kost", "te lang|te veel tijd"),
    ("استغرق~|استغرقت", "طويل~|وقت~"),
    ("耗时|用时|执行时间|处理时间|运行时间", "过长|太长|过久|太久"),
]

_TOO_LONG = [
    (
        "texto|mensaje|prompt|entrada|solicitud|conversacion|contexto|mensagem|conversa|testo|messaggio",
        "demasiado larg~|demasiado extens~|muy larg~|longo demais|longa demais|muito long~|troppo lung~",
    ),
    ("texte|message|requete|conversation|contexte|invite|prompt", "trop long~"),
    ("text|eingabe|nachricht|prompt|anfrage|kontext|konversation", "zu lang~|zu gross"),
    ("текст~|запрос~|сообщени~|контекст~|промпт~|диалог~", "слишком длинн~|слишком больш~|слишком велик~"),
    ("текст~|запит~|повідомлен~|контекст~", "занадто довг~|надто довг~|задовг~"),
    ("metin~|mesaj~|istem~|girdi~|icerik~|baglam~|istek~", "cok uzun|fazla uzun"),
    ("dai", "qua"),
    ("tekst|wiadomosc|zapytanie|prompt|kontekst", "za dlug~|zbyt dlug~"),
    ("teks|pesan|prompt|permintaan|masukan", "terlalu panjang"),
    ("入力|テキスト|文章|プロンプト|メッセージ|会話|文字数", "長すぎ|長過ぎ|長くなりすぎ|超え|超過"),
    ("입력|텍스트|메시지|프롬프트|대화|내용|글자", "너무길|너무깁|길어|깁니다|초과"),
    ("内容|文字|文本|输入|消息|讯息|对话|字数|提示词", "太长|过长|超长|超出|过多|超过"),
]

_TOO_BIG = [
    (
        "imagen|imagenes|archivo|archivos|fichero|foto|imagem|imagens|arquivo|arquivos|video|audio|immagine|file",
        "demasiado grande~|muy grande~|muito grande~|grande demais|grandes demais|troppo grand~|excede el tamano|excede o tamanho",
    ),
    ("image|images|fichier|fichiers|photo|video|audio", "trop grand~|trop volumineu~|trop lourd~"),
    ("bild|bilder|datei|dateien|foto|video|audio", "zu gross"),
    (
        "изображени~|файл~|картинк~|фото|видео|аудио|зображенн~",
        "слишком больш~|слишком велик~|занадто велик~",
    ),
    ("gorsel~|resim|dosya~|video|ses", "cok buyuk|fazla buyuk"),
    ("obraz~|plik~|zdjecie|wideo", "za duz~|zbyt duz~"),
    ("gambar|berkas|file|foto|video", "terlalu besar"),
    ("anh|tep|video", "qua lon"),
    ("afbeelding|bestand|foto", "te groot"),
    ("画像|ファイル|動画|音声", "大きすぎ|サイズを超え|上限を超え"),
    ("이미지|파일|동영상|사진", "너무큽|너무커|크기를초과|용량을초과"),
    ("图片|图像|文件|视频|音频|附件", "过大|太大|超出大小|大小超出|大小超过"),
]

_PACE = [
    (
        "mensajes|mensagens|solicitudes|peticiones|requisicoes|solicitacoes|consultas|intentos|llamadas|chamadas|richieste|messaggi|chiamate|tentativi",
        "demasiad~|muitas|muitos|troppe|troppi|exces~|limite|tope|maximo",
    ),
    ("limite|tope|maximo", "diari~|giornalier~|hora|horas|minuto|velocidad|velocidade|uso"),
    ("requetes|demandes|messages|appels|tentatives", "trop|limite|plafond"),
    ("limite|plafond", "quotidien~|journalier~|horaire|minute|jour|debit"),
    ("anfragen|nachrichten|versuche|aufrufe|requests", "viele|limit|haufig|schnell|oft"),
    (
        "limit|tageslimit|stundenlimit|anfragelimit|anfragenlimit|nachrichtenlimit|ratenlimit|nutzungslimit",
        "erreicht|uberschritten|aufgebraucht",
    ),
    ("слишком", "часто|много|быстро"),
    ("лимит~|ограничени~", "запрос~|сообщени~|дневн~|суточн~|часов~|минут~|частот~"),
    ("забагато|занадто|надто|ліміт~|обмежен~", "запит~|часто|повідомлен~"),
    ("istek~|isteg~|mesaj~|talep~|deneme~|kullanim~|hiz~|gunluk|saatlik|dakikalik", "limit~|sinir~|fazla"),
    ("anahtar~|hesap~", "limitte|limite|limitine"),
    ("nhieu|nhanh", "cau|nhan|lan|request"),
    ("gioi", "cau|nhan|ngay|phut|luot|do"),
    ("zapytan|zadan|wiadomosci|prob", "wiele|duzo|czesto|limit~"),
    ("limit|limitu", "dzienn~|godzinn~"),
    ("permintaan|pesan|percobaan", "banyak|batas"),
    ("batas", "harian|penggunaan|kecepatan"),
    (
        "リクエスト|送信|メッセージ|呼び出し|利用回数|回数|本日|1日",
        "多くの|多すぎ|頻繁|制限|上限|超え|達し|短時間",
    ),
    ("오늘|하루|일일|금일|횟수", "횟수|한도|모두사용|제한|소진|초과|도달"),
    ("요청|메시지|호출", "너무|자주|잦|많|초과|한도|제한|도달"),
    (
        "请求|操作|提问|调用|访问|次数|发送|今日|今天|每日",
        "太快|频繁|过快|太多|上限|用完|用尽|过于|超限|达到",
    ),
    ("طلبات|الطلبات|رسائل|الرسائل", "كثير~|كبير~|الحد|حد|تجاوز~"),
    ("अनुरोध~|संदेश~|रिक्वेस्ट", "बहुत अधिक|बहुत ज्यादा|सीमा|ज़्यादा"),
    (
        "verzoeken|berichten|forfragningar|anfragor|foresporgsler|forespsrsler|pozadavku|cereri|kerest|kerelem|pyyntoja|αιτήματα",
        "veel|manga|mange|mnoho|multe|sok|liikaa|πολλά",
    ),
]

_BUSY = [
    (
        "servidor|servidores|modelo|servicio|servico|sistema|server|servizio|modello|serveur|serveurs|modele|service|dienst|modell|serwer|usluga|system|sistem|layanan|ki|ia|assistent|assistente|asistente",
        "ocupad~|saturad~|sature|saturee|sobrecarg~|sobrecarreg~|congestion~|sovraccar~|occupat~|occupe~|surcharg~|sollicit~|uberlast~|ausgelastet|uberlaufen|overbelast|przeciaz~|zajet~|obciaz~|sibuk|penuh|padat|kelebihan",
    ),
    (
        "demanda|trafego|affluence|auslastung|nachfrage|demande|carga|charge|andrang|last|obciazenie",
        "alta|elevad~|forte|fort|hohe|hoher|alto|mucha|muita|grande|intens~|pico|duz~|wysok~",
    ),
    ("сервер~|сервис~|модел~|систем~", "перегруж~|занят~|загруж~"),
    ("нагрузк~", "высок~|больш~|повышенн~|пиков~"),
    ("сервер~|сервіс~|модел~|систем~|навантажен~", "перевантаж~|зайнят~|висок~"),
    ("sunucu~|sistem~|model~|servis~|hizmet~|yogunluk", "yogun~|mesgul|asiri|yuksek|nedeniyle"),
    ("tai", "qua"),
    ("chu|thong|hinh", "dang ban"),
    ("サーバー|サーバ|アクセス|システム|回線|利用者", "混雑|混み|集中|過負荷|高負荷|ビジー|混んで"),
    ("서버|사용자|이용자|접속|시스템|트래픽|서비스|요청", "많아|혼잡|과부하|몰려|폭주|많습니다|붐"),
    (
        "服务器|伺服器|当前|系统|目前|模型|访问|算力|资源",
        "人数过多|人数较多|人太多|繁忙|忙碌|拥挤|紧张|爆满|过载|排队|高峰|忙线",
    ),
    ("الخادم|الخدمة|النظام|النموذج|الخوادم", "مشغول~|مزدحم~|ضغط|الضغط|محمل~"),
    (
        "server|servern|serveren|modellen|modell|dienst|sluzba|serverul|szerver|palvelin|διακομιστής|υπηρεσία",
        "druk|overbelastad|upptagen|overbelastet|optaget|pretizeny|pretizena|vytizen~|supraincarcat|ocupat|tulterhelt|foglalt|ylikuormittunut|ruuhkautunut|υπερφορτωμένος|απασχολημένος",
    ),
]

_LATE = [
    ("tiempo|tempo", "agot~|esgot~|excedid~|superad~|scadut~|ultrapassad~|limite esgot~"),
    (
        "servidor|modelo|respuesta|resposta|server|modello|servizio",
        "tard~|demor~|respondio|respondeu|responde|risposto|risponde",
    ),
    ("temps|delai", "depasse~|expire|attente|ecoule~|repondre|imparti"),
    ("serveur|modele|service", "repond|repondu|repondre"),
    (
        "server|dienst|modell|zeit|anfrage",
        "geantwortet|antwortet|rechtzeitig|reagiert|zeituberschreitung|zeit abgelaufen",
    ),
    ("antwort|anfrage|server|verarbeitung|generierung", "zu lange|gedauert"),
    ("время|времени|вовремя|долго|таймаут~", "ответ~|ожидани~|истек~|превышен~|отвеча~|вышло"),
    ("час|часу|вчасно|довго", "очікуван~|відпові~|вичерпан~|перевищен~"),
    ("zaman~|sure|suresi", "asim~|asildi|yanit|cevap|doldu"),
    ("gian", "cho|het|qua"),
    ("hoi", "lau|cham"),
    ("czas|czasu", "oczekiwan~|przekroczon~|minal|odpowiedzi|uplynal"),
    ("serwer|waktu|server", "odpowiedzial|odpowiada|habis|tunggu|merespons"),
    (
        "応答|レスポンス|返答|処理|接続|サーバー",
        "時間がかか|タイムアウト|時間切れ|時間内|ありません|しません|応答できません",
    ),
    ("응답|서버|요청|연결|처리", "시간초과|시간이초과|지연|늦|응답하지|오래걸|타임아웃|응답이없"),
    (
        "响应|回应|连接|连线|请求|服务器|伺服器|回复|生成|等待",
        "超时|逾时|时间过长|未收到|没有响应|无响应|未响应|太久|过久",
    ),
    ("الرد|الاستجابة|رد|استجابة|يستجب", "الوقت|المهلة|مهلة|وقت|تأخر~"),
    (
        "tiden|tidsgransen|svarstiden|cas|casovy|timpul|ido|aika|χρόνος",
        "gick|overskreds|utlopt|udlobet|vyprsel|limit|expirat|lejart|tullt|loppui|έληξε|antwoord",
    ),
]

_CANCELLED = [
    ("запрос|запроса|операция|задача|генерация|запит|операція", "отменен~|отменил~|скасован~"),
    (
        "solicitud|peticion|operacion|generacion|requisicao|solicitacao|pedido|operacao|geracao|richiesta|operazione|requete|operation|generation",
        "cancelad~|cancelo|cancelou|annullat~|annulee|annule",
    ),
    ("anfrage|vorgang|generierung|aufgabe|auftrag", "abgebrochen|storniert"),
    ("aanvraag|verzoek|opdracht", "geannuleerd"),
    ("zadanie|zapytanie|operacja|generowanie", "anulowan~"),
    ("istek|isteginiz|islem|isleminiz", "iptal"),
    ("permintaan|operasi|proses", "dibatalkan"),
    ("yeu cau|thao tac", "bi huy|da huy|huy bo"),
    ("リクエスト|要求|処理|生成|操作", "キャンセル|取り消され"),
    ("요청|작업|생성", "취소"),
    ("请求|任务|生成|操作|调用", "已取消|被取消|取消了|用户取消|用户中止|用户中断"),
]

_PLACES = [
    (
        "стране|страны|регионе|региона|местоположени~|країні|регіоні",
        "недоступ~|не доступ~|не предоставля~|не обслужива~|не работает|не працює",
    ),
    ("kraju|regionie|lokalizacji", "niedostepn~|nie jest dostepn~|nieobslugiwan~"),
    ("negara|wilayah|lokasi", "tidak tersedia|tidak didukung|belum tersedia"),
    ("quoc gia|khu vuc|vi tri", "khong kha dung|khong ho tro|chua ho tro|khong co san"),
    (
        "お住まい|お使いの国|お使いの地域|現在地|の国では|の地域では",
        "ご利用いただけません|ご利用になれません|ご提供していません",
    ),
    ("所在国|您的位置|您所在|你所在", "不可用|无法使用|不支持|不提供|未开放"),
]

_RIGHTS = [
    (
        "permiso|permisos|permissao|permissoes|acceso|acesso|accesso|permesso|permessi",
        "no|sin|nao|sem|non|senza|denegad~|negad~",
    ),
    ("acces|droits|permission|permissions|habilitation", "pas|aucun|aucune|refuse|refusee"),
    (
        "zugriff|zugang|berechtigung|berechtigungen|rechte",
        "kein|keine|keinen|nicht|fehlende|fehlt|verweigert",
    ),
    ("доступ~|прав|права", "нет|запрещ~|отказ~|недостат~"),
    ("доступ~|прав|дозвол~", "немає|заборон~|відмовлен~"),
    ("erisim~|izn~|izin~|yetki~", "yok|reddedildi|yetersiz|engel~|kapali"),
    ("quyen", "khong|chua"),
    ("dostepu|uprawnien|dostep", "brak|nie|odmow~|zabron~"),
    ("akses|izin", "tidak|ditolak|dilarang"),
    ("プラン|アカウント|お客様", "利用いただけません|利用できません|対象外"),
    ("аккаунт~|тариф~", "недоступ~|не доступ~"),
    ("账号|账户|用户|密钥|分组", "不允许|禁止|无法访问"),
    ("権限|アクセス権|許可", "ありません|ない|必要|不足|されていません"),
    ("권한|접근", "없|거부|필요|제한|차단"),
    ("权限|许可", "没有|无|不足|缺少|暂无"),
]

_MODELS = [
    ("hinh", "khong tim|khong ton"),
    ("model|modelu", "znaleziono|istnieje|ditemukan|tersedia|bulunamadi"),
    ("модел~|model", "не знайден~|не існує|недоступн~|нет такой|не существу~"),
    ("모델", "찾을수없|존재하지|없는|없습니다"),
    ("模型", "不存在|找不到|已下线|没有找到|下架"),
    (
        "モデル",
        "見つかりません|存在しません|見つかりませんでした|利用できません|使用できません|利用いただけません",
    ),
]

_ANSWERS = [
    (
        "antwortformat|antwort|respuesta|resposta|reponse|risposta",
        "ungultig~|invalid~|leer|leere|vacia|vazia|vide|vuota|inattendue|inesperad~",
    ),
    ("ответ~|відповід~", "пуст~|порожн~|некоррект~|неверн~|невалид~"),
    ("yanit|cevap", "bos|gecersiz"),
    ("応答|レスポンス|回答", "空でした|空です|不正な形式|解析でき"),
    ("응답", "비어|형식|파싱|해석할수없"),
    ("响应|返回|回复|回覆", "为空|空内容|格式错误|无法解析|解析失败"),
]

_REQUESTS = [
    ("istek|parametre|talep", "gecersiz|hatali"),
    ("cau|so", "hop le"),
    ("zadanie|zapytanie|parametr|parametry", "nieprawidlow~|niepoprawn~|bledn~"),
    ("permintaan|parameter", "tidak valid|salah"),
    ("запит~|параметр~", "невірн~|некоректн~|недійсн~"),
    ("richiesta|parametro|parametri", "non valid~|errat~|scorrett~"),
    ("요청|매개변수|입력값|형식", "잘못|유효하지|올바르지"),
]

_DOWN = [
    (
        "ki|ia|ai|assistant|dienst|service|servicio|servico|servizio|assistent|assistente|asistente|funktion",
        "nicht verfugbar|nicht erreichbar|no disponible|nao disponivel|indisponivel|indisponible|non disponibile|no esta disponible|nao esta disponivel|n est pas disponible",
    ),
    ("servis|hizmet|zeka|sunucu", "kullanilamiyor|erisilemiyor|kapali"),
    ("сервис~|сервіс~|ии|gemini|openai|claude", "недоступ~|не работает|не працює"),
    ("vu|thong|chu", "khong kha|khong hoat|tam ngung"),
    ("layanan|server|sistem", "tidak tersedia|tidak dapat diakses"),
    ("usluga|serwis|serwer", "niedostepn~"),
]

_WIRES = [
    (
        "conectar|conexion|conexao|conectarse|connetter|connettersi|connessione|internet|red|rede|rete|reseau|connecter|connexion",
        "servidor|server|serveur|pudo|possivel|impossib~|imposible|fall~|falh~|perd~|interromp~|echou~|comprueb~|verifi~|revis~|controll~",
    ),
    (
        "comunicar|comunicacion|comunicacao|comunicarse|comunicare|communiquer|communication|kommunikation",
        "error al|error en la|erro ao|erro na|errore nella|erreur lors|fehler bei|echec|falla al|falh~|impossib~",
    ),
    (
        "netzwerkprobleme|netzwerkproblem|verbindungsprobleme|verbindungsproblem|internetprobleme",
        "netzwerkprobleme|netzwerkproblem|verbindungsprobleme|verbindungsproblem|internetprobleme",
    ),
    (
        "verbindung|verbinden|internetverbindung|netzwerk|netzwerkverbindung",
        "server|moglich|fehlgeschlagen|verloren|getrennt|prufen|uberprufen|unterbrochen|keine|hergestellt",
    ),
    (
        "подключ~|соединени~|интернет~|сеть|сети|связ~",
        "не удал~|сервер~|провер~|ошибк~|потерян~|прерван~|разорван~|нет",
    ),
    ("зєдна~|підключ~|мереж~|інтернет~", "не вдал~|сервер~|перевірте|помилк~|втрачен~"),
    (
        "baglanti~|internet|sunucuya|ag",
        "kesildi|kurulamadi|kontrol|hatasi|yok|basarisiz|baglanilamadi|baglanamadi|baglanamiyor",
    ),
    ("noi|mang", "khong the|loi|mat|kiem"),
    ("polaczenie|polaczenia|polaczyc|internetem|sieci", "nie|serwerem|sprawdz|blad|utracon~|zerwan~"),
    ("terhubung|koneksi|jaringan|internet", "tidak|gagal|server|periksa|terputus"),
    (
        "接続|通信|ネットワーク|インターネット",
        "できません|できませんでした|確認|失敗|切断|切れ|エラー|不安定",
    ),
    ("연결|네트워크|인터넷|통신", "연결할수없|실패|확인|끊|불안정|오류"),
    ("连线|连接|网络|网路|联网", "检查|失败|无法|异常|错误|中断|断开|不稳定|断线"),
    ("الاتصال|اتصال|الإنترنت|انترنت|الشبكة|إنترنت", "فشل~|تعذر~|انقطع~|تحقق|لا يوجد|ما في"),
    ("कनेक्शन|नेटवर्क|इंटरनेट|सर्वर", "विफल|टूट~|जांच~|नहीं"),
    (
        "verbinding|netwerk|anslutning|anslutningen|forbindelse|forbindelsen|tilkobling|pripojeni|spojeni|conexiune|conexiunea|kapcsolat|kapcsolodni|yhteys|yhteytta|σύνδεση|σύνδεσης",
        "mislukt|verbroken|misslyckades|fungerar|mislykkedes|mislyktes|mistet|selhalo|preruseno|nepodarilo|esuat|intrerupt|sikerult|megszakadt|katkesi|epaonnistui|απέτυχε|server~|serverem|serverul",
    ),
]

_FAULTS = [
    ("algo", "mal|errado|fallo"),
    ("qualcosa", "storto|male"),
    ("chose", "passe|tourne"),
    ("etwas", "schief~|schiefgelaufen"),
    ("пошло|пішло", "не так"),
    ("ters", "gitti"),
    (
        "error|fallo|problema|erro|falha|errore",
        "inesperad~|interno|interna|servidor|imprevist~|produjo|ocurrio|ocorreu|verificato",
    ),
    ("erreur|probleme", "survenu~|interne|inattendu~|serveur|produit~"),
    ("fehler|problem", "interner|internes|unerwartet~|aufgetreten|technisch~"),
    ("ошибк~|сбой|проблем~", "внутренн~|сервер~|произош~|непредвиденн~|техническ~|неожиданн~"),
    ("помилк~|збій", "внутрішн~|сервер~|сталас~|виникла"),
    ("hata~|sorun|sorunu", "dahili|olustu|beklenmeyen|sunucu|meydana|teknik"),
    ("loi|co", "chu|bo|ra|thong"),
    ("blad", "wewnetrzn~|serwera|nieoczekiwan~|wystapil"),
    ("poszlo", "nie tak"),
    ("kesalahan|masalah|gangguan", "internal|server|terjadi|sistem"),
    ("問題|エラー|障害|不具合", "サーバー|内部|システム|予期|一時的|プロバイダ|発生"),
    ("오류|문제|장애|에러", "서버|내부|시스템|예기치|일시적|알수없"),
    ("服务器|伺服器|服务|系统|后端|后台", "错误|异常|出错|故障|开小差|崩溃|问题|宕机"),
    ("出了点|出了些|遇到了", "问题|错误|状况"),
    ("خطأ|مشكلة", "داخلي~|غير متوقع~|الخادم|حدث~"),
    (
        "fout|fel|fejl|feil|chyba|chybe|chyby|eroare|hiba|virhe|σφάλμα",
        "opgetreden|onverwachte|interne|uppstod|intraffade|opstod|opstaet|oppstod|oppstatt|doslo|nastala|aparut|tortent|tapahtui|παρουσιάστηκε|συνέβη|server~",
    ),
    ("응답|생성|처리", "완료하지못|처리하지못|생성하지못|가져오지못"),
    ("応答|回答|生成|処理", "完了できません|生成できません|取得できません|処理できません"),
    ("回复|回答|生成", "未能完成|没有完成|无法完成|生成失败"),
]

# In the order in which they are asked: a policy before money, money before keys.
FAMILIES: Sequence[tuple[Reason, Sequence[Row]]] = (
    (Reason.CONTENT_POLICY, _POLICY),
    (Reason.BILLING_PROBLEM, _BILLING),
    (Reason.QUOTA_EXHAUSTED, _QUOTA),
    (Reason.INSUFFICIENT_CREDITS, _CREDITS),
    (Reason.MISSING_API_KEY, _NO_KEYS),
    (Reason.AUTH_FAILED, _KEYS),
    (Reason.UPSTREAM_TIMEOUT, _TOOK_LONG),
    (Reason.CONTEXT_LENGTH_EXCEEDED, _TOO_LONG),
    (Reason.PAYLOAD_TOO_LARGE, _TOO_BIG),
    (Reason.RATE_LIMIT_GENERIC, _PACE),
    (Reason.CAPACITY, _BUSY),
    (Reason.UPSTREAM_TIMEOUT, _LATE),
    (Reason.CLIENT_CLOSED, _CANCELLED),
    (Reason.REGION_BLOCKED, _PLACES),
    (Reason.ACCESS_DENIED, _RIGHTS),
    (Reason.MODEL_NOT_FOUND, _MODELS),
    (Reason.BAD_GATEWAY, _ANSWERS),
    (Reason.INVALID_REQUEST_GENERIC, _REQUESTS),
    (Reason.SERVICE_UNAVAILABLE, _DOWN),
    (Reason.UPSTREAM_CONNECT_ERROR, _WIRES),
    (Reason.INTERNAL_ERROR, _FAULTS),
)

# English has tables of phrases; these are asked last, where a sentence without a status says nothing to them.
NOT = "no|not|cannot|never|without|none|any|nothing|zero|unable|failed"
ENGLISH: Sequence[tuple[Reason, Sequence[Row]]] = (
    (
        Reason.CONTENT_POLICY,
        [
            (
                "rules|policy|policies|guidelines|standards",
                "break~|broke|against|violat~|conflict~|refused|blocked|contravene~",
            ),
            ("filter|filters|moderator|classifier", "refused|stopped|rejected|caught|blocked"),
        ],
    ),
    (
        Reason.BILLING_PROBLEM,
        [
            (
                "card|payment|charge|bank",
                "refused|declined|process|processed|failed|rejected|bounced|went through",
            ),
        ],
    ),
    (
        Reason.SPEND_LIMIT_REACHED,
        [
            (
                "monthly cap|spending cap|cost cap|cost ceiling|spend ceiling|cost limit|dollar cap",
                "hit|reached|exceeded|over|used|passed",
            ),
        ],
    ),
    (
        Reason.INSUFFICIENT_CREDITS,
        [
            (
                "money|coins|funds|wallet|credits|balance|prepaid",
                "left|empty|enough|used up|gone|spent|purchase|buy|low|exhausted|ran dry",
            ),
            ("tokens|credits|points|generations", "left|remaining", NOT),
            ("top up|topup|recharge", "needed|required|before|please|necessary|continue"),
        ],
    ),
    (
        Reason.AUTH_FAILED,
        [
            (
                "credentials|secret|bearer|password|login|passphrase",
                "wrong|rejected|refused|invalid|missing|required|incorrect|unknown|valid|expired",
            ),
            ("identity|credentials", "verify|confirm|establish|prove", NOT),
            ("log in|sign in|login", "again|once more|first|required|needed|continue"),
        ],
    ),
    (
        Reason.REGION_BLOCKED,
        [("country|region|location|territory", "offered|available|served|supported|open|launched", NOT)],
    ),
    (
        Reason.ACCESS_DENIED,
        [
            ("admin|administrator|owner", "ask|contact|request", "access|grant|permission|enable"),
            (
                "feature|model|voice|endpoint|tool|capability",
                "only",
                "customers|enterprise|members|subscribers|partners|staff|approved",
            ),
        ],
    ),
    (
        Reason.CONTEXT_LENGTH_EXCEEDED,
        [
            (
                "prompt|conversation|input|history|messages|text",
                "fit|fits|squeeze",
                "no longer|not|context|window|cannot",
            ),
            ("tokens", "takes|accepts|handles|holds|allows|at most", "but|only|model|context|max|maximum"),
        ],
    ),
    (
        Reason.RATE_LIMIT_GENERIC,
        [
            (
                "requests|calls|messages|prompts|queries|jobs|generations",
                "too rapidly|too quickly|too fast|too often|slow down|slower",
            ),
            (
                "requests|calls|messages|prompts|queries|jobs|generations",
                "minute|second|hour|day|daily|today|hourly",
                "limit|cap|allowance|permits|permitted|reached|hit|exceeded",
            ),
            (
                "requests|calls|messages|prompts|queries|jobs|generations",
                "simultaneous|simultaneously|parallel|concurrently|at once",
                "limit|only|permitted|allowed|too|max|maximum|than|at most",
            ),
        ],
    ),
    (
        Reason.CAPACITY,
        [
            ("gpus|gpu", "free|available|left", NOT),
            ("gpus|gpu|workers|machines|nodes|slots", "in use|busy|taken|occupied|none free"),
            (
                "servers|server|cluster|service|system|api|queue|backend|engine|list",
                "saturated|swamped|overwhelmed|congested|slammed|maxed|jammed|heavy use|heavily used|is full|are full",
            ),
            ("compute|capacity", "out of|no spare|none left|not left"),
            ("people|users|customers", "lots of|many|too many", "using|waiting|queueing"),
        ],
    ),
    (
        Reason.UPSTREAM_TIMEOUT,
        [
            ("gave up|given up|giving up", "waiting|wait|after"),
            ("answer|reply|response|respond|answered|replied", "in time|in good time|seconds|minutes", NOT),
        ],
    ),
    (
        Reason.MODEL_NOT_FOUND,
        [("model|deployment", "know|offer|recognise|recognize|heard|serve|carry", NOT)],
    ),
    (
        Reason.BAD_GATEWAY,
        [
            (
                "provider|server|upstream|api|model|reply|response|answer|body|output",
                "garbage|gibberish|nonsense|html|unparsable|unreadable|be parsed|be decoded|be read|truncated",
            ),
        ],
    ),
    (
        Reason.INVALID_VALUE,
        [
            (
                "temperature|parameter|field|value|argument|role|seed|width|height|messages|schema|top p|max tokens",
                "has to|have to|needs to|lie|between|range|unexpected|after role|before role|outside",
            ),
        ],
    ),
    (
        Reason.INTERNAL_ERROR,
        [
            ("fault|malfunction", "occurred|happened|arose|backend|server"),
            ("internal|unexpected", "condition|state|situation|trouble|problem|fault"),
        ],
    ),
)

# Of these ordinary prose may speak too: a broken line, a late train.
VAGUE = frozenset(
    {
        Reason.CAPACITY,
        Reason.UPSTREAM_TIMEOUT,
        Reason.UPSTREAM_CONNECT_ERROR,
        Reason.INTERNAL_ERROR,
        Reason.CONTEXT_LENGTH_EXCEEDED,
        Reason.ACCESS_DENIED,
        Reason.BAD_GATEWAY,
        Reason.SERVICE_UNAVAILABLE,
    }
)
