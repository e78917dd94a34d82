import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { writeCsv } from '../../domain/imports/csv.ts';
import { guessColumns } from '../../domain/imports/guess.ts';
import { startOf } from '../../domain/imports/table.ts';
import { minuteMs } from '../../domain/time.ts';
import { AppError } from '../../errors.ts';
import { createRest } from '../rest.ts';

const reader = fileURLToPath(new URL('./workbook-reader.ts', import.meta.url));
/** Limits of reading a file, far above the needs of any ten megabytes that people made. */
const limits = { memoryMb: 640, ms: minuteMs };
const maxWaiting = 8;

const outcomeSchema = z.object({
  error: z.string().nullable(),
  read: z
    .object({
      sheet: z.string(),
      others: z.array(z.string()),
      heads: z.array(z.object({ name: z.string(), rows: z.array(z.array(z.string())) })),
    })
    .optional(),
});

/** The sheet with the people, its cells, and the names of the other sheets. */
export type Workbook = { sheet: string; others: string[]; rows: string[][] };
export type WorkbookOptions = Partial<typeof limits> & { sheet?: string | undefined };

let turn: Promise<unknown> = Promise.resolve();
let waiting = 0;

/**
 * The first visible sheet of an .xlsx file that has people, or the one that is named, read in a
 * process of its own, one file at a time.
 * @throws Error that says why it cannot be read; request.rate_limited when too many wait
 */
export async function readWorkbook(
  bytes: Buffer,
  options: WorkbookOptions = {},
): Promise<Workbook> {
  if (waiting >= maxWaiting)
    throw new AppError(
      'request.rate_limited',
      'Too many Excel files are being read; try again in a minute.',
    );
  waiting += 1;
  const reading = turn.then(() => readSheetWithPeople(bytes, { ...limits, ...options }));
  turn = reading.catch(() => {});
  try {
    return await reading;
  } finally {
    waiting -= 1;
  }
}

async function readSheetWithPeople(
  bytes: Buffer,
  options: typeof limits & WorkbookOptions,
): Promise<Workbook> {
  const { heads, ...workbook } = await readAlone(bytes, options);
  if (heads.length === 0) return workbook;
  const found = heads.find(({ rows }) => hasPeople(rows));
  if (found) {
    const { heads: _heads, ...chosen } = await readAlone(bytes, { ...options, sheet: found.name });
    return chosen;
  }
  throw new Error(
    'None of its sheets has a column of addresses or profiles: ' +
      `${heads.map(({ name }) => name).join(', ')}. ` +
      'Name the columns in the first rows, or say which sheet it is.',
  );
}

/** Whether a column of the sheet identifies people. */
function hasPeople(rows: readonly string[][]): boolean {
  try {
    const { columns, sample } = startOf(writeCsv(rows), { last: true });
    const { email, linkedin_url, x_handle } = guessColumns(columns, sample).fields;
    return Boolean(email ?? linkedin_url ?? x_handle);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

type Outcome = Workbook & NonNullable<z.output<typeof outcomeSchema>['read']>;

async function readAlone(
  bytes: Buffer,
  { memoryMb, ms, sheet }: typeof limits & WorkbookOptions,
): Promise<Outcome> {
  const options = [
    '--disable-warning=ExperimentalWarning',
    `--max-old-space-size=${memoryMb}`,
    reader,
    ...(sheet === undefined ? [] : [sheet]),
  ];
  const child = spawn(process.execPath, options, {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: ms,
    killSignal: 'SIGKILL',
  });
  // It may end before it has read everything, or not begin at all; then it says nothing.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.stdin.end(bytes);
  const said = await text(child.stdout);
  if (said === '')
    throw new Error(
      'It takes too much memory or time. Save it as CSV and send it to …/leads/import.',
    );
  const [outcome = '', ...lines] = said.split('\n');
  const { error, read } = outcomeSchema.parse(JSON.parse(outcome));
  if (error !== null || !read) throw new Error(error ?? 'Nothing was read.');
  const rows: string[][] = [];
  const rest = createRest();
  for (const line of lines) {
    rows.push(JSON.parse(line) as string[]);
    await rest();
  }
  return { ...read, rows };
}
