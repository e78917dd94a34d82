import { detectDialect, type Scan, scanCsv } from '../../domain/imports/csv.ts';
import { createRest } from '../rest.ts';

/** Read at a time, in UTF-16 units. The longest record is a quarter of it. */
const pieceLength = 262_144;

/**
 * The records of a whole table. Other work runs while it is read.
 * @throws what `check` throws about the number of records so far
 */
export async function scanTable(
  text: string,
  check: (records: number) => void = () => undefined,
): Promise<Scan> {
  const dialect = detectDialect(text.slice(0, pieceLength));
  const whole: Scan = { records: [], starts: [], end: 0 };
  const rest = createRest();
  while (whole.end < text.length) {
    const from = whole.end;
    const last = from + pieceLength >= text.length;
    const { records, starts, end } = scanCsv(text.slice(from, from + pieceLength), dialect, {
      last,
    });
    for (const [index, record] of records.entries()) {
      whole.records.push(record);
      whole.starts.push(from + starts[index]!);
    }
    whole.end = from + end;
    check(whole.records.length);
    await rest();
  }
  return whole;
}
