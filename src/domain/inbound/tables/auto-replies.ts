/**
 * How automatic replies begin their subject, and the words of absences in their text, by language.
 * Subjects are those of Outlook and Exchange (their mail templates by language), Gmail's and those
 * that vacation programs suggest. Accents do not count. People begin subjects with the words of
 * `topics` too, so those need an absence in the text.
 */
export type AutoReplyRow = {
  language: string;
  subjects: readonly string[];
  topics: readonly string[];
  absences: readonly string[];
  source: string;
};

const outlook = 'Outlook and Exchange Online, automatic replies in this language';

const row = (language: string, subjects: string, absences: string, topics = ''): AutoReplyRow => ({
  language,
  subjects: subjects.split('|'),
  topics: topics.split('|').filter((topic) => topic !== ''),
  absences: absences.split('|'),
  source: outlook,
});

export const autoReplyRows: readonly AutoReplyRow[] = [
  row(
    'English',
    'automatic reply|automatic email reply|automatic e-mail reply|automatic response|' +
      'auto reply|auto-reply|autoreply|auto response|auto-response|autoresponse|' +
      'auto responder|automated reply|automated response|out of office|out of the office|' +
      'ooo|ooto|vacation reply|vacation response|away from my mail|on leave|' +
      'on annual leave|on parental leave|on maternity leave|on paternity leave|' +
      'on sick leave|on vacation|on holiday|i am away|i am out of the office|i am on leave|' +
      'currently out of office|away from the office|away notice|absence notice|' +
      'vacation auto-reply|vacation message|vacation notice|autoresponder|' +
      'automatic message|out of town|automatic out of office reply|holiday auto reply|' +
      'autoreply message',
    'out of office|out of the office|on vacation|on holiday|on leave|on annual leave|' +
      'on parental leave|on sick leave|maternity leave|away from|away until|away till|' +
      'not in the office|currently away|currently out|currently travelling|' +
      'currently traveling|limited access to|return to the office|back in the office|' +
      'on pto|on paid time off|office is closed|office will be closed|offices are closed|' +
      'away on business|will be away|am away|on leave of absence|on sabbatical|out of town|' +
      'out of the country',
    'auto|vacation|away|absence|holiday|holidays|pto|annual leave|office closed|' +
      'office closure|leave|holiday notice|holiday closure|maternity leave|parental leave|' +
      'sick leave|travelling|traveling|unavailable|limited availability',
  ),
  row(
    'German',
    'automatische antwort|automatische e-mail|automatische rückantwort|abwesenheitsnotiz|' +
      'abwesenheitsmeldung|abwesenheitsassistent|abwesenheitsnachricht|abwesend|' +
      'nicht im büro|nicht im haus|ich bin im urlaub|ferienabwesenheit|außer haus|' +
      'automatische abwesenheitsnotiz|urlaubsabwesenheit|abwesenheitshinweis|' +
      'automatische nachricht|urlaubsnotiz',
    'nicht im büro|im urlaub|abwesend|außer haus|nicht im haus|nicht erreichbar|' +
      'in elternzeit|wieder erreichbar|wieder im büro|in den ferien|nicht am platz|' +
      'auf dienstreise|im mutterschutz|wieder da|ausser haus|im krankenstand|' +
      'auf geschäftsreise',
    'urlaub|abwesenheit|ferien|elternzeit|mutterschutz|betriebsferien|dienstreise|' + 'krankheit',
  ),
  row(
    'French',
    'réponse automatique|absence du bureau|absent(e) du bureau|absent du bureau|' +
      "message d'absence|message d’absence|en congé|en congés|je suis absent|" +
      "notification d’absence|réponse auto|message automatique|avis d'absence",
    'absent|absente|en congé|en congés|en vacances|de retour|en déplacement|indisponible|' +
      'congé maternité',
    'absence|congés|vacances|congé maternité|fermeture',
  ),
  row(
    'Spanish',
    'respuesta automática|fuera de la oficina|fuera de oficina|de vacaciones|' +
      'mensaje automático|aviso de ausencia|estoy de vacaciones|contestación automática',
    'fuera de la oficina|fuera de oficina|de vacaciones|ausente|estaré fuera|' +
      'baja maternal|baja médica',
    'vacaciones|ausencia|ausente|baja maternal',
  ),
  row(
    'Italian',
    "risposta automatica|fuori ufficio|fuori sede|assente dall'ufficio|" +
      'assente dall’ufficio|in ferie|messaggio automatico|sono in ferie|avviso di assenza',
    "fuori ufficio|fuori sede|in ferie|assente|in maternità|in congedo|fuori dall'ufficio",
    'ferie|assenza|chiusura|maternità',
  ),
  row(
    'Dutch',
    'automatisch antwoord|automatische beantwoording|afwezig|niet aanwezig|' +
      'afwezigheidsbericht|afwezigheidsmelding|afwezigheidsassistent|automatische reactie|' +
      'automatische e-mail|automatisch bericht',
    'afwezig|op vakantie|niet aanwezig|niet op kantoor|weer aanwezig|met verlof|' +
      'buiten kantoor',
    'vakantie|afwezigheid|op vakantie|verlof|zwangerschapsverlof',
  ),
  row(
    'Portuguese',
    'resposta automática|ausência temporária|fora do escritório|de férias|' +
      'mensagem automática|aviso de ausência|estou de férias|notificação de ausência',
    'de férias|ausente do|fora do escritório|estou ausente|estarei ausente|de licença|' +
      'fora do escritorio',
    'ausência|férias|ausente|licença|licença maternidade',
  ),
  row(
    'Swedish',
    'autosvar|automatiskt svar|frånvarande|frånvaromeddelande|frånvaroanmälan|automatsvar',
    'frånvarande|på semester|tillbaka den|inte på kontoret|föräldraledig|' +
      'åter på kontoret|är ledig',
    'semester|frånvaro|ledig|föräldraledig|ej på kontoret',
  ),
  row(
    'Danish',
    'autosvar|automatisk svar|ikke til stede|fraværsmeddelelse|autoreply|fraværsbesked',
    'på ferie|ikke til stede|fraværende|ikke på kontoret|tilbage|ferielukket|på barsel',
    'ferie|fraværende|på ferie|fravær|barsel|ferielukket',
  ),
  row(
    'Norwegian',
    'automatisk svar|fraværsmelding|ikke til stede|autosvar|fraværsassistent|' +
      'automatisk melding',
    'på ferie|fraværende|ikke på kontoret|tilbake|i permisjon|ute av kontoret',
    'ferie|fravær|permisjon',
  ),
  row(
    'Finnish',
    'automaattinen vastaus|poissaoloviesti|poissa toimistosta|lomalla|poissaoloilmoitus|' +
      'automaattivastaus|automaattinen poissaoloviesti|automaattinen viesti',
    'lomalla|poissa|en ole paikalla|palaan|vuosilomalla|vanhempainvapaalla',
    'poissa|poissaolo|loma|vuosiloma',
  ),
  row(
    'Polish',
    'automatyczna odpowiedź|odpowiedź automatyczna|autoodpowiedź|poza biurem|nieobecność|' +
      'nieobecny|na urlopie|automatyczna wiadomość|wiadomość automatyczna|autoresponder',
    'poza biurem|na urlopie|nieobecny|nieobecna|nieobecności|przebywam na|' +
      'jestem na zwolnieniu',
    'urlop|urlop macierzyński',
  ),
  row(
    'Czech',
    'automatická odpověď|mimo kancelář|nejsem v kanceláři|automatická zpráva|' +
      'automatická odezva',
    'mimo kancelář|na dovolené|nepřítomen|nepřítomna|nejsem v kanceláři|čerpám dovolenou|' +
      'v zahraničí',
    'dovolená|nepřítomnost',
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
    'automatski odgovor|automatski odgovor|samodejni odgovor|аутоматски одговор|odsutan|' +
      'izvan ureda|na godišnjem odmoru|odsutnost|odsotnost|automatska poruka|' +
      'automatski mail|automatsko sporočilo|automatska potvrda',
    'na godišnjem|izvan ureda|odsutan|odsutna|na dopustu|van kancelarije|на одмору|' +
      'odsoten|odsotna',
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
    'automatinis atsakymas|automātiskā atbilde|automātiska atbilde|automaatvastus|' +
      'automaatne vastus|nesu biure|prombūtne|automātiskais atbildētājs|automaatne teade|' +
      'automatinis pranešimas',
    'atostogauju|atvaļinājumā|puhkusel|nesu biure|ei ole kontoris|neesmu birojā|prombūtnē',
  ),
  row(
    'Catalan, Galician, Basque',
    "resposta automàtica|resposta automática|erantzun automatikoa|fora de l'oficina",
    "fora de l'oficina|de vacances",
  ),
  row('Icelandic', 'sjálfvirkt svar|sjálfvirk svörun|fjarverandi', 'fjarverandi|í fríi'),
  row('Hindi', 'स्वचालित उत्तर|कार्यालय से बाहर', 'कार्यालय से बाहर|छुट्टी पर'),
];
