import { trimText } from '../invisible.ts';

// Texts that programs write where a value is missing. Spreadsheet errors: the names of Excel and
// LibreOffice in several languages (Microsoft: "How to correct a #N/A error" and its translations);
// \N of MySQL's exports; NaN and <NA> of pandas; [object Object] of JavaScript.
const missing = new Set(
  `undefined NaN (null) <null> [null] <NA> \\N n/a N/A n.a. k.A. k.A n/d N/D s/o
  #N/A #NV #N/D #ND #NB #N/B #I/T #YOK #HIÁNYZIK #Н/Д #GETTING_DATA #REF #VALUE #NAME`.split(/\s+/),
);
const spreadsheetError = /^(?:#[¡¿]?[\p{Lu}\d/_]+[!?]|Err:\d{3})$/u;
/** Marks of templates and of workflow tools that were never filled. */
const placeholder = new RegExp(
  [
    /^=?\{\{.*\}\}$/,
    /^\{%.*%\}$/,
    /^\{\w+\}$/,
    /^%\w+(?:[ .|]\w+)*%$/,
    /^[$#]\{.*\}$/,
    /^\*\|.*\|\*$/,
    /^\[\[.*\]\]$/,
    /^<<.*>>$/,
    /^\[object \w+\]$/,
  ]
    .map(({ source }) => source)
    .join('|'),
  's',
);
const onlyPunctuation = /^[\p{P}=+~^|`<>\s]+$/u;

/** Words that may be a name ("Null", "Na") and may be a machine's word for nothing. */
const doubtful = new Set(
  `null none na nan nil unknown unnamed noname unbekannt unbenannt inconnu desconocido sconosciuto
  desconhecido onbekend nieznany nieznane неизвестно tbd tba`.split(/\s+/),
);

/** Whether a trimmed text is surely a machine's word for nothing, and no value. */
export function isMissing(value: string): boolean {
  if (startsPlain(value))
    return (
      value.length <= 9 && mayBegin(missingStarts, value) && (missing.has(value) || isError(value))
    );
  return (
    missing.has(value) ||
    isError(value) ||
    onlyPunctuation.test(value) ||
    (value.length <= 500 && placeholder.test(value))
  );
}

// Nearly no value begins like one of the words, so that nearly none is looked up.
const missingStarts = startsOf([...missing, 'Err:']);
const doubtfulStarts = startsOf([...doubtful]);

function startsOf(words: readonly string[]): ReadonlySet<number> {
  return new Set(
    words.flatMap((word) => [word, word.toUpperCase()]).map((word) => word.charCodeAt(0)),
  );
}

const mayBegin = (starts: ReadonlySet<number>, value: string): boolean =>
  starts.has(value.charCodeAt(0));

/** Whether it begins with a letter or digit of ASCII. */
function startsPlain(value: string): boolean {
  const unit = value.charCodeAt(0) | 0x20;
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39);
}

const isError = (value: string): boolean => spreadsheetError.test(value);

/** Whether a text may be a machine's word for nothing, such as "null", and may be a name. */
export function isDoubtful(value: string | null): boolean {
  return (
    value !== null &&
    value.length <= 12 &&
    mayBegin(doubtfulStarts, value) &&
    doubtful.has(value.toLowerCase())
  );
}

/** A value of any lines, trimmed; null when it is blank or surely stands for nothing. */
export function readValue(text: string): string | null {
  let trimmed = trimText(text);
  // Excel's way to keep a number as text: ="0123".
  if (trimmed.startsWith('="')) trimmed = trimmed.replace(/^="([^"]*)"$/, '$1');
  return trimmed === '' || isMissing(trimmed) ? null : trimmed;
}

const gaps = /[\s\p{Cc}]+/gu;

/** A value of one line: as `readValue`, each run of blanks and line ends one blank. */
export function readLine(text: string): string | null {
  const value = readValue(text);
  return value === null || isLine(value) ? value : value.replace(gaps, ' ');
}

/** Whether it has no blanks but single spaces; false for letters that must be looked up. */
function isLine(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const unit = value.charCodeAt(at);
    if (unit > 0x20 && unit < 0x7f) continue;
    if (unit === 0x20 ? value.charCodeAt(at + 1) === 0x20 : unit <= 0xa0 || unit >= 0x1680)
      return false;
  }
  return true;
}
