import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { minuteMs } from '../../domain/time.ts';
import { AppError } from '../../errors.ts';
import { createRest } from '../rest.ts';

const reader = fileURLToPath(new URL('./workbook-reader.ts', import.meta.url));
/** What a file may take to be read: far more than any of ten megabytes that people made. */
const limits = { memoryMb: 640, ms: minuteMs };
const maxWaiting = 8;

const outcomeSchema = z.object({
  error: z.string().nullable(),
  sheet: z.string(),
  others: z.array(z.string()),
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
  const reading = turn.then(() => readAlone(bytes, { ...limits, ...options }));
  turn = reading.catch(() => {});
  try {
    return await reading;
  } finally {
    waiting -= 1;
  }
}

async function readAlone(
  bytes: Buffer,
  { memoryMb, ms, sheet }: typeof limits & WorkbookOptions,
): Promise<Workbook> {
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
  const { error, ...about } = outcomeSchema.parse(JSON.parse(outcome));
  if (error !== null) throw new Error(error);
  const rows: string[][] = [];
  const rest = createRest();
  for (const line of lines) {
    rows.push(JSON.parse(line) as string[]);
    await rest();
  }
  return { ...about, rows };
}
