/**
 * Words of requests for no further mail, by language. A sentence is such a request when it consists
 * of words of one language's row alone and says enough (`stop-request.ts`): a longer sentence may
 * say something else. Words of one kind stand apart by `|`, accents and case do not count.
 */
export type StopWords = {
  language: string;
  /** Requests by themselves: "unsubscribe". */
  asks: string;
  /** Requests by themselves where the line says nothing else: "stop". */
  bare?: string;
  /** Taking out; needs the writer, or `off` and a list: "remove me", "remove from your list". */
  remove?: string;
  /** Taking, which needs `off`: "take me off". */
  take?: string;
  off?: string;
  /** The writer, or its address or data. */
  self?: string;
  list?: string;
  /** Ends of writing: "stop emailing". */
  halt?: string;
  /** Negations of verbs, which need `more` or the writer: "do not email me". */
  not?: string;
  /** Negations of nouns, which need `more`: "no more emails". */
  no?: string;
  more?: string;
  /** Mails, and ways to send them. */
  mail?: string;
  /** Words that change nothing. */
  fill?: string;
};

/** Courtesies that any language borrows. */
export const courtesies =
  'please|pls|plz|kindly|bitte|thanks|thank you|thx|svp|por favor|graag|aub|merci|danke|' +
  'asap|prego|gracias|grazie|obrigado|tack|gdpr|dsgvo|rgpd|e g|urgent';

/** The kinds of words of a row. */
export type StopKind = Exclude<keyof StopWords, 'language'>;
