/** A small change of a source file that its tests are to notice. */
export type Mutant = {
  /** Path from the root. */
  file: string;
  line: number;
  /** The part of the text that `replacement` takes the place of: offsets, end excluded. */
  start: number;
  end: number;
  replacement: string;
};

/** A change within a text, before it is known where the text lies. */
export type Edit = Pick<Mutant, 'start' | 'end' | 'replacement'>;

export function applyMutant(text: string, { start, end, replacement }: Edit): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** `file:line  before → after`, each on one line and cut. */
export function describeMutant(text: string, mutant: Mutant): string {
  const short = (part: string) => {
    const line = part.replace(/\s+/g, ' ').trim();
    return line.length > 90 ? `${line.slice(0, 89)}…` : line || '(nothing)';
  };
  const before = short(text.slice(mutant.start, mutant.end));
  return `${mutant.file}:${mutant.line}  ${before}  →  ${short(mutant.replacement)}`;
}
