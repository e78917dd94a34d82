/**
 * Lines with which mail programs introduce a quote, in the languages they are common in.
 */
const marked = [
  new RegExp(
    String.raw`^(on|am|le|el|il|op|em|den|dne|w dniu)\b.{5,200}\b(wrote|schrieb|a écrit|` +
      String.raw`escribió|ha scritto|schreef|escreveu|skrev|napsal|napisał)\b.{0,200}:\s*$`,
    'i',
  ),
  new RegExp(
    String.raw`^.{0,200}<[^<>\s]{1,250}@[^<>\s]{1,250}>.{0,40}\b(wrote|schrieb|a écrit|` +
      String.raw`escribió|ha scritto|schreef|escreveu|skrev|написал[аи]?):\s*$`,
    'i',
  ),
  /^\d{1,2}[./]\d{1,2}[./]\d{2,4}[ ,]+\d{1,2}:\d\d\b.{0,120}(:|>)\s*$/,
];
/** Behind these lines nothing is the writer's own. */
const ends = [
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

const isQuoted = (line: string) => line.startsWith('>');

/**
 * The words of a reply's writer: without quoted text, the lines that introduce it, and a signature
 * after `-- `. Text below a quote is kept, because some people answer there.
 */
export function ownWords(text: string): string {
  // Long quote headers are wrapped: "On … Ann <ann@x>\nwrote:".
  const lines = text
    .replace(/\r\n?/g, '\n')
    .replace(
      /^((?:(?:On|Am|Le|El|Il|Op|Em|Den)\b|\d\d?[./])[^\n]{5,150})\n([^\n]{0,80}:)[ \t]*$/gm,
      '$1 $2',
    )
    .split('\n');
  const kept: string[] = [];
  for (const [at, line] of lines.entries()) {
    const bare = line.trim();
    if (ends.some((end) => end.test(bare))) {
      // Android puts its mark above the quote, and some people answer below that.
      if (kept.join('').trim() !== '' || !lines.slice(at + 1).some(isQuoted)) break;
      continue;
    }
    if (marked.some((header) => header.test(bare))) {
      // A quote without marks goes on to the end of the mail.
      const next = lines.slice(at + 1, at + 6).find((one) => one.trim() !== '');
      if (!next?.startsWith('>')) break;
    } else if (!line.startsWith('>')) kept.push(line);
  }
  return kept.join('\n').trim();
}
