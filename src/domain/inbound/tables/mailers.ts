import { oneOf } from '../../phrases.ts';

/** Words of mail systems, with an example and its origin. */
export type MailerRow = { says: RegExp; example: string; source: string };

const row = (source: string, says: RegExp | RegExp[], example: string): MailerRow => ({
  says: Array.isArray(says) ? oneOf(says) : says,
  example,
  source,
});

/** Local parts of the addresses that mail systems write from. */
export const mailerRows: readonly MailerRow[] = [
  row('RFC 5321 4.5.1, RFC 2142', /post[-_]?master/, 'postmaster'),
  row('Sendmail, Postfix, Exim, qmail', /mail(er)?[-_]?daemon/, 'mailer-daemon'),
  row(
    'Exchange',
    /microsoftexchange[0-9a-f]{32}/,
    'microsoftexchange329e71ec88ae4615bbc36ab6ce41109e',
  ),
  row('MDaemon', /mdaemon/, 'mdaemon'),
  row('Gmail', /mail-?delivery(-?subsystem)?/, 'mail-delivery-subsystem'),
  row('list servers', /bounces?/, 'bounces'),
  row('Verizon', /sysadmin(?=@vzwpix)/, 'sysadmin@vzwpix.com'),
];

/** Names that mail systems write from, where the address does not say so. */
export const mailerNameRows: readonly MailerRow[] = [
  row('Sendmail, Postfix, DragonFly', /mail(er)?[- ]?daemon/, 'MAILER-DAEMON'),
  row('Sendmail, Exim', /mail deliver\w* (sub)?system/, 'Mail Delivery Subsystem'),
  row('RFC 5321 4.5.1', /postmaster/, 'Postmaster'),
  row('Courier', /courier mail server/, 'courier mail server at mx.people.test'),
  row('Exchange', /(system|mail) administrator/, 'System Administrator'),
];

/** Subjects and beginnings that tell of a failed delivery. */
export const failureRows: readonly MailerRow[] = [
  row(
    'English',
    /undeliver|deliver\w{0,12}.{0,20}(fail|problem|error|status|report)|fail\w{0,12}.{0,12}deliver/,
    'Undelivered Mail Returned to Sender',
  ),
  row(
    'English',
    [
      /return(ed|ing) (mail|message|to sender)|failure notice|could ?n[o']t be delivered/,
      /rejected mail/,
    ],
    'failure notice',
  ),
  row(
    'carriers',
    /mail system error|mail (sending )?error|non-?delivery|mail failure|\[bounce\]/,
    'Mail System Error - Returned Mail',
  ),
  row(
    'gateways',
    /blocked by our|was (blocked|rejected|quarantined)|error sending your mail/,
    'Message you sent blocked by our bulk email filter',
  ),
  row(
    'German',
    /unzustellbar|nicht zugestellt|zustellung.{0,20}fehl|zustellungsfehler/,
    'Unzustellbar: Hallo',
  ),
  row(
    'French',
    /non remis|échec de (la )?remise|non délivré|avis de non-?remise/,
    'Non remis : Bonjour',
  ),
  row(
    'Spanish',
    /no se (ha podido|pudo|puede) entregar|error de entrega/,
    'No se puede entregar: Hola',
  ),
  row('Italian', /mancata consegna|non recapitabile|impossibile recapitare/, 'Mancata consegna'),
  row('Dutch', /onbestelbaar|niet bezorgd|kan niet worden bezorgd/, 'Onbestelbaar: Hallo'),
  row(
    'Portuguese',
    /não (foi )?(entregue|pôde ser entregue)|falha na entrega|não é possível entregar/,
    'Não entregue: Olá',
  ),
  row(
    'Polish',
    /niedostarczaln|nie (można|udało się) dostarczyć|nie dostarczono/,
    'Niedostarczalne: Hello',
  ),
  row('Czech and Slovak', /nedoručiteln|nelze doručit|nedoručen|nedoruč/, 'Nedoručitelné: Hello'),
  row(
    'Russian',
    /не удается доставить|недоставлен|не доставлен|недоставка/,
    'Не удается доставить: Hello',
  ),
  row('Ukrainian', /не вдалося доставити|недоставлен/, 'Не вдалося доставити'),
  row(
    'Swedish',
    /gick inte att leverera|kunde inte levereras|oleverer/,
    'Det gick inte att leverera: Hej',
  ),
  row(
    'Danish and Norwegian',
    /kan ikke leveres|ikke leveret|kunne ikke leveres|kan ikke levere/,
    'Kan ikke leveres: Hej',
  ),
  row(
    'Finnish',
    /ei voi(da|tu)? toimittaa|toimittaminen epäonnistui|toimittamaton/,
    'Ei voi toimittaa: Hei',
  ),
  row(
    'Hungarian',
    /kézbesíthetetlen|nem kézbesíthető|kézbesítés sikertelen/,
    'Kézbesíthetetlen: Hello',
  ),
  row('Romanian', /nelivrabil|nu (a putut fi|poate fi) livrat/, 'Nelivrabil: Hello'),
  row('Turkish', /teslim edilemedi|teslim edilemez|iletilemedi/, 'Teslim edilemedi: Hello'),
  row('Greek', /δεν (ήταν δυνατή η παράδοση|παραδόθηκε)|αποτυχία παράδοσης/, 'Αποτυχία παράδοσης'),
  row(
    'Japanese',
    /配信不能|配信でき(ません|なかった)|エラーメール|送信できませんでした/,
    '配信不能: Hello',
  ),
  row('Chinese', /无法送达|未送达|退信|無法傳遞|未傳遞|系统退信/, '未送达: Hello'),
  row('Korean', /배달(할 수 없|되지 않)|전송 실패|배달 실패/, '배달되지 않음: Hello'),
  row('Hebrew and Arabic', /לא ניתן למסור|تعذر تسليم|غير قابل للتسليم/, 'לא ניתן למסור: Hello'),
];

/** Words of mail systems that go on trying. */
export const delayRows: readonly (MailerRow & { where: 'subject' | 'text' })[] = [
  {
    where: 'subject',
    ...row(
      'Exim, Sendmail, Exchange',
      /delay|still (being )?(retried|trying)|warning: (message|could not send)|verzögert|retardé/,
      'Warning: message 1abc delayed 24 hours',
    ),
  },
  {
    where: 'subject',
    ...row(
      'Postfix',
      /will (keep|continue) (to )?(retry|try)|not yet been delivered/,
      'Your mail has not yet been delivered',
    ),
  },
  {
    where: 'text',
    ...row(
      'Exim, Gmail',
      /do(es)? not need to resend|has not yet been delivered|delivery attempts will continue/,
      'You do not need to resend your message.',
    ),
  },
  {
    where: 'text',
    ...row(
      'Sendmail',
      /will (keep|continue) (to )?(retry|try)|will retry for|this is a warning (message )?only/,
      'THIS IS A WARNING MESSAGE ONLY',
    ),
  },
];
