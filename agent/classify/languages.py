"""What errors are called in other languages than English: gateways and clients translate what they say.

One list for every script, ordered by meaning as the English tables are: a policy before money, money before
keys, keys before pace. Accents and traditional characters are folded by agent.classify.matching.
"""

from agent.classify.taxonomy import Reason

_POLICY = [
    ("敏感|违规|涉黄|涉政|色情|暴力 .. 内容|信息|词|图片", Reason.CONTENT_POLICY),
    ("敏感|违规|不安全|不合规|违禁|风控", Reason.CONTENT_POLICY),
    ("内容 .. 审核|安全|过滤|违反", Reason.CONTENT_POLICY),
    ("安全策略|安全审核|审核 .. 未通过|不通过|失败", Reason.CONTENT_POLICY),
    ("コンテンツ .. ポリシー|フィルタ|安全", Reason.CONTENT_POLICY),
    ("콘텐츠 .. 정책|필터", Reason.CONTENT_POLICY),
    ("politique|politica|politicas .. contenu|contenido|conteudo", Reason.CONTENT_POLICY),
    ("inhaltsrichtlinie|inhaltsrichtlinien|inhaltsfilter", Reason.CONTENT_POLICY),
    (
        "contenu|contenido|conteudo|contenuto sensible|inapproprie|inapropiado|inadequado|sensivel",
        Reason.CONTENT_POLICY,
    ),
    ("политик~ .. контент~|содержани~|безопасност~", Reason.CONTENT_POLICY),
]

# Before money: "the plan does not include the model, please upgrade" asks for a right, not for a payment.
_PLAN = [
    (
        "套餐|订阅|会员|等级|账户|分组 .. 不包含|不支持|未包含|不含|无法使用|不可用 .. 模型",
        Reason.ACCESS_DENIED,
    ),
    ("模型 .. 不在 .. 套餐|订阅|分组|白名单", Reason.ACCESS_DENIED),
    ("仅限|仅支持|只有|仅对 .. 会员|付费|订阅|专业|企业 .. 用户|套餐|账户|版", Reason.ACCESS_DENIED),
    ("プラン * 含まれて|利用できません|対応していません", Reason.ACCESS_DENIED),
    ("요금제|플랜 * 포함되어|지원하지|사용할수없", Reason.ACCESS_DENIED),
    (
        "forfait|abonnement|plan|piano|tarif * modele|modelo|modello|modell * pas|non|nicht|inclus",
        Reason.ACCESS_DENIED,
    ),
    ("ne comprend|inclut pas .. modele", Reason.ACCESS_DENIED),
    ("no|nao|non incluye|inclui|include .. modelo|modello", Reason.ACCESS_DENIED),
    ("тариф~|подписк~|план~ * не включа~|поддержива~", Reason.ACCESS_DENIED),
]

_MONEY = [
    ("欠费|逾期|拖欠", Reason.PAYMENT_OVERDUE),
    ("未支付|未付款 .. 账单|费用|订单", Reason.PAYMENT_OVERDUE),
    ("未払い|支払期限|연체|미납", Reason.PAYMENT_OVERDUE),
    ("支付方式|支付失败|付款失败|银行卡|信用卡", Reason.BILLING_PROBLEM),
    ("支払い方法|결제수단|결제방법", Reason.BILLING_PROBLEM),
    ("消费|预算|花费|开支 .. 上限|限额|限制|超出|用尽", Reason.SPEND_LIMIT_REACHED),
    ("您|用户|管理员 .. 设置|设定 .. 上限|限额|额度", Reason.SPEND_LIMIT_REACHED),
    ("令牌|密钥|key .. 额度 .. 用尽|耗尽|不足|用完", Reason.SPEND_LIMIT_REACHED),
    ("该令牌额度", Reason.SPEND_LIMIT_REACHED),
    ("利用上限|予算", Reason.SPEND_LIMIT_REACHED),
    (
        "余额|额度|点数|积分|资金|金币|次数|账户|积点|代币|钱包 .. 不足|不够|为零|为0|耗尽|用尽|用完",
        Reason.INSUFFICIENT_CREDITS,
    ),
    ("余额已|余额小于|没有余额|没有足够|无余额|无可用额度", Reason.INSUFFICIENT_CREDITS),
    ("预扣费 .. 失败|额度失败", Reason.INSUFFICIENT_CREDITS),
    ("资源包 .. 不足|用尽|耗尽|无可用|已用|过期", Reason.INSUFFICIENT_CREDITS),
    ("无可用资源包|资源包", Reason.INSUFFICIENT_CREDITS),
    ("充值|续费|购买额度|购买 .. 套餐|资源包|积分|点数", Reason.INSUFFICIENT_CREDITS),
    (
        "残高|クレジット|ポイント|クォータ .. 不足|足りません|ありません|なくなりました|使い切",
        Reason.INSUFFICIENT_CREDITS,
    ),
    ("잔액|크레딧|포인트|할당량 .. 부족|없습니다|소진|초과", Reason.INSUFFICIENT_CREDITS),
    ("免费 .. 额度|次数|试用 .. 用完|用尽|耗尽|已用|到期|不足", Reason.FREE_TIER_LIMIT),
    ("套餐|订阅|会员|试用 .. 已|到期|过期|失效|用尽|用完|耗尽", Reason.QUOTA_EXHAUSTED),
    ("额度|配额|用量|限额 .. 已|用尽|用完|耗尽|超出|超过|超限|达到|上限", Reason.QUOTA_EXHAUSTED),
    ("超出|超过|达到 .. 额度|配额|限额", Reason.QUOTA_EXHAUSTED),
    ("配额|授权 .. 不足|次数已用|次数超", Reason.QUOTA_EXHAUSTED),
    ("无授权|未授权调用量|授权 .. 用尽|到期|过期", Reason.QUOTA_EXHAUSTED),
    ("クォータ|割り当て|利用枠 .. 超|達し", Reason.QUOTA_EXHAUSTED),
    ("할당량 .. 초과|도달|소진", Reason.QUOTA_EXHAUSTED),
    # Romance languages
    (
        "solde|credit|credits|credito|creditos|saldo|crediti|fondos|fonds|fondi|puntos|pontos|points * insuffisant|insuffisants|insuficiente|insuficientes|insufficiente|insufficienti|epuise|epuises|agotado|agotados|esgotado|esgotados|esaurito|esauriti",
        Reason.INSUFFICIENT_CREDITS,
    ),
    (
        "insuffisant|insuffisants|insuficiente|insuficientes|insufficiente|insufficienti * solde|credit|credits|saldo|credito|creditos|crediti",
        Reason.INSUFFICIENT_CREDITS,
    ),
    ("solde|saldo insuffisant|insuficiente|insufficiente", Reason.INSUFFICIENT_CREDITS),
    (
        "recharger|recargar|recargue|recarregar|recarregue|ricaricare * compte|cuenta|conta|conto|solde|saldo",
        Reason.INSUFFICIENT_CREDITS,
    ),
    (
        "quota|quotas|cuota|cota|contingente * depasse|depassee|epuise|epuisee|atteint|atteinte|excedido|excedida|superado|superada|alcanzado|agotada|agotado|esgotada|excedeu|excedida|atingida|atingido|superata|superato|esaurita",
        Reason.QUOTA_EXHAUSTED,
    ),
    ("depasse|excedido|excedio|superado|excedeu|superato * quota|cuota|cota", Reason.QUOTA_EXHAUSTED),
    (
        "limite|limites * points|puntos|pontos|punti|abonnement|suscripcion|assinatura|abbonamento",
        Reason.QUOTA_EXHAUSTED,
    ),
    (
        "abonnement|suscripcion|assinatura|abbonamento * expire|expirado|caducado|vencida|scaduto|expirou",
        Reason.QUOTA_EXHAUSTED,
    ),
    # Germanic languages
    (
        "guthaben|kontostand|kredit|saldo|tegoed * ausreichend|unzureichend|aufgebraucht|erschopft|leer|onvoldoende|op",
        Reason.INSUFFICIENT_CREDITS,
    ),
    (
        "nicht|onvoldoende genugend|ausreichend|voldoende|saldo|tegoed guthaben|kredit|kredite|credits|saldo|tegoed",
        Reason.INSUFFICIENT_CREDITS,
    ),
    (
        "kontingent|quota|kontingents|quotum * uberschritten|erschopft|aufgebraucht|erreicht|overschreden|bereikt",
        Reason.QUOTA_EXHAUSTED,
    ),
    ("abo|abonnement|abonnements .. limit|punktelimit|abgelaufen|verlopen", Reason.QUOTA_EXHAUSTED),
    ("punktelimit|guthabenlimit|puntenlimiet", Reason.QUOTA_EXHAUSTED),
    # Slavonic languages, Turkish, Vietnamese
    (
        "недостаточно|недостаточный|недостаточная * средств~|баланс~|кредит~|квот~|денег|балл~",
        Reason.INSUFFICIENT_CREDITS,
    ),
    (
        "баланс~|кредит~|средств~|счет~|балл~|квот~ * недостаточ~|исчерпан~|закончил~|пуст~|отрицательн~",
        Reason.INSUFFICIENT_CREDITS,
    ),
    ("пополните|пополнить|пополнения", Reason.INSUFFICIENT_CREDITS),
    ("недостат~ * кошт~|баланс~|средства", Reason.INSUFFICIENT_CREDITS),
    ("квот~|лимит~ * исчерпан~|превышен~ * подписк~|тариф~|баллов|план~", Reason.QUOTA_EXHAUSTED),
    ("квот~ * исчерпан~|превышен~|закончил~|достигнут~", Reason.QUOTA_EXHAUSTED),
    ("исчерпан~|превышен~|превысил~|достигнут~ * квот~", Reason.QUOTA_EXHAUSTED),
    ("niewystarczajace|niewystarczajacy|brak srodki|srodkow|saldo|kredytow", Reason.INSUFFICIENT_CREDITS),
    ("limit|przydzial|kwota * wyczerpany|wyczerpana|przekroczony|przekroczona", Reason.QUOTA_EXHAUSTED),
    ("bakiye|kredi * yetersiz|yeterli|tukendi", Reason.INSUFFICIENT_CREDITS),
    ("yetersiz bakiye|kredi|kota", Reason.INSUFFICIENT_CREDITS),
    ("kota|kotasi|kotaniz|kotasini * asildi|doldu|tukendi|asti", Reason.QUOTA_EXHAUSTED),
    ("so du|tin dung * khong du|het", Reason.INSUFFICIENT_CREDITS),
    ("khong du so du|tin dung|tien", Reason.INSUFFICIENT_CREDITS),
    ("han ngach|han muc * vuot|het|dat", Reason.QUOTA_EXHAUSTED),
    ("vuot * han ngach|han muc", Reason.QUOTA_EXHAUSTED),
    ("الرصيد|رصيد~|رصيدك * كاف|كافٍ|غير|نفد", Reason.INSUFFICIENT_CREDITS),
    ("الحصة|حصة|حصتك * تجاوز|نفاد|استنفاد|انتهت", Reason.QUOTA_EXHAUSTED),
    ("تجاوز~|استنفاد~|نفدت|نفاد * الحصة|حصة|حصتك|الرصيد", Reason.QUOTA_EXHAUSTED),
    ("اعتبار|موجودی * کافی|تمام", Reason.INSUFFICIENT_CREDITS),
    ("سهمیه * تمام|پایان|رسیده", Reason.QUOTA_EXHAUSTED),
]

_KEYS = [
    ("无效或|错误或|不正确或|非法或 .. 过期|失效", Reason.INVALID_API_KEY),
    ("令牌|密钥|token|key|凭证|签名|登录|会话|认证 .. 过期|失效", Reason.EXPIRED_CREDENTIAL),
    (
        "未提供|缺少|没有提供|请提供|请填写|请输入|未填写|未配置|为空 .. 令牌|密钥|apikey|key|token|凭证|认证|鉴权",
        Reason.MISSING_API_KEY,
    ),
    ("令牌|密钥|apikey|key|token .. 为空|未填写|未配置|缺失|不能为空", Reason.MISSING_API_KEY),
    ("未登录|请登录|请先登录", Reason.MISSING_API_KEY),
    (
        "令牌|密钥|apikey|key|token|凭证|签名 .. 无效|错误|不正确|不存在|非法|有误|不匹配|不合法",
        Reason.INVALID_API_KEY,
    ),
    ("无效|错误|非法|不正确 .. 令牌|密钥|apikey|token|key|凭证|签名", Reason.INVALID_API_KEY),
    ("令牌|密钥 .. 被禁用|已禁用|已被禁|状态不可用|验证失败", Reason.INVALID_API_KEY),
    ("鉴权|身份验证|身份认证|认证|授权|验签 .. 失败|错误|不通过|未通过|无效", Reason.AUTH_FAILED),
    ("apiキー|キー|トークン|アクセスキー .. 無効|不正|正しくありません|間違", Reason.INVALID_API_KEY),
    ("無効な|不正な .. apiキー|キー|トークン", Reason.INVALID_API_KEY),
    ("apiキー|キー|トークン .. 期限切れ|有効期限", Reason.EXPIRED_CREDENTIAL),
    ("apiキー|キー|トークン .. 空|入力|設定|提供されていません|必要", Reason.MISSING_API_KEY),
    ("認証 .. 失敗|エラー|必要", Reason.AUTH_FAILED),
    ("api키|키|토큰 .. 만료", Reason.EXPIRED_CREDENTIAL),
    ("api키|키|토큰 .. 비어|입력|없습니다|필요", Reason.MISSING_API_KEY),
    ("api키|키|토큰 .. 올바르지|유효하지|잘못|유효", Reason.INVALID_API_KEY),
    ("잘못된|유효하지않은 .. api키|키|토큰", Reason.INVALID_API_KEY),
    ("인증 .. 실패|오류|필요", Reason.AUTH_FAILED),
    (
        "cle|clef|clave|chave|chiave|jeton|token * expire|expiree|caducado|caducada|expirado|expirada|expirou|scaduto|scaduta|abgelaufen|verlopen",
        Reason.EXPIRED_CREDENTIAL,
    ),
    (
        "cle|clef|clave|chave|chiave|jeton * vide|vacia|vacio|vazia|vazio|vuota|manquante|manquant|requise|falta|requerida|ausente|mancante|obligatoria|necessaria",
        Reason.MISSING_API_KEY,
    ),
    (
        "saisir|ajouter|introduzca|ingrese|agregue|insira|adicione|inserire|inserisci * cle|clave|chave|chiave",
        Reason.MISSING_API_KEY,
    ),
    (
        "cle|clef|clave|chave|chiave|jeton * invalide|incorrecte|incorrect|invalida|invalido|incorrecta|incorrecto|incorreta|incorreto|errata|valide|valida",
        Reason.INVALID_API_KEY,
    ),
    ("schlussel|apischlussel|sleutel|key|token * leer|fehlt|leeg|ontbreekt", Reason.MISSING_API_KEY),
    (
        "schlussel|apischlussel|sleutel|key|token * ungultig|falsch|inkorrekt|ongeldig|onjuist",
        Reason.INVALID_API_KEY,
    ),
    (
        "ungultiger|ungultige|falscher|ongeldige .. schlussel|apischlussel|key|token|sleutel",
        Reason.INVALID_API_KEY,
    ),
    (
        "authentification|authentifizierung|autenticacion|autenticacao|autenticazione|verificatie * echoue|echouee|fehlgeschlagen|fallida|fallado|fallo|falhou|falha|fallita|mislukt",
        Reason.AUTH_FAILED,
    ),
    (
        "echec|falha|fallo|error|errore|erro .. authentification|autenticacao|autenticacion|autenticazione",
        Reason.AUTH_FAILED,
    ),
    ("токен~|ключ~ * истек~|истёк~|просрочен~", Reason.EXPIRED_CREDENTIAL),
    ("истек~|просрочен~ .. токен~|ключ~", Reason.EXPIRED_CREDENTIAL),
    ("токен~|ключ~ * пуст~|не указан~|предоставлен~|отсутству~|не передан~", Reason.MISSING_API_KEY),
    ("не указан~|предоставлен~|передан~ .. токен~|ключ~", Reason.MISSING_API_KEY),
    ("введите|укажите|добавьте * ключ~|токен~", Reason.MISSING_API_KEY),
    (
        "токен~|ключ~ * недействител~|неверн~|неправильн~|некорректн~|недопустим~|невалидн~|не действител~",
        Reason.INVALID_API_KEY,
    ),
    ("недействител~|неверн~|неправильн~|некорректн~|недопустим~ .. токен~|ключ~|api", Reason.INVALID_API_KEY),
    ("аутентификаци~|авторизаци~ * ошибк~|не удал~|не пройден~|неудачн~|требуется", Reason.AUTH_FAILED),
    ("ошибк~|сбой .. аутентификаци~|авторизаци~", Reason.AUTH_FAILED),
    ("klucz * nieprawidlowy|niepoprawny|pusty|wygasl", Reason.INVALID_API_KEY),
    ("nieprawidlowy|niepoprawny klucz", Reason.INVALID_API_KEY),
    ("anahtari|anahtar * gecersiz|yanlis|hatali|bos", Reason.INVALID_API_KEY),
    ("gecersiz .. anahtari|anahtar", Reason.INVALID_API_KEY),
    ("khoa * khong hop|dung|trong", Reason.INVALID_API_KEY),
    ("مفتاح * فارغ|مطلوب", Reason.MISSING_API_KEY),
    ("مفتاح * صحيح|صالح|خاطئ", Reason.INVALID_API_KEY),
    ("کلید * نادرست|نامعتبر|خالی", Reason.INVALID_API_KEY),
]

_CONTEXT = [
    ("上下文", Reason.CONTEXT_LENGTH_EXCEEDED),
    (
        "输入|提示词|令牌数|token数|tokens|长度|字数|文本|消息|prompt|内容 .. 过长|超长|超出|超过|太长|超限|大于",
        Reason.CONTEXT_LENGTH_EXCEEDED,
    ),
    ("超出|超过 .. 最大 .. 长度|令牌|token|字符", Reason.CONTEXT_LENGTH_EXCEEDED),
    ("コンテキスト|トークン数|入力 .. 超え|長すぎ|上限", Reason.CONTEXT_LENGTH_EXCEEDED),
    ("컨텍스트|토큰수|입력 .. 초과|너무", Reason.CONTEXT_LENGTH_EXCEEDED),
    (
        "longueur|longitud|comprimento|lunghezza * contexte|contexto|contesto * depasse|supera|excede|maximale|maxima",
        Reason.CONTEXT_LENGTH_EXCEEDED,
    ),
    ("kontextlange|kontextfenster|contextlengte", Reason.CONTEXT_LENGTH_EXCEEDED),
    ("контекст~ * превы~|слишком|длин~", Reason.CONTEXT_LENGTH_EXCEEDED),
    ("превы~ * контекст~|токенов", Reason.CONTEXT_LENGTH_EXCEEDED),
]

_PACE = [
    (
        "无可用|没有可用|暂无可用|无有效 .. 渠道|账号|账户|通道|节点|令牌|密钥|key|服务|资源|模型|供应商",
        Reason.NO_DEPLOYMENT_AVAILABLE,
    ),
    ("所有|全部 .. 渠道|账号|账户|通道|密钥|节点 .. 限流|限速|冷却", Reason.UPSTREAM_RATE_LIMITED),
    (
        "所有|全部 .. 渠道|账号|账户|通道|密钥|节点 .. 不可用|失败|耗尽|繁忙|异常|用尽",
        Reason.NO_DEPLOYMENT_AVAILABLE,
    ),
    ("可用渠道|可用账号|可用通道 .. 不存在|为空|没有|未找到", Reason.NO_DEPLOYMENT_AVAILABLE),
    ("可用渠道", Reason.NO_DEPLOYMENT_AVAILABLE),
    (
        "利用可能|使用可能|利用できる|使える .. チャネル|チャンネル|アカウント|プロバイダ .. ありません|ない|見つかりません",
        Reason.NO_DEPLOYMENT_AVAILABLE,
    ),
    ("사용가능한 .. 채널|계정", Reason.NO_DEPLOYMENT_AVAILABLE),
    (
        "aucun|aucune|ningun|ningun|nenhum|nessun|kein|geen * canal|compte|cuenta|conta|kanal|konto|kanaal|canale * disponible|disponibles|disponivel|disponibile|verfugbar|verfugbarer|beschikbaar",
        Reason.NO_DEPLOYMENT_AVAILABLE,
    ),
    (
        "aucun|no|nenhum|nessun|kein canal|hay|kanal|verfugbarer * disponible|disponibles|disponivel|disponibile|verfugbar|kanal",
        Reason.NO_DEPLOYMENT_AVAILABLE,
    ),
    ("нет|отсутству~ * доступн~ * канал~|аккаунт~|провайдер~|ключ~", Reason.NO_DEPLOYMENT_AVAILABLE),
    ("khong * kenh * kha dung|san", Reason.NO_DEPLOYMENT_AVAILABLE),
    ("并发|同时 .. 超|上限|限制|过多|达到|过高|数", Reason.CONCURRENCY_LIMIT),
    ("并发", Reason.CONCURRENCY_LIMIT),
    ("同時|並列 .. 上限|制限", Reason.CONCURRENCY_LIMIT),
    ("负载|流量|算力|上游 .. 饱和|过高|较高|不足|过大|已满", Reason.CAPACITY),
    ("饱和|过载|繁忙|拥挤|排队|忙碌|人数过多", Reason.CAPACITY),
    ("访问量|资源|容量|使用人数 .. 过大|不足|较大|过多|已满", Reason.CAPACITY),
    ("過負荷|混雑|混み合|負荷 .. 飽和|高", Reason.CAPACITY),
    ("과부하|혼잡|포화|바쁩니다", Reason.CAPACITY),
    (
        "surcharge|surchargee|sobrecargado|sobrecargada|sobrecarregado|sovraccarico|uberlastet|overbelast|przeciazony",
        Reason.CAPACITY,
    ),
    (
        "charge|carga|carico|last|belasting * saturee|sature|saturada|satura|saturo|gesattigt|ausgelastet|verzadigd",
        Reason.CAPACITY,
    ),
    ("перегруж~", Reason.CAPACITY),
    ("нагрузк~ * насыщен~|высок~|перегру~|заполнен~", Reason.CAPACITY),
    ("qua tai|bao hoa", Reason.CAPACITY),
    ("每分钟|分钟内|1分钟|一分钟 .. token|令牌", Reason.TOKENS_PER_MINUTE),
    ("每日|每天|当日|今日|单日 .. token|令牌", Reason.TOKENS_PER_DAY),
    ("每分钟|分钟内|1分钟|一分钟 .. 请求|次|限", Reason.REQUESTS_PER_MINUTE),
    ("每分钟", Reason.REQUESTS_PER_MINUTE),
    ("每秒|qps", Reason.REQUESTS_PER_SECOND),
    ("每日|每天|当日|今日|单日 .. 限|上限|超|次|用完|达到", Reason.REQUESTS_PER_DAY),
    ("每日|每天", Reason.REQUESTS_PER_DAY),
    ("小时|每周|本周 .. 使用|用量|请求 .. 上限|限制|限额", Reason.SUBSCRIPTION_WINDOW),
    ("使用上限", Reason.SUBSCRIPTION_WINDOW),
    ("请求数限制", Reason.REQUESTS_PER_MINUTE),
    ("频率|速率|流控|流量控制|限流|限速|限频|频繁", Reason.RATE_LIMIT_GENERIC),
    ("请求|调用|操作|访问 .. 过多|过快|太快|太多|超限|上限|超过限制|次数", Reason.RATE_LIMIT_GENERIC),
    ("达到上限|次数超限|达到限制", Reason.RATE_LIMIT_GENERIC),
    ("公平使用 .. 规则|政策|策略", Reason.RATE_LIMIT_GENERIC),
    ("分間|毎分 .. リクエスト|回", Reason.REQUESTS_PER_MINUTE),
    ("レート制限|リクエスト制限|頻繁|リクエスト .. 多すぎ|上限|超え", Reason.RATE_LIMIT_GENERIC),
    ("요청 .. 너무|초과|제한|많", Reason.RATE_LIMIT_GENERIC),
    ("속도제한|호출제한", Reason.RATE_LIMIT_GENERIC),
    (
        "requetes|solicitudes|peticiones|solicitacoes|requisicoes|richieste|anfragen|verzoeken .. par|por|al|pro|per minute|minuto|minute|minuut",
        Reason.REQUESTS_PER_MINUTE,
    ),
    (
        "trop|demasiadas|demasiados|muitas|troppe|zu|te de|solicitudes|peticiones|solicitacoes|requisicoes|richieste|viele|veel",
        Reason.RATE_LIMIT_GENERIC,
    ),
    (
        "limite|limites|limiet|limit * requetes|solicitudes|solicitacoes|requisicoes|richieste|anfragen|verzoeken",
        Reason.RATE_LIMIT_GENERIC,
    ),
    ("limite|limites .. debit|velocidad|taxa|frequence|frecuencia|frequenza|tasa", Reason.RATE_LIMIT_GENERIC),
    ("ratenlimit|ratenbegrenzung|anfragelimit|zu viele anfragen", Reason.RATE_LIMIT_GENERIC),
    ("запрос~ * минут~", Reason.REQUESTS_PER_MINUTE),
    ("запрос~ * секунд~", Reason.REQUESTS_PER_SECOND),
    ("запрос~ * день|сутки|суток", Reason.REQUESTS_PER_DAY),
    ("слишком * запрос~|часто", Reason.RATE_LIMIT_GENERIC),
    ("лимит~|ограничени~|превышен~ * запрос~|частот~|скорост~|обращени~", Reason.RATE_LIMIT_GENERIC),
    ("запрос~ * лимит~|превышен~", Reason.RATE_LIMIT_GENERIC),
    ("zbyt wiele zapytan|zadan", Reason.RATE_LIMIT_GENERIC),
    ("cok fazla istek", Reason.RATE_LIMIT_GENERIC),
    ("qua nhieu yeu cau", Reason.RATE_LIMIT_GENERIC),
    ("yeu cau * phut", Reason.REQUESTS_PER_MINUTE),
    ("طلبات|الطلبات * كثيرة|الحد|حد", Reason.RATE_LIMIT_GENERIC),
    ("درخواست~ * زیاد|بیش", Reason.RATE_LIMIT_GENERIC),
]

_OTHERS = [
    ("未开通|未激活|未启用|请开通|请先开通|尚未开通", Reason.SERVICE_DISABLED),
    ("未发布|未上线|未绑定", Reason.INVALID_STATE),
    ("模型 .. 已下线|已下架|已停用|已弃用|停止服务|已废弃", Reason.MODEL_DECOMMISSIONED),
    ("模型 .. 不存在|未找到|找不到|不可用|无效|不正确|没有找到", Reason.MODEL_NOT_FOUND),
    ("未找到|找不到|不存在|无效|未知|不支持 .. 的模型|该模型|此模型", Reason.MODEL_NOT_FOUND),
    ("渠道|账号|账户|用户|分组|令牌 .. 禁用|封禁|停用|封停|冻结|锁定|限制使用", Reason.ACCESS_DENIED),
    (
        "无权|没有权限|无权限|权限不足|没有访问权限|暂无权限|未授权|拒绝访问|访问被拒|禁止访问|无访问权限",
        Reason.ACCESS_DENIED,
    ),
    ("被封禁|白名单|黑名单", Reason.ACCESS_DENIED),
    ("地区|国家|区域|所在地 .. 不支持|不可用|不允许|无法|限制", Reason.REGION_BLOCKED),
    ("超时", Reason.UPSTREAM_TIMEOUT),
    ("维护", Reason.MAINTENANCE),
    ("服务 .. 不可用|未启动|下线|暂停|中断", Reason.SERVICE_UNAVAILABLE),
    ("网络 .. 错误|异常|失败|中断|连接", Reason.UPSTREAM_CONNECT_ERROR),
    ("连接 .. 失败|断开|中断|重置|拒绝|错误|异常", Reason.UPSTREAM_CONNECT_ERROR),
    ("参数 .. 错误|有误|不正确|无效|非法|不合法|异常|超出范围", Reason.INVALID_VALUE),
    ("缺少 .. 参数|字段|必填", Reason.MISSING_FIELD),
    ("参数|字段 .. 缺失|必填|不能为空", Reason.MISSING_FIELD),
    ("请求 .. 格式|参数|体 .. 错误|有误|不正确", Reason.INVALID_REQUEST_GENERIC),
    ("上游 .. 错误|异常|失败", Reason.UPSTREAM_ERROR),
    (
        "内部错误|系统错误|系统异常|服务器错误|服务异常|服务出错|服务错误|未知错误|服务器内部|系统内部|内部异常|内部服务",
        Reason.INTERNAL_ERROR,
    ),
    # Japanese, Korean
    ("モデル .. 見つかりません|存在しません|無効", Reason.MODEL_NOT_FOUND),
    ("権限 .. ありません|不足|ない|必要", Reason.ACCESS_DENIED),
    ("アクセス .. 拒否|禁止|許可", Reason.ACCESS_DENIED),
    ("タイムアウト", Reason.UPSTREAM_TIMEOUT),
    ("メンテナンス", Reason.MAINTENANCE),
    ("サービス .. 利用できません|停止|利用不可", Reason.SERVICE_UNAVAILABLE),
    ("接続 .. 失敗|エラー|できません|切断", Reason.UPSTREAM_CONNECT_ERROR),
    ("サーバー|内部|システム .. エラー", Reason.INTERNAL_ERROR),
    ("モデル .. 対応していません|サポートされていません", Reason.MODEL_NOT_SUPPORTED),
    ("모델 .. 찾을수없|존재하지|없습니다", Reason.MODEL_NOT_FOUND),
    ("권한 .. 없습니다|부족|필요", Reason.ACCESS_DENIED),
    ("시간초과|시간이초과|타임아웃", Reason.UPSTREAM_TIMEOUT),
    ("점검", Reason.MAINTENANCE),
    ("서비스 .. 사용할수없|이용할수없|중단", Reason.SERVICE_UNAVAILABLE),
    ("서버|내부|시스템 .. 오류", Reason.INTERNAL_ERROR),
    # Romance languages
    (
        "modele|modelo|modello .. introuvable|existe|trouve|encontrado|encontro|encontrou|trovato|inexistente",
        Reason.MODEL_NOT_FOUND,
    ),
    (
        "modele|modelo|modello * pas|no|nao|non existe|existir|exister|esiste|encontrado|trouve|disponible",
        Reason.MODEL_NOT_FOUND,
    ),
    ("demander|solicitar|richiedere .. modele|modelo|modello", Reason.MODEL_NOT_FOUND),
    (
        "permission|permissions|permiso|permisos|permissao|permissoes|autorizzazione|autorizzazioni .. insuffisante|insuffisantes|insuficiente|insuficientes|negada|denegado",
        Reason.ACCESS_DENIED,
    ),
    (
        "pas|no|nao|non tiene|autorise|tem|autorizado|autorizzato|ha|avez|hai * permission|permiso|permisos|permissao|acces|acceso|acesso|accesso",
        Reason.ACCESS_DENIED,
    ),
    ("acces|acceso|acesso|accesso refuse|denegado|negado|negato|interdit|prohibido", Reason.ACCESS_DENIED),
    (
        "pays|region|pais|regiao|paese|regione * pas|no|nao|non * disponible|disponivel|supporte|supportee|soportado|admitido|disponibile",
        Reason.REGION_BLOCKED,
    ),
    ("delai * depasse|expire|attente", Reason.UPSTREAM_TIMEOUT),
    ("tiempo|tempo .. espera|limite * agotado|esgotado|excedido|scaduto", Reason.UPSTREAM_TIMEOUT),
    ("tiempo|tempo de espera|limite", Reason.UPSTREAM_TIMEOUT),
    (
        "service|servicio|servico|servizio .. indisponible|indisponivel|indisponible",
        Reason.SERVICE_UNAVAILABLE,
    ),
    (
        "service|servicio|servico|servizio * pas|no|nao|non * disponible|disponivel|disponibile",
        Reason.SERVICE_UNAVAILABLE,
    ),
    ("erreur|error|erro|errore interne|interno|interna|inattendue|inesperado", Reason.INTERNAL_ERROR),
    ("erreur|error|erro|errore du|del|do|de|no serveur|servidor|server", Reason.INTERNAL_ERROR),
    (
        "connexion|conexion|conexao|connessione * echoue|echouee|fallida|fallo|falhou|fallita|perdue|perdida|refusee|rechazada|recusada",
        Reason.UPSTREAM_CONNECT_ERROR,
    ),
    (
        "echec|error|erro|errore|fallo|falha de|di connexion|conexion|conexao|connessione",
        Reason.UPSTREAM_CONNECT_ERROR,
    ),
    ("erreur|error|erro|errore reseau|de red|rede|di rete", Reason.UPSTREAM_CONNECT_ERROR),
    # Germanic languages
    (
        "modell|model * nicht|niet gefunden|vorhanden|gevonden|verfugbar|beschikbaar|existiert|bestaat",
        Reason.MODEL_NOT_FOUND,
    ),
    ("modell existiert nicht", Reason.MODEL_NOT_FOUND),
    ("keine|geen * berechtigung|berechtigungen|zugriff|rechte|toestemming|toegang", Reason.ACCESS_DENIED),
    ("zugriff|toegang .. verweigert|geweigerd|gesperrt", Reason.ACCESS_DENIED),
    ("zeituberschreitung|zeitlimit", Reason.UPSTREAM_TIMEOUT),
    ("dienst|dienste * nicht|niet verfugbar|beschikbaar|erreichbar", Reason.SERVICE_UNAVAILABLE),
    ("interner|interne|internen serverfehler|fehler|fout|serverfout", Reason.INTERNAL_ERROR),
    (
        "verbindung|verbindungsfehler|verbinding|netzwerkfehler|netwerkfout .. fehlgeschlagen|mislukt|abgebrochen",
        Reason.UPSTREAM_CONNECT_ERROR,
    ),
    ("verbindungsfehler|netzwerkfehler|netwerkfout", Reason.UPSTREAM_CONNECT_ERROR),
    # Slavonic languages, Turkish, Vietnamese, Arabic
    ("модел~ * не существует|найден~|доступн~", Reason.MODEL_NOT_FOUND),
    ("не найден~ * модел~", Reason.MODEL_NOT_FOUND),
    ("нет|недостаточно|отсутству~ * доступ~|прав|разрешен~", Reason.ACCESS_DENIED),
    ("доступ~ * запрещ~|закрыт~|отказан~|ограничен~", Reason.ACCESS_DENIED),
    ("стран~|регион~ * не поддержива~|недоступ~", Reason.REGION_BLOCKED),
    ("истекло|превышено|превышен * время|времени|ожидани~|таймаут~", Reason.UPSTREAM_TIMEOUT),
    ("таймаут~", Reason.UPSTREAM_TIMEOUT),
    ("сервис~|служб~|сервер~ * недоступ~", Reason.SERVICE_UNAVAILABLE),
    ("внутренн~ * ошибк~", Reason.INTERNAL_ERROR),
    ("ошибк~ * сервер~", Reason.INTERNAL_ERROR),
    ("ошибк~|сбой|не удал~ * соединени~|подключени~|сет~", Reason.UPSTREAM_CONNECT_ERROR),
    ("model * nie istnieje|znaleziono", Reason.MODEL_NOT_FOUND),
    ("brak dostepu|uprawnien", Reason.ACCESS_DENIED),
    ("model * bulunamadi|mevcut", Reason.MODEL_NOT_FOUND),
    ("erisim|izin|yetki * reddedildi|yok|yetersiz", Reason.ACCESS_DENIED),
    ("hizmet|servis|sunucu * kullanilamiyor", Reason.SERVICE_UNAVAILABLE),
    ("sunucu|dahili hatasi|hata", Reason.INTERNAL_ERROR),
    ("mo hinh * khong ton|tim", Reason.MODEL_NOT_FOUND),
    ("khong co quyen", Reason.ACCESS_DENIED),
    ("dich vu * khong kha", Reason.SERVICE_UNAVAILABLE),
    ("النموذج * موجود|غير", Reason.MODEL_NOT_FOUND),
    ("إذن|صلاحية|الوصول * مرفوض|لديك|رفض", Reason.ACCESS_DENIED),
    ("الخدمة|خدمة * متاحة|متوفرة", Reason.SERVICE_UNAVAILABLE),
]

PHRASES = [*_POLICY, *_PLAN, *_MONEY, *_KEYS, *_CONTEXT, *_PACE, *_OTHERS]

# In a text of any language these say that it is about an error, and not which.
ERROR_WORDS = (
    r"error|exception|fail(?:s|ed|ure)?\b|failed|denied|refused|rejected|aborted|crashed|panic|fatal|invalid|unable to|could ?n[o']?t|cannot"
    r"|unavailable|错误|出错|报错|失败|异常|無法|无法|エラー|失敗|できません|오류|실패|erreur|echec|échec|fehler|fehlgeschlagen"
    r"|\berro\b|falha|falhou|errore|fallito|fallo|falló|ошибк|сбой|не удалось|fout\b|mislukt|błąd|błędu|hata\b|hatası|lỗi|خطأ|خطا|فشل"
)
