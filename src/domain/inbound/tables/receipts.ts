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
