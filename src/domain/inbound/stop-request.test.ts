import { expect, it } from 'vitest';
import { ownWords } from './own-words.ts';
import { asksInSubject, asksToStop } from './stop-request.ts';

const signature = '\n\nKind regards\nAnn Lee\nHead of Purchasing\nExample GmbH\nT +49 30 1234';
const quote =
  '\n\nOn Mon, Nov 30, 2026 at 9:01 AM Sam <sam@sender.test> wrote:\n\n> Hi Ann,\n> Reply STOP.';

const asks = (text: string) => asksToStop(ownWords(text), 'ann@people.test');

it.each([
  'Please remove me from your list.',
  'remove me pls',
  'Not interested, please take me off',
  'No thanks. Please take me off your mailing list immediately.',
  'Stop contacting me or I will report you',
  'We have met before. Please do not email me again.',
  'Hello Sam,\nI would like to be removed from your database.\nThank you',
  'UNSUBSCRIBE!!!',
  'You can remove my address.',
  "I don't want to receive any more emails from you.",
  'CAUTION: This email originated from outside the organisation.\n\nPlease unsubscribe me',
  "You don't often get email from sam@sender.test. Learn why this is important\nTake me off.",
  'Bitte nehmen Sie mich aus Ihrem Verteiler.',
  'Bitte löschen Sie meine Daten umgehend',
  'Guten Tag Herr Sender,\nkein Interesse, bitte keine weiteren Mails.',
  'Bitte schreiben Sie mir nicht mehr.',
  'Merci de me retirer de votre liste de diffusion.',
  'Ne me contactez plus',
  'Por favor, elimíneme de su lista',
  'No me escriban más correos',
  'Per favore rimuovetemi dalla vostra lista',
  'Por favor, remova-me da sua lista',
  'Verwijder mij uit uw lijst aub',
  'Ta bort mig från listan',
  'Proszę o usunięcie mojego adresu z listy',
  'Prosím odhlaste mě',
  'Пожалуйста, удалите меня из рассылки',
  'Lütfen beni listeden çıkarın',
  '配信停止を希望します。',
  '请退订',
  'Please remove ann@people.test from your list.',
  'Please delete my data (GDPR).',
  "I'm not interested. Please cease all further communication.",
  'Hiermit widerspreche ich der Nutzung meiner Daten zu Werbezwecken.',
  'Bitte von weiteren Mails absehen.',
  'Please stop this spam.',
  'I no longer wish to receive these emails.',
  'Vær venlig at slette mig',
  "Merci de ne plus m'envoyer de mails.",
  'Je ne souhaite plus recevoir vos mails.',
  'No deseo recibir más correos.',
  'Non voglio più ricevere email.',
  'Não quero receber mais emails.',
  'Ik wil geen e-mails meer ontvangen.',
  'Vänligen sluta maila mig.',
  'Jeg ønsker ikke flere mails.',
  'Ikke send meg flere e-poster.',
  'Älkää lähettäkö enää sähköpostia.',
  'Proszę więcej nie przysyłać maili',
  'Prosím neposílejte mi další emaily.',
  'Kérem, ne írjanak többet.',
  'Vă rog să mă ștergeți din listă',
  'Моля, премахнете ме от списъка',
  'Не надо мне больше писать',
  'Не пишіть мені більше',
  'Bir daha mail atmayın',
  'Παρακαλώ διαγράψτε με από τη λίστα',
  'נא להסיר אותי מרשימת התפוצה',
  'الرجاء إزالتي من القائمة',
  'Vui lòng xóa tôi khỏi danh sách',
  'Mohon hapus saya dari daftar',
  '今後メールを送らないでください。',
  '请把我从名单中删除',
  '메일 보내지 마세요',
])('asks for no further mail, also above a signature and a quote: %s', (text) => {
  expect(asks(text)).toBe(true);
  expect(asks(`${text}${signature}${quote}`)).toBe(true);
  expect(asks(`${quote.trim()}\n\n${text}\n\nSent from my iPhone`)).toBe(true);
});

it.each([
  'Please delete this email. I sent it by mistake.',
  'I want to be removed from the cc, but Bob is interested.',
  'Stop by our booth next week, we would love to talk.',
  'Could you remove me from the cc and write to Bob instead?',
  'Do not send the contract before Friday.',
  'How do I unsubscribe customers in your tool?',
  'We want to stop sending newsletters by hand. Can you help?',
  'Please take me through your offer.',
  'Löschen Sie bitte den zweiten Termin.',
  'Please remove the attachment and send it again.',
  'Yes, interesting. To the end of the month I am away.',
  'Our list is long: we look for a way to remove duplicates.',
  'Stop! I love it. Send me the contract.',
  'We want to stop sending emails. Can you help?',
  'We do not send emails anymore.',
  'I do not want to unsubscribe.',
  'Please do not email me here, write to bob@people.test.',
  'Please remove bob@people.test from the list.',
  'Please remove me and Bob from the cc.',
  'No message for me?',
  'Bitte schreiben Sie mir nicht mehr diese Woche, sondern ab Januar.',
  'Bitte nehmen Sie mich in Ihren Verteiler auf.',
  'Ich widerspreche.',
  'Merci de ne plus écrire à Paul mais à moi.',
  'No me escriba a este correo, escriba a bob@people.test.',
  'Verwijder regel 3 uit de offerte',
  'Удалите пункт 3 из договора.',
  'メールを送ってください',
  'Please call me, do not email.',
  'Please do not hesitate to contact me.',
  'I have not received any further emails.',
  'You can contact me any time.',
  'Bitte keine Anrufe',
  'Je souhaite recevoir plus de mails.',
  'Ik ontvang geen mails.',
  'Не получал ваших писем.',
])('says something else: %s', (text) => {
  expect(asks(text)).toBe(false);
  expect(asks(`${text}${signature}${quote}`)).toBe(false);
});

it.each([
  ['unsubscribe', true],
  ['Re: Unsubscribe', true],
  ['AW: Abmelden', true],
  ['STOP', true],
  ['Re: How to unsubscribe users', false],
  ['Re: Stop losing customers', false],
])('the subject "%s" asks for no further mail: %s', (subject, expected) => {
  expect(asksInSubject(subject)).toBe(expected);
});
