import { AppError } from '../../errors.ts';

type Kind = { begins: readonly string[]; holds?: string; message: string };

/** "E…n…c…" in UTF-16, a stream of an encrypted workbook ([MS-OFFCRYPTO] 2.3.4.4). */
const encryptedPackage = [...'EncryptedPackage'].join('\u0000');

/** Kinds of files by their first bytes, as their specifications name them, read as Latin-1. */
const kinds: readonly Kind[] = [
  {
    begins: ['PK\u0003\u0004'],
    holds: 'mimetypeapplication/vnd.oasis.opendocument',
    message: 'This is an OpenDocument file (.ods): save it as .xlsx or CSV.',
  },
  {
    begins: ['PK\u0003\u0004', 'PK\u0005\u0006'],
    message: 'This is a zip archive: unpack it, and send the table in it.',
  },
  {
    begins: ['\u001f\u008b', 'BZh', '\u00fd7zXZ', '7z\u00bc\u00af', 'Rar!', '(\u00b5/\u00fd'],
    message: 'This file is compressed: unpack it first.',
  },
  {
    begins: ['\u00d0\u00cf\u0011\u00e0'],
    holds: encryptedPackage,
    message: 'This Excel file is protected by a password: remove it, and save the file again.',
  },
  {
    begins: ['\u00d0\u00cf\u0011\u00e0'],
    message: 'This file has the old Excel format: save it as .xlsx or CSV.',
  },
  { begins: ['%PDF'], message: 'This is a PDF: export the table as CSV.' },
  { begins: ['{\\rtf'], message: 'This is a text of a word processor: save the table as CSV.' },
  {
    begins: ['\u0089PNG', 'GIF8', '\u00ff\u00d8\u00ff', 'RIFF'],
    message: 'This is a picture or a recording, and no table.',
  },
  { begins: ['SQLite format 3'], message: 'This is a database: export its table as CSV.' },
  {
    begins: ['BEGIN:VCARD', 'BEGIN:VCALENDAR'],
    message: 'These are visiting cards or calendar entries: export the contacts as CSV.',
  },
];

const page =
  /^(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|body|table|div|meta|script|style)\b/i;
const login = /type=["']?password|log ?in|sign ?in|anmelden/i;

/** Whether the file is a zip that holds a workbook of Excel (.xlsx). */
export function isWorkbook(bytes: Buffer): boolean {
  if (bytes.subarray(0, 4).toString('latin1') !== 'PK\u0003\u0004') return false;
  return bytes.includes('xl/workbook.xml') || bytes.includes('xl/worksheets/');
}

/** The kind of a file that is no table of text, and the way out; null when it may be one. */
function otherFile(head: Buffer): string | null {
  const text = head.subarray(0, 65_536).toString('latin1');
  if (isWorkbook(head))
    return 'This is an Excel file: send it to …/leads/upload-csv, or save it as CSV.';
  // The mark of encrypted workbooks may stand behind the first sectors.
  const found = kinds.find(
    ({ begins, holds }) =>
      begins.some((sign) => text.startsWith(sign)) &&
      (holds === undefined || head.includes(holds, 0, 'latin1')),
  );
  if (found) return found.message;
  const bare = text.replace(/^ï»¿/, '').trimStart();
  if (page.test(bare))
    return login.test(bare)
      ? 'This is a web page that asks for a login, and not the file: log in, and download it again.'
      : 'This is a web page (HTML): open it in a spreadsheet, and save it as CSV.';
  if (bare.startsWith('<?xml')) return 'This is XML: save the table as CSV.';
  return /^[[{]\s*["{[\]}]/.test(bare)
    ? 'This is JSON: send it to …/leads, or save the table as CSV.'
    : null;
}

/** @throws import.unreadable naming the kind of the file, when it is no table of text */
export function refuseOtherFiles(head: Buffer): void {
  const kind = otherFile(head);
  if (kind) throw new AppError('import.unreadable', kind);
}
