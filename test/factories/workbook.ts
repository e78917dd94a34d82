import { storeZip } from '../../src/engine/imports/zip.ts';

/**
 * An .xlsx file with one sheet of these cells: a stored zip of the parts that ECMA-376 requires.
 */
export function writeWorkbook(rows: readonly (readonly (string | number)[])[]): Buffer {
  const cell = (value: string | number) =>
    typeof value === 'number'
      ? `<c><v>${value}</v></c>`
      : `<c t="inlineStr"><is><t>${value.replaceAll('&', '&amp;')}</t></is></c>`;
  const addressed = (row: readonly (string | number)[], y: number) =>
    row
      .map((value, x) => cell(value).replace('<c', `<c r="${String.fromCharCode(65 + x)}${y + 1}"`))
      .join('');
  return workbookOf(rows.map((row, y) => `<row r="${y + 1}">${addressed(row, y)}</row>`).join(''));
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** An .xlsx file with these rows as raw XML, and more files beside the sheet. */
export function workbookOf(sheet: string, more: Record<string, string> = {}): Buffer {
  const related = (type: string, target: string) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/${type}" Target="${target}"/></Relationships>`;
  const files = {
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    '_rels/.rels': related('officeDocument', 'xl/workbook.xml'),
    'xl/workbook.xml':
      `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>` +
      '<sheet name="People" sheetId="1" r:id="rId1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': related('worksheet', 'worksheets/sheet1.xml'),
    'xl/worksheets/sheet1.xml':
      `<worksheet xmlns="${main}">` + `<sheetData>${sheet}</sheetData></worksheet>`,
    ...more,
  };
  return storeZip(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));
}

/** The files of a workbook with these sheets, for `workbookOf`. */
export function sheetFiles(
  sheets: readonly { name: string; state?: string; rows: readonly (readonly string[])[] }[],
): Record<string, string> {
  const named = sheets.map(
    ({ name, state = 'visible' }, n) =>
      `<sheet name="${name}" sheetId="${n + 1}" state="${state}" r:id="rId${n + 1}"/>`,
  );
  const related = sheets.map(
    (_sheet, n) =>
      `<Relationship Id="rId${n + 1}" Type="${relations}/worksheet" ` +
      `Target="worksheets/sheet${n + 1}.xml"/>`,
  );
  const cellAt = (text: string, at: string) =>
    `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const rowAt = (row: readonly string[], y: number) =>
    row.map((text, x) => cellAt(text, `${String.fromCharCode(65 + x)}${y + 1}`)).join('');
  const files = sheets.map(({ rows }, n): [string, string] => [
    `xl/worksheets/sheet${n + 1}.xml`,
    `<worksheet xmlns="${main}"><sheetData>` +
      rows.map((row, y) => `<row r="${y + 1}">${rowAt(row, y)}</row>`).join('') +
      '</sheetData></worksheet>',
  ]);
  return {
    'xl/workbook.xml':
      `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>` +
      `${named.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels':
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
      `${related.join('')}</Relationships>`,
    ...Object.fromEntries(files),
  };
}
