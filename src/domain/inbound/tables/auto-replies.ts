/**
 * How automatic replies begin their subject, and the words of absences in their text, by language.
 * Subjects are those of Outlook and Exchange (their mail templates by language), Gmail's and those
 * that vacation programs suggest; `name`: a wording that also begins subjects of people, which
 * counts only where nothing but a mark or the subject answered follows.
 */
export type AutoReplyRow = {
  language: string;
  subjects: readonly string[];
  absences: readonly string[];
  source: string;
};

const outlook = 'Outlook and Exchange Online, automatic replies in this language';

const row = (
  language: string,
  subjects: string,
  absences: string,
  source = outlook,
): AutoReplyRow => ({
  language,
  subjects: subjects.split('|'),
  absences: absences.split('|'),
  source,
});

export const autoReplyRows: readonly AutoReplyRow[] = [
  row(
    'English',
    'automatic reply|automatic email reply|automatic e-mail reply|automatic response|auto reply|' +
      'auto-reply|autoreply|auto response|auto-response|autoresponse|auto responder|' +
      'automated reply|automated response|out of office|out of the office|ooo|ooto|auto|' +
      'vacation reply|vacation response|away from my mail|on leave|on annual leave|' +
      'on parental leave|on maternity leave|on paternity leave|on sick leave|on vacation|' +
      'on holiday|i am away|i am out of the office|i am on leave|currently out of office|' +
      'away from the office|away notice|absence notice',
    'out of office|out of the office|on vacation|on holiday|on leave|on annual leave|' +
      'on parental leave|on sick leave|maternity leave|away from|away until|away till|' +
      'not in the office|currently away|currently out|currently travelling|currently traveling|' +
      'limited access to|return to the office|back in the office',
  ),
  row(
    'German',
    'automatische antwort|automatische e-mail|automatische rückantwort|abwesenheit|' +
      'abwesenheitsnotiz|abwesenheitsmeldung|abwesenheitsassistent|abwesenheitsnachricht|' +
      'abwesend|nicht im büro|nicht im haus|urlaub|ich bin im urlaub',
    'nicht im büro|im urlaub|abwesend|außer haus|nicht im haus|nicht erreichbar|in elternzeit|' +
      'wieder erreichbar|wieder im büro',
  ),
  row(
    'French',
    'réponse automatique|absence du bureau|absent(e) du bureau|' +
      "absent du bureau|message d'absence|" +
      'message d’absence|absence|en congé|en congés|je suis absent|notification d’absence',
    'absent|absente|en congé|en congés|en vacances|de retour',
  ),
  row(
    'Spanish',
    'respuesta automática|fuera de la oficina|fuera de oficina|de vacaciones|ausente',
    'fuera de la oficina|fuera de oficina|de vacaciones|ausente',
  ),
  row(
    'Italian',
    "risposta automatica|fuori ufficio|fuori sede|assente dall'ufficio|" +
      'assente dall’ufficio|in ferie',
    'fuori ufficio|fuori sede|in ferie|assente',
  ),
  row(
    'Dutch',
    'automatisch antwoord|automatische beantwoording|afwezig|afwezigheid|niet aanwezig|op vakantie',
    'afwezig|op vakantie|niet aanwezig|niet op kantoor',
  ),
  row(
    'Portuguese',
    'resposta automática|ausência|ausência temporária|fora do escritório|de férias|ausente',
    'de férias|ausente do|fora do escritório|estou ausente|estarei ausente',
  ),
  row(
    'Swedish',
    'autosvar|automatiskt svar|frånvarande|semester|frånvaromeddelande',
    'frånvarande|på semester|tillbaka den',
  ),
  row(
    'Danish',
    'autosvar|automatisk svar|ikke til stede|på ferie|fraværende|fraværsmeddelelse',
    'på ferie|ikke til stede|fraværende|ikke på kontoret|tilbage',
  ),
  row(
    'Norwegian',
    'automatisk svar|fravær|fraværsmelding|ikke til stede|på ferie|autosvar',
    'på ferie|fraværende|ikke på kontoret|tilbake',
  ),
  row(
    'Finnish',
    'automaattinen vastaus|poissaoloviesti|poissa toimistosta|poissa|lomalla|poissaolo',
    'lomalla|poissa|en ole paikalla|palaan',
  ),
  row(
    'Polish',
    'automatyczna odpowiedź|odpowiedź automatyczna|autoodpowiedź|poza biurem|' +
      'nieobecność|nieobecny|na urlopie',
    'poza biurem|na urlopie|nieobecny|nieobecna|nieobecności',
  ),
  row(
    'Czech',
    'automatická odpověď|mimo kancelář|nepřítomnost|dovolená|nejsem v kanceláři|automatická zpráva',
    'mimo kancelář|na dovolené|nepřítomen|nepřítomna|nejsem v kanceláři',
  ),
  row(
    'Slovak',
    'automatická odpoveď|mimo kancelárie|neprítomnosť|dovolenka',
    'mimo kancelárie|na dovolenke|neprítomný|neprítomná',
  ),
  row(
    'Hungarian',
    'automatikus válasz|házon kívül|szabadságon|távollét|irodán kívül',
    'nem vagyok az irodában|szabadságon|házon kívül|távol vagyok',
  ),
  row(
    'Romanian',
    'răspuns automat|raspuns automat|absent din birou|în concediu|in concediu|plecat din birou',
    'în concediu|in concediu|nu sunt la birou|absent din',
  ),
  row(
    'Bulgarian',
    'автоматичен отговор|извън офиса|отсъствие|в отпуск',
    'извън офиса|в отпуск|отсъствам',
  ),
  row(
    'Russian',
    'автоматический ответ|автоответ|автоответчик|отсутствие на рабочем месте|' +
      'вне офиса|отсутствую|в отпуске',
    'в отпуске|отсутствую|вне офиса|не в офисе|нет на рабочем месте',
  ),
  row(
    'Ukrainian',
    'автоматична відповідь|автовідповідь|відсутній|поза офісом|у відпустці|немає на місці',
    'у відпустці|відсутній|відсутня|поза офісом',
  ),
  row(
    'Croatian, Serbian, Slovene',
    'automatski odgovor|automatski odgovor|samodejni odgovor|' +
      'аутоматски одговор|odsutan|izvan ureda|na godišnjem odmoru|odsutnost|' +
      'odsotnost',
    'na godišnjem|izvan ureda|odsutan|odsutna|na dopustu|van kancelarije',
  ),
  row(
    'Greek',
    'αυτόματη απάντηση|εκτός γραφείου|απουσία|άδεια',
    'εκτός γραφείου|σε άδεια|απουσιάζω|θα απουσιάζω',
  ),
  row(
    'Turkish',
    'otomatik yanıt|otomatik cevap|otomatik yanit|ofis dışında|' +
      'ofis dışındayım|izindeyim|yıllık izin|ofis dışı',
    'ofis dışında|ofiste değilim|izindeyim|yıllık izin|tatildeyim',
  ),
  row(
    'Hebrew',
    'מענה אוטומטי|תשובה אוטומטית|תגובה אוטומטית|מחוץ למשרד|הודעה אוטומטית',
    'מחוץ למשרד|בחופשה|לא אהיה במשרד',
  ),
  row(
    'Arabic',
    'رد تلقائي|الرد التلقائي|الرد الآلي|رد آلي|خارج المكتب|رد: تلقائي',
    'خارج المكتب|في إجازة|إجازة',
  ),
  row('Persian', 'پاسخ خودکار|خارج از دفتر', 'خارج از دفتر|در مرخصی'),
  row(
    'Japanese',
    '自動応答|自動返信|自動応答メール|不在|不在通知|不在のお知らせ|休暇中',
    '不在|休暇|外出して|出張',
  ),
  row(
    'Chinese',
    '自动回复|自动答复|自動回覆|自動回復|外出|不在办公室|不在辦公室|休假|自動答覆',
    '不在办公室|不在辦公室|休假|外出|出差',
  ),
  row(
    'Korean',
    '자동 회신|자동 응답|자동회신|자동응답|부재중|부재 중|휴가',
    '부재중|부재 중|휴가|출장',
  ),
  row(
    'Thai',
    'การตอบกลับอัตโนมัติ|ตอบกลับอัตโนมัติ|' + 'ไม่อยู่ที่สำนักงาน|ตอบอัตโนมัติ',
    'ไม่อยู่ที่สำนักงาน|ลาพักร้อน|ไม่อยู่',
  ),
  row(
    'Vietnamese',
    'trả lời tự động|thư trả lời tự động|tự động trả lời|vắng mặt|không có mặt tại văn phòng',
    'vắng mặt|không có mặt|nghỉ phép',
  ),
  row(
    'Indonesian and Malay',
    'balasan otomatis|balas otomatis|jawaban otomatis|balasan automatik|di luar kantor|sedang cuti',
    'di luar kantor|sedang cuti|tidak berada di kantor',
  ),
  row(
    'Lithuanian, Latvian, Estonian',
    'automatinis atsakymas|automātiskā atbilde|automātiska atbilde|' +
      'automaatvastus|automaatne vastus|nesu biure|prombūtne',
    'atostogauju|atvaļinājumā|puhkusel|nesu biure',
  ),
  row(
    'Catalan, Galician, Basque',
    "resposta automàtica|resposta automática|erantzun automatikoa|fora de l'oficina",
    "fora de l'oficina|de vacances",
  ),
  row('Icelandic', 'sjálfvirkt svar|sjálfvirk svörun|fjarverandi', 'fjarverandi|í fríi'),
  row('Hindi', 'स्वचालित उत्तर|कार्यालय से बाहर', 'कार्यालय से बाहर|छुट्टी पर'),
];

/** Subjects of receipts, without a report part: "Read: Hello". */
export type ReceiptRow = { language: string; subjects: readonly string[]; source: string };
const receipt = (language: string, subjects: string): ReceiptRow => ({
  language,
  subjects: subjects.split('|'),
  source: 'Outlook and Thunderbird, read receipts in this language',
});
export const receiptRows: readonly ReceiptRow[] = [
  receipt(
    'English',
    'read|not read|delivered|deleted|relayed|read receipt|' +
      'return receipt (displayed)|return receipt',
  ),
  receipt(
    'German',
    'gelesen|nicht gelesen|ungelesen|zugestellt|gelöscht|lesebestätigung|' +
      'empfangsbestätigung|empfangsbestätigung (angezeigt)',
  ),
  receipt(
    'French',
    'lu|non lu|remis|supprimé|accusé de lecture|accusé de réception|accusé de réception (affiché)',
  ),
  receipt('Spanish', 'leído|no leído|entregado|eliminado|confirmación de lectura|acuse de recibo'),
  receipt(
    'Italian',
    'letto|non letto|letta|consegnato|eliminato|conferma di lettura|ricevuta di ritorno',
  ),
  receipt('Dutch', 'gelezen|niet gelezen|bezorgd|verwijderd|leesbevestiging|ontvangstbevestiging'),
  receipt(
    'Portuguese',
    'lida|lido|não lida|entregue|eliminada|confirmação de leitura|recibo de leitura',
  ),
  receipt('Swedish', 'läst|oläst|ej läst|levererat|läskvitto|läskvittens'),
  receipt(
    'Danish and Norwegian',
    'læst|ulæst|lest|ulest|leveret|levert|læsekvittering|lesebekreftelse',
  ),
  receipt('Finnish', 'luettu|lukematon|toimitettu|lukukuittaus'),
  receipt(
    'Polish',
    'przeczytano|przeczytane|nieprzeczytane|odczytano|dostarczono|' +
      'potwierdzenie odczytu|potwierdzenie przeczytania',
  ),
  receipt(
    'Czech and Slovak',
    'přečteno|přečtené|nepřečteno|prečítané|neprečítané|doručeno|potvrzení o přečtení',
  ),
  receipt('Hungarian', 'elolvasva|olvasatlan|kézbesítve|olvasási visszaigazolás'),
  receipt('Romanian', 'citit|citit(ă)|necitit|livrat|confirmare de citire'),
  receipt('Russian', 'прочитано|прочтено|не прочитано|доставлено|уведомление о прочтении'),
  receipt('Ukrainian', 'прочитано|не прочитано|доставлено'),
  receipt('Bulgarian', 'прочетено|непрочетено'),
  receipt('Croatian, Serbian, Slovene', 'pročitano|nepročitano|prebrano|neprebrano'),
  receipt('Greek', 'αναγνώστηκε|διαβάστηκε|δεν διαβάστηκε'),
  receipt('Turkish', 'okundu|okunmadı|teslim edildi|okundu bilgisi'),
  receipt('Hebrew', 'נקרא|לא נקרא'),
  receipt('Arabic', 'مقروءة|تمت القراءة|تم القراءة|غير مقروءة'),
  receipt('Japanese', '開封済み|開封済|未開封|既読|開封確認'),
  receipt('Chinese', '已读|未读|已讀|未讀|读回执|已读回执'),
  receipt('Korean', '읽음|읽지 않음|수신 확인'),
];
