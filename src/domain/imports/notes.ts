/** What an import noticed in rows that it took or left out, by how many rows. */
const messages = {
  opted_out: 'Left out, because a column says that the person must not be written to',
  other_column: 'Address taken from another column, because the first had none',
  first_of_several: 'First of several addresses in a cell taken',
  dropped: 'Value left out that is none of its kind',
  cut: 'Text cut that was too long',
  custom_dropped: 'Longest texts of other columns left out, because they are more than fits',
  doubtful: 'Name that may stand for nothing: look at these people before the launch',
};
export type NoteCode = keyof typeof messages;

/** How many rows, and the first example. */
export type Notes = Partial<Record<NoteCode, { rows: number; of: string }>>;

export function note(notes: Notes, code: NoteCode, of: string): void {
  const known = notes[code];
  if (known) known.rows += 1;
  else notes[code] = { rows: 1, of: of.slice(0, 120).toWellFormed() };
}

/** Both together; the first example stays. */
export function addNotes(notes: Notes, more: Notes): Notes {
  const sum: Notes = { ...notes };
  for (const [code, { rows, of }] of Object.entries(more) as [
    NoteCode,
    { rows: number; of: string },
  ][])
    sum[code] = { rows: (sum[code]?.rows ?? 0) + rows, of: sum[code]?.of ?? of };
  return sum;
}

/** The notes as sentences. */
export function notesInWords(notes: Notes): string[] {
  return (Object.keys(messages) as NoteCode[]).flatMap((code) => {
    const found = notes[code];
    return found ? [`${messages[code]}: rows ${found.rows}, such as ${found.of}.`] : [];
  });
}
