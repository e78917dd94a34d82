/**
 * Lines with which mail programs introduce what they quote, in the languages they are common in.
 */
const quoteHeaders = [
  new RegExp(
    String.raw`^(on|am|le|el|il|op|em|den|dne|w dniu)\b.{5,200}\b(wrote|schrieb|a écrit|` +
      String.raw`escribió|ha scritto|schreef|escreveu|skrev|napsal|napisał)\b.{0,200}:\s*$`,
    'i',
  ),
  new RegExp(
    String.raw`^.{0,200}<[^<>\s]{1,250}@[^<>\s]{1,250}>.{0,40}\b(wrote|schrieb|a écrit|` +
      String.raw`escribió|ha scritto|schreef|escreveu|skrev):\s*$`,
    'i',
  ),
  new RegExp(
    String.raw`^-{2,}\s*(original message|ursprüngliche nachricht|message d'origine|` +
      'mensaje original|messaggio originale|oorspronkelijk bericht|mensagem original|' +
      'forwarded message|weitergeleitete nachricht)',
    'i',
  ),
  /^(from|von|de|da|van):\s.+@.+/i,
  /^_{20,}\s*$/,
  /^--\s?$/,
  new RegExp(
    '^(sent from my|gesendet von|von meinem .* gesendet|envoyé de mon|' +
      String.raw`enviado desde mi|inviato da|verstuurd vanaf)\b`,
    'i',
  ),
];

/**
 * What the writer of a reply said: without quoted text, quote headers and a signature after `-- `.
 */
export function ownWords(text: string): string {
  // Long quote headers are wrapped: "On … Ann <ann@x>\nwrote:".
  const joined = text
    .replace(/\r\n?/g, '\n')
    .replace(/^((?:On|Am|Le|El|Il|Op|Em|Den)\b[^\n]{5,150})\n([^\n]{0,80}:)[ \t]*$/gm, '$1 $2');
  const kept: string[] = [];
  for (const line of joined.split('\n')) {
    if (quoteHeaders.some((header) => header.test(line.trim()))) break;
    if (!line.startsWith('>')) kept.push(line);
  }
  return kept.join('\n').trim();
}

const wishes = [
  new RegExp(
    '(please |bitte |pls )?(unsubscribe|opt ?out|optout|stop|remove|remove me|unsub|' +
      'take me off|end|quit)( me)?( please)?',
  ),
  new RegExp(
    '(please |pls |kindly )?(unsubscribe|remove|take|delete|drop|opt) (me|us|' +
      'my (e ?mail|address|e ?mail address|name)|this (e ?mail|address))( (out|off))?' +
      '( (from|of))?( (this|your|the|all|any))?( (mailing|email|contact|distribution|' +
      'marketing|lists?|emails?|mails?|database|future))*( immediately| asap| please|' +
      ' now)?',
  ),
  new RegExp(
    '(please |pls )?(stop|do not|dont|never|quit) (send|sending|email|emailing|' +
      'e mailing|mail|mailing|contact|contacting|write|writing|spam|spamming|message|' +
      'messaging)( to)?( (me|us|this address))?( any(more)?| again| more|' +
      ' ever)*( (e ?mails?|messages?|mails?))?( please| again| anymore)?',
  ),
  /(i )?(want|wish|would like|d like) to (unsubscribe|opt ?out|be removed)( from.*)?/,
  /no (more|further) (e ?mails?|messages?|mails?)( please)?/,
  new RegExp(
    '(bitte )?(abmelden|austragen|abbestellen|entfernen|löschen|stopp|' +
      'newsletter abbestellen|keine (weiteren )?(e ?mails?|mails|nachrichten|' +
      'werbung)( mehr)?)( bitte)?',
  ),
  new RegExp(
    '(bitte )?(tragen|nehmen|löschen|entfernen|melden) sie (mich|meine (e ?mail ?)?' +
      'adresse|meine daten)( bitte)?( (aus|von|ab))?( (ihrem|ihrer|dem|der|diesem))?' +
      '( (verteiler|liste|newsletter|mailingliste))?( aus| ab| heraus)?',
  ),
  new RegExp(
    '(merci de |veuillez |svp )?(me )?(désabonner|désinscrire|désabonnez moi|' +
      'désinscrivez moi|désinscription|désabonnement|supprimez moi|' +
      'retirez moi)( .{0,40})?',
  ),
  new RegExp(
    '(por favor )?(baja|darme de baja|dar de baja|eliminar|desuscribir|desuscribirme|' +
      'no me (escriban|contacten) más)( por favor)?',
  ),
  new RegExp(
    '(cancellami|cancellatemi|disiscrivimi|disiscrivetemi|rimuovimi|disiscrizione|' +
      'annulla iscrizione)( .{0,30})?',
  ),
  /(graag )?(afmelden|uitschrijven|verwijderen)( aub| graag| alstublieft)?/,
  /(por favor )?(descadastrar|remover|cancelar inscrição|me remova|remova me)( .{0,30})?/,
].map((wish) => new RegExp(`^(?:${wish.source})$`, 'u'));

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}\n.!?;]+/gu, ' ')
    .trim();

const greeting = new RegExp(
  '^((hi|hello|hey|dear|hallo|guten tag|liebe[rs]?|sehr geehrte[rs]?|bonjour|hola|' +
    String.raw`ciao)( \S+){0,3}|no|nein|(no )?(thanks|thank you)|(nein )?danke)$`,
  'u',
);

/**
 * Whether a piece of text, as a whole, asks for no further mail. A sentence of a longer message
 * does not.
 */
export function asksToStop(text: string): boolean {
  const words = plain(text);
  if (words.split(/\s+/).length > 14) return false;
  const sentences = words.split(/[\n.!?;]+/).map((sentence) => sentence.trim());
  const first = sentences.find((sentence) => sentence && !greeting.test(sentence));
  return first !== undefined && wishes.some((wish) => wish.test(first));
}
