/**
 * Lines with which mail programs introduce the mail that is answered, by language, apart by `|`:
 * Gmail, Apple Mail and Thunderbird ("On … Ann wrote:"), Outlook ("From: … Sent: …").
 */
export type QuoteRow = {
  language: string;
  /** Begins a line of "On … wrote:". */
  on: string;
  /** "wrote", near the end of that line. */
  wrote: string;
  /** Between dashes above a repeated mail: "-----Original Message-----". */
  original: string;
  /** The label of the author in a repeated header. */
  from: string;
  /** The labels of the date, the recipient and the subject, one of which follows. */
  next: string;
  /** A mark of a telephone's mail program. */
  mobile: string;
};

const row = (
  language: string,
  [on, wrote, original, from, next, mobile]: [string, string, string, string, string, string],
): QuoteRow => ({ language, on, wrote, original, from, next, mobile });

export const quoteRows: readonly QuoteRow[] = [
  row('English', [
    'on',
    'wrote|writes',
    'original message|forwarded message|original --|reply message|original appointment',
    'from',
    'sent|date|to|subject|cc',
    'sent from my|sent from outlook|sent from mail for|sent from yahoo|get outlook for',
  ]),
  row('German', [
    'am|an|von',
    'schrieb|schrieb am|geschrieben',
    'ursprüngliche nachricht|weitergeleitete nachricht|originalnachricht|' +
      'ursprünglicher termin|original-nachricht|anfang der weitergeleiteten nachricht',
    'von',
    'gesendet|datum|an|betreff',
    'gesendet von|von meinem iphone|von meinem ipad|von meinem smartphone|' +
      'von meinem samsung|von meinem mobiltelefon|gesendet mit der|' +
      'diese nachricht wurde von meinem|holen sie sich outlook',
  ]),
  row('French', [
    'le',
    'a écrit|écrit',
    "message d'origine|message original|message transféré|message transfere|" +
      'début du message transféré|message initial',
    'de',
    'envoyé|date|à|objet',
    'envoyé de mon|envoyé depuis|envoyé à partir|télécharger outlook',
  ]),
  row('Spanish', [
    'el|en',
    'escribió|escribio',
    'mensaje original|mensaje reenviado|inicio del mensaje reenviado',
    'de',
    'enviado|enviado el|fecha|para|asunto',
    'enviado desde|obtener outlook|enviado con',
  ]),
  row('Italian', [
    'il|in data',
    'ha scritto|scrive',
    'messaggio originale|messaggio inoltrato|inizio messaggio inoltrato',
    'da',
    'inviato|data|a|oggetto',
    'inviato da|scarica outlook|inviato dal',
  ]),
  row('Portuguese', [
    'em|a|no dia',
    'escreveu',
    'mensagem original|mensagem encaminhada|mensagem reencaminhada',
    'de',
    'enviado|enviada|enviada em|data|para|assunto',
    'enviado do|enviado de|obter o outlook|enviado a partir',
  ]),
  row('Dutch', [
    'op|van',
    'schreef|geschreven',
    'oorspronkelijk bericht|doorgestuurd bericht|origineel bericht|' + 'begin doorgestuurd bericht',
    'van',
    'verzonden|datum|aan|onderwerp',
    'verstuurd vanaf|verzonden vanaf|verstuurd met|outlook voor|download outlook',
  ]),
  row('Swedish, Danish, Norwegian', [
    'den|på|man|tir|ons|tor|fre|lør|søn|mån|tis|lör|sön',
    'skrev|skrev følgende',
    'ursprungligt meddelande|originalmeddelande|vidarebefordrat meddelande|' +
      'oprindelig meddelelse|videresendt meddelelse|opprinnelig melding|videresendt melding|' +
      'original meddelelse',
    'från|fra',
    'skickat|datum|till|ämne|sendt|dato|til|emne',
    'skickat från|sendt fra|hämta outlook|hent outlook',
  ]),
  row('Finnish', [
    'ma|ti|ke|to|pe|la|su',
    'kirjoitti',
    'alkuperäinen viesti|välitetty viesti|edelleenlähetetty viesti',
    'lähettäjä',
    'lähetetty|päivämäärä|päiväys|vastaanottaja|aihe',
    'lähetetty iphonesta|lähetetty ipadista',
  ]),
  row('Polish', [
    'w dniu|dnia|pon|wt|śr|czw|pt|sob|niedz',
    'napisał|napisał(a)|napisała|pisze',
    'wiadomość oryginalna|treść oryginalnej wiadomości|oryginalna wiadomość|' +
      'forwarded message|wiadomość przekazana|przekazana wiadomość|wiadomość napisana przez',
    'od',
    'wysłano|data|do|temat',
    'wysłane z|wysłano z|pobierz outlook',
  ]),
  row('Czech, Slovak', [
    'dne|dňa|po|út|st|čt|pá|so|ne',
    'napsal|napsal(a)|napsala|napísal|napísal(a)|napísala|odesláno',
    'původní zpráva|původní e-mail|přeposlaná zpráva|pôvodná správa|preposlaná správa',
    'od|odesílatel',
    'odesláno|datum|komu|předmět|odoslané|dátum|predmet|pro',
    'odesláno z|odoslané z',
  ]),
  row('Hungarian', [
    '',
    'ezt írta|írta|időpontban ezt írta',
    'eredeti üzenet|továbbított üzenet|továbbított levél',
    'feladó',
    'elküldve|dátum|címzett|tárgy|küldve',
    'elküldve az iphone|elküldve iphone',
  ]),
  row('Romanian', [
    'pe data de|în|la|pe|în data de',
    'a scris',
    'mesaj original|mesaj redirecționat|mesaj redirectionat',
    'de la|de',
    'trimis|data|către|subiect|expediat',
    'trimis de pe',
  ]),
  row('Russian, Ukrainian, Bulgarian', [
    'пн|вт|ср|чт|пт|сб|вс|нд|на|в',
    'написал|написала|написал(а)|пишет|пише|написав|написала|написав(ла)|написа',
    'исходное сообщение|пересылаемое сообщение|пересланное сообщение|' +
      'переадресованное сообщение|оригинальное сообщение|начало переадресованного сообщения|' +
      'вихідне повідомлення|переслане повідомлення|оригинално съобщение|препратено съобщение',
    'от|от кого|від|кому',
    'отправлено|дата|кому|тема|надіслано|изпратено|до|относно|отправлен',
    'отправлено с|отправлено из|надіслано з|изпратено от',
  ]),
  row('Croatian, Serbian, Slovene', [
    'dana|dne|na datum|u',
    'napisao je|napisala je|je napisao|je napisala|napisao/la je|piše|je napisal|' +
      'je napisala|napisao|napisala|napisao/la|је написао|је написала',
    'izvorna poruka|proslijeđena poruka|originalna poruka|izvirno sporočilo|' +
      'posredovano sporočilo',
    'od|šalje|pošiljatelj',
    'poslano|datum|za|predmet|zadeva|poslato|prima',
    'poslano s|poslano z|poslato sa',
  ]),
  row('Turkish', [
    '',
    'şunu yazdı|tarihinde şunu yazdı|yazdı|şunları yazdı',
    'orijinal mesaj|özgün ileti|yönlendirilen ileti|iletilen mesaj|özgün mesaj',
    'kimden|gönderen',
    'gönderildi|tarih|kime|konu|gönderilme tarihi',
    "iphone'umdan gönderildi|ipad'imden gönderildi",
  ]),
  row('Greek', [
    'στις|την|τη',
    'έγραψε',
    'αρχικό μήνυμα|προωθημένο μήνυμα|προωθούμενο μήνυμα',
    'από',
    'στάλθηκε|ημερομηνία|προς|θέμα|εστάλη',
    'εστάλη από|στάλθηκε από',
  ]),
  row('Hebrew', [
    'בתאריך|ב-|ב',
    'כתב|כתבה|מאת|כתב/ה',
    'הודעה מקורית|הודעה שהועברה',
    'מאת',
    'נשלח|תאריך|אל|נושא',
    'נשלח מה|נשלח מ',
  ]),
  row('Arabic', [
    'في|بتاريخ|كتب',
    'كتب|كتبت',
    'الرسالة الأصلية|رسالة معاد توجيهها|رسالة أصلية',
    'من',
    'أرسلت|تم الإرسال|التاريخ|إلى|الموضوع|تاريخ الإرسال',
    'أرسلت من|مرسل من',
  ]),
  row('Japanese', [
    '',
    'のメール|さんは書きました|wrote|さんからのメッセージ|のメッセージ',
    '元のメッセージ|転送メッセージ|転送されたメッセージ|original message',
    '差出人|送信者',
    '送信日時|日時|宛先|件名|送信日|日付',
    'iphoneから送信|iphone から送信|スマートフォンから送信|outlook for',
  ]),
  row('Chinese', [
    '在|于|於',
    '写道|寫道|编写|來信|来信',
    '原始邮件|原邮件|转发邮件|转发的邮件|原始郵件|轉寄郵件|轉寄的郵件|邮件原件|原始信件|回复的原邮件',
    '发件人|寄件者|寄件人|發件人|发送人',
    '发送时间|日期|收件人|主题|主題|寄件日期|時間|时间|收件者|發送時間|发送日期|寄送日期',
    '发自我的|從我的|发送自|來自我的|傳送自',
  ]),
  row('Korean', [
    '',
    '작성|님이 작성|님이 다음을 작성|작성했습니다|쓰기',
    '원본 메시지|원본 메일|전달된 메시지|전달된 메일|original message',
    '보낸 사람|보낸사람|보낸이|발신',
    '보낸 날짜|날짜|받는 사람|제목|받는사람|보냄|보낸날짜',
    '나의 iphone에서 보냄|iphone에서 보냄',
  ]),
  row('Vietnamese, Indonesian, Thai', [
    'vào|pada|เมื่อ|đã viết vào|tgl',
    'đã viết|viết|menulis|เขียนว่า|เขียน',
    'thư gốc|thư đã chuyển tiếp|pesan asli|pesan terusan|ข้อความต้นฉบับ|ข้อความที่ส่งต่อ',
    'từ|dari|จาก|người gửi',
    'đã gửi|ngày|đến|chủ đề|dikirim|tanggal|kepada|perihal|ส่ง|วันที่|ถึง|เรื่อง|subjek',
    'đã gửi từ|dikirim dari|ส่งจาก',
  ]),
];
