import { expect, it } from 'vitest';
import { ownWords } from './own-words.ts';

it.each([
  'On Mon, Nov 30, 2026 at 9:01 AM Sam Sender <sam@acme.example> wrote:',
  'On Mon, Nov 30, 2026 at 9:01 AM Sam Sender\n<sam@acme.example> wrote:',
  'On Monday, November 30th, 2026 at 10:00 AM, Sam Sender <sam@acme.example>\nwrote:',
  'On 30 Nov 2026, at 10:00, Sam Sender wrote:',
  'Am Mo., 30. Nov. 2026 um 10:00 Uhr schrieb Sam Sender <sam@acme.example>:',
  'Am Mo., 30. Nov. 2026 um 10:00 Uhr schrieb Sam Sender <\nsam@acme.example>:',
  'Am 30.11.2026 um 10:00 schrieb Sam Sender:',
  'Sam Sender <sam@acme.example> schrieb am Mo., 30. Nov. 2026, 10:00:',
  'Le lun. 30 nov. 2026 à 10:00, Sam Sender <sam@acme.example> a écrit :',
  'El lun, 30 nov 2026 a las 10:00, Sam Sender (<sam@acme.example>) escribió:',
  'Il giorno lun 30 nov 2026 alle ore 10:00 Sam Sender <sam@acme.example> ha scritto:',
  'Em seg., 30 de nov. de 2026 às 10:00, Sam Sender <sam@acme.example> escreveu:',
  'Op ma 30 nov 2026 om 10:00 schreef Sam Sender <sam@acme.example>:',
  'Den mån 30 nov. 2026 kl 10:00 skrev Sam Sender <sam@acme.example>:',
  'man. 30. nov. 2026 kl. 10.00 skrev Sam Sender <sam@acme.example>:',
  'ma 30. marrask. 2026 klo 10.00 Sam Sender (sam@acme.example) kirjoitti:',
  'pon., 30 lis 2026 o 10:00 Sam Sender <sam@acme.example> napisał(a):',
  'po 30. 11. 2026 v 10:00 odesílatel Sam Sender <sam@acme.example> napsal:',
  'Sam Sender <sam@acme.example> ezt írta (időpont: 2026. nov. 30., H, 10:00):',
  'În lun., 30 nov. 2026 la 10:00, Sam Sender <sam@acme.example> a scris:',
  'пн, 30 нояб. 2026 г. в 10:00, Sam Sender <sam@acme.example>:',
  '30.11.2026 10:00, Sam Sender пишет:',
  'Sam Sender <sam@acme.example>, 30 Kas 2026 Pzt, 10:00 tarihinde şunu yazdı:',
  'Στις Δευ 30 Νοε 2026 στις 10:00 π.μ., ο χρήστης Sam <sam@acme.example> έγραψε:',
  '‫בתאריך יום ב׳, 30 בנוב׳ 2026 ב-10:00 מאת ‪Sam‬‏ <‪sam@acme.example‬‏>:‬',
  'في الاثنين، 30 نوفمبر 2026 في 10:00 ص تمت كتابة ما يلي بواسطة Sam <sam@acme.example>:',
  '2026年11月30日(月) 10:00 Sam Sender <sam@acme.example>:',
  'Sam Sender <sam@acme.example> 于2026年11月30日周一 10:00写道：',
  '2026년 11월 30일 (월) 오전 10:00, Sam Sender <sam@acme.example>님이 작성:',
  'Vào Th 2, 30 thg 11, 2026 vào lúc 10:00 Sam Sender <sam@acme.example> đã viết:',
  'Pada tanggal Sen, 30 Nov 2026 pukul 10.00 Sam Sender <sam@acme.example> menulis:',
  '-----Original Message-----\nFrom: Sam Sender\nSent: Monday, November 30, 2026 10:00 AM',
  '-----Ursprüngliche Nachricht-----',
  '---------- Forwarded message ---------',
  '________________________________\nFrom: Sam Sender <sam@acme.example>',
  'Von: Sam Sender\nGesendet: Montag, 30. November 2026 10:00\nAn: Ann',
  '*From:* Sam Sender\n*Sent:* Monday\n*To:* Ann',
  'De : Sam Sender\nEnvoyé : lundi 30 novembre 2026\nÀ : Ann',
  'De: Sam Sender\nEnviado el: lunes',
  'Da: Sam\nInviato: lunedì',
  'Van: Sam\nVerzonden: maandag',
  'Od: Sam Sender\nWysłano: poniedziałek',
  'Od: Sam\nOdesláno: pondělí',
  'От: Sam\nОтправлено: понедельник',
  'Från: Sam\nSkickat: den 30 november',
  'Fra: Sam\nSendt: mandag',
  'Lähettäjä: Sam\nLähetetty: maanantai',
  'Kimden: Sam\nGönderildi: 30 Kasım',
  '发件人: Sam\n发送时间: 2026年',
  '差出人: Sam\n送信日時: 2026年',
  '보낸 사람: Sam\n보낸 날짜: 2026',
  'Feladó: Sam\nElküldve: hétfő',
  'Begin forwarded message:',
  'Sent from my iPhone',
  'Von meinem iPhone gesendet',
  'Envoyé de mon iPhone',
  '---- On Mon, 30 Nov 2026 10:00:00 +0000 Sam Sender <sam@acme.example> wrote ----',
  '------------------ Original ------------------\nFrom: "Sam"<sam@acme.example>;',
  'Get Outlook for iOS<https://aka.ms/o0ukef>',
  'On 2026-11-30 10:00, Sam Sender wrote:',
])("words below are not the writer's own: %s", (header) => {
  const quoted = 'Hi Ann,\nunsubscribe here\nSam';
  expect(ownWords(`Yes, let us talk.\n\n${header}\n\n${quoted}`)).toBe('Yes, let us talk.');
});

it.each([
  'From: our side all is good.\nTo sum up: yes.',
  'On 7 December we meet, as Bob wrote: "fine".\nSee you',
  'Von: mir aus gerne.',
  'Sent from Berlin with love.\nAnn',
])("words that begin as such a line stay the writer's own: %s", (text) => {
  expect(ownWords(text)).toBe(text);
});

it('words below a quote with marks stay, those of the quote do not', () => {
  const header = 'Am 30.11.2026 um 10:00 schrieb Sam Sender\n<sam@acme.example>:';
  expect(ownWords(`${header}\n> Hi Ann,\n> stop\nGerne, Ann`)).toBe('Gerne, Ann');
});

it.each([
  ['above a mark', 'Yes.\nSent from my phone\nNo.', 'Yes.'],
  ['below a mark and a quote', 'Sent from my Android\n> Shall we?\nYes.', 'Yes.'],
  ['none below a mark alone', 'Sent from my phone\nNo.', ''],
  ['above a quote without marks', 'Yes.\nOn 2 March, Ann wrote:\nShall we?', 'Yes.'],
  ['below a quote with marks', 'On 2 March, Ann wrote:\n> Shall we?\nYes.', 'Yes.'],
  ['above a signature', 'Yes.\r\n-- \r\nBob', 'Yes.'],
])('the words of a writer are those %s', (_where, text, words) => {
  expect(ownWords(text)).toBe(words);
});
