/**
 * Names of folders for unwanted mail, in lower case, by language. A mailbox may have several: that
 * of its server, and those that mail programs have made. IMAP sends them in modified UTF-7 (RFC
 * 3501 5.1.3); they are compared as text.
 */
export const junkFolders: readonly {
  language: string;
  names: readonly string[];
  source: string;
}[] = [
  [
    'English',
    'junk|junk email|junk e-mail|junk mail|spam|bulk|bulk mail|spam mail|' +
      'quarantine|unwanted|suspected spam|probably spam|likely spam',
  ],
  [
    'German',
    'junk-e-mail|spamverdacht|unerwünscht|unerwünschte nachrichten|werbung|' +
      'spam-verdacht|unbekannt',
  ],
  [
    'French',
    'courrier indésirable|courriers indésirables|indésirable|indésirables|' +
      'pourriel|pourriels|messages indésirables',
  ],
  [
    'Spanish',
    'correo no deseado|correo basura|no deseado|no deseados|basura|' +
      'correo electrónico no deseado',
  ],
  ['Italian', 'posta indesiderata|indesiderata|posta spazzatura'],
  [
    'Portuguese',
    'lixo eletrônico|lixo electrónico|lixo eletrónico|' +
      'correio eletrônico não solicitado|email de lixo',
  ],
  ['Dutch', 'ongewenste e-mail|ongewenst|ongewenste mail|reclame'],
  ['Swedish', 'skräppost|skräp'],
  ['Danish', 'uønsket mail|uønsket e-mail|uønsket post|uønsket'],
  ['Norwegian', 'søppelpost|uønsket e-post|nettsøppel'],
  ['Finnish', 'roskaposti|roskapostit'],
  [
    'Polish',
    'wiadomości-śmieci|wiadomości śmieci|niechciane|niechciana poczta|śmieci|' +
      'wiadomości niechciane',
  ],
  ['Czech', 'nevyžádaná pošta|nevyžádané|hromadné'],
  ['Slovak', 'nevyžiadaná pošta|nevyžiadané'],
  ['Hungarian', 'levélszemét|kéretlen levelek|kéretlen'],
  ['Romanian', 'mesaje nedorite|e-mail nedorit|nedorite'],
  ['Bulgarian', 'нежелана поща|нежелана'],
  ['Russian', 'спам|нежелательная почта|нежелательные|подозрительные|нежелательные письма'],
  ['Ukrainian', 'спам|небажана пошта|небажане'],
  [
    'Croatian, Serbian, Slovene',
    'neželjena pošta|neželena pošta|bezvrijedna pošta|нежељена пошта|' + 'vsiljena pošta',
  ],
  ['Greek', 'ανεπιθύμητα|ανεπιθύμητη αλληλογραφία|ανεπιθύμητη'],
  ['Turkish', 'önemsiz|önemsiz e-posta|istenmeyen|istenmeyen e-posta'],
  ['Hebrew', 'דואר זבל|דואר אלקטרוני זבל|ספאם'],
  ['Arabic', 'البريد غير الهام|البريد العشوائي|بريد غير هام|بريد عشوائي|بريد إلكتروني غير هام'],
  ['Japanese', '迷惑メール|スパム|迷惑'],
  ['Chinese', '垃圾邮件|垃圾郵件|垃圾箱|垃圾信件匣|广告邮件|廣告郵件|垃圾信箱'],
  ['Korean', '정크 메일|스팸|스팸메일|스팸 메일|스팸메일함|스팸편지함'],
  ['Thai', 'อีเมลขยะ|จดหมายขยะ'],
  ['Vietnamese', 'thư rác|email rác'],
  ['Indonesian', 'email sampah|surel sampah'],
  [
    'Estonian, Latvian, Lithuanian',
    'rämpspost|mēstules|nevēlamais e-pasts|šlamštas|nepageidaujamas paštas|' +
      'nepageidaujami laiškai',
  ],
  ['Catalan', 'correu brossa'],
].map(([language = '', names = '']) => ({
  language,
  names: names.split('|'),
  source: 'Outlook, Thunderbird, Roundcube and web mailers in this language',
}));
