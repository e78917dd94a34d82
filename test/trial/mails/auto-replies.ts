/** Automatic replies without any header that says so, and the day of return each names. */
export const autoReplyMails: readonly [subject: string, text: string, until: string | null][] = [
  [
    'Automatikus válasz: Hello',
    'Jelenleg nem vagyok az irodában, január 4-én térek vissza.',
    '2027-01-04',
  ],
  ['Automatická odpověď: Hello', 'Jsem na dovolené do 4. ledna 2027.', '2027-01-04'],
  ['Automatická odpoveď: Hello', 'Som na dovolenke do 4. januára.', '2027-01-04'],
  ['Otomatik yanıt: Hello', '4 Ocak tarihine kadar ofis dışındayım.', '2027-01-04'],
  ['מענה אוטומטי: Hello', 'אני בחופשה עד 4 בינואר', '2027-01-04'],
  ['Automatski odgovor: Hello', 'Na godišnjem sam do 4. siječnja.', '2027-01-04'],
  ['자동 회신: Hello', '부재중입니다. 1월 4일까지 휴가입니다.', '2027-01-04'],
  ['Αυτόματη απάντηση: Hello', 'Θα απουσιάζω έως 4 Ιανουαρίου.', '2027-01-04'],
  ['การตอบกลับอัตโนมัติ: Hello', 'ลาพักร้อนถึง 4 มกราคม', '2027-01-04'],
  ['رد تلقائي: Hello', 'أنا في إجازة حتى 4 يناير', '2027-01-04'],
  ['Trả lời tự động: Hello', 'Tôi nghỉ phép đến ngày 4 tháng 1', '2027-01-04'],
  ['Răspuns automat: Hello', 'Sunt în concediu, revin pe 4 ianuarie.', '2027-01-04'],
  ['Автоматична відповідь: Hello', 'Я у відпустці до 4 січня.', '2027-01-04'],
  ['Автоматичен отговор: Hello', 'В отпуск съм до 4 януари.', '2027-01-04'],
  ['Automaattinen vastaus: Hello', 'Olen lomalla 4.1. asti.', '2027-01-04'],
  ['自動応答: Hello', '1月4日まで休暇をいただいております。', '2027-01-04'],
  ['自動回覆: Hello', '休假至1月4日', '2027-01-04'],
  ['自动答复: Hello', '我将于2027年1月4日返回办公室', '2027-01-04'],
  ['Automatyczna odpowiedź: Hello', 'Jestem na urlopie, wracam 4 stycznia.', '2027-01-04'],
  ['Odpowiedź automatyczna: Hello', 'Jestem poza biurem.', null],
  ['Автоматический ответ: Hello', 'Я в отпуске до 4 января 2027 г.', '2027-01-04'],
  ['Automatisk svar: Hello', 'Jeg er på ferie til 4. januar.', '2027-01-04'],
  ['Autosvar: Hello', 'Jag är på semester till och med 3 januari.', '2027-01-04'],
  ['Balasan otomatis: Hello', 'Saya sedang cuti sampai 4 Januari.', '2027-01-04'],
  ['Abwesend', 'Ich bin ab dem 04.01.2027 wieder erreichbar', '2027-01-04'],
  ['Automatic reply: Hello', "I'm away from 21 Dec to 4 Jan", '2027-01-04'],
  ['Out of office', 'Out 21 Dec – 4 Jan', '2027-01-04'],
  ['Automatisch antwoord: Hello', 'Vanaf 4 januari ben ik er weer.', '2027-01-04'],
  ['Respuesta automática: Hello', 'Estaré fuera del 21 de diciembre al 4 de enero.', '2027-01-04'],
];

/** Receipts without a report part. */
export const receiptMails: readonly [subject: string, text: string][] = [
  ['Read: Hello', 'Your message\n\n   To: Ann\n   Subject: Hello\n\nwas read on Monday 10:00.'],
  ['Gelesen: Hello', 'Ihre Nachricht an Ann wurde am Montag gelesen.'],
  ['Lu : Hello', 'Votre message a été lu le lundi.'],
  ['Leído: Hello', 'Su mensaje fue leído el lunes.'],
  ['Przeczytano: Hello', 'Wiadomość została przeczytana.'],
  ['Прочитано: Hello', ''],
  ['開封済み: Hello', '開封済みです'],
  ['已读: Hello', '邮件已读'],
];

/** Mails of people, whatever their subject looks like. */
export const personMails: readonly [subject: string, text: string][] = [
  ['OOO planning for your team', 'Yes, call me.'],
  ['On leave policies', 'Interesting, tell me more.'],
  ['Automatic reply tools for sales', 'Please send a quote.'],
  ['Re: Automatic reply: Hello', 'I am back now, call me.'],
  ['Read: the article', 'I liked your article, let us talk.'],
  ['Urlaub planen mit Ihnen', 'Gerne, rufen Sie an.'],
  ['Auto parts', 'We need some.'],
];
