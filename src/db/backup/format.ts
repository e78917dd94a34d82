import { z } from 'zod';

// A backup is gzip. Inside are lines: a header; for each table a line that names it, its rows as
// COPY writes them, and `\.`; the jobs that wait; and an end, without which the file is torn.

export const formatName = 'postrider-backup';
export const formatVersion = 1;
export const endOfRows = '\\.';

export const headerSchema = z.object({
  format: z.literal(formatName),
  version: z.number(),
  /** When the snapshot was taken. */
  at: z.string(),
  /** The migrations that the database had. */
  migrations: z.array(z.string()),
  /** The master key that sealed the passwords, by its id. */
  keyId: z.string(),
});
export type Header = z.infer<typeof headerSchema>;

export const recordSchema = z.union([
  z.object({ table: z.string(), columns: z.array(z.string()) }),
  z.object({ job: z.object({ task: z.string(), key: z.string(), payload: z.unknown() }) }),
  z.object({ end: z.object({ rows: z.number() }) }),
]);

/** Hears of each table that is done. */
export type TableProgress = (table: string, rows: number) => void;
