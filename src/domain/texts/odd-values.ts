/** Values that machines and people write for "nothing", without blanks and case. */
export const blankWords: readonly string[] = (
  'null,(null),<null>,undefined,none,nil,nan,n/a,n.a.,na,n.v.,k.a.,k. a.,s/o,not available,' +
  'not applicable,not provided,not set,unknown,unbekannt,inconnu,desconocido,sconosciuto,' +
  'onbekend,неизвестно,no data,no name,noname,empty,missing,tbd,' +
  '\\n,null null,undefined undefined,none none,nan nan'
).split(',');

/**
 * Values that a broken formula or a forgotten placeholder left behind, as regular expressions that
 * JavaScript and PostgreSQL read alike.
 */
export const brokenShapes: readonly string[] = [
  // Errors of spreadsheets, in the languages in which they are written.
  '^#(N/A|NV|N/D|NULL|NAME|REF|VALUE|VALOR|WERT|VALEUR|BEZUG|DIV/0|NUM|ZAHL|SPILL|CALC)[!?]?$',
  '^\\[object [A-Za-z]+\\]$',
  // Placeholders of other tools, and of ours.
  '\\{\\{.*\\}\\}',
  '^=?\\{.*\\}$',
  '\\$\\{.*\\}',
  '^%[^%]+%$',
  '^\\*\\|.*\\|\\*$',
  '^<<.*>>$',
  '^«.*»$',
  '^\\[[A-Za-z_ ]+\\]$',
  // Nothing but punctuation.
  '^[-–—_.,:;!?*#/\\\\|~+=()"\' ]+$',
];
const broken = brokenShapes.map((shape) => new RegExp(shape, 'i'));

/** `blank`: a word for nothing. `broken`: a value that no person wrote. */
type Oddity = 'blank' | 'broken';

/** The oddity of a value that a text is to show; null when it has none. */
export function oddityOf(value: string): Oddity | null {
  const trimmed = value.trim();
  if (blankWords.includes(trimmed.toLowerCase())) return 'blank';
  return broken.some((shape) => shape.test(trimmed)) ? 'broken' : null;
}
