/**
 * A cell that begins with one of these signs is a formula to a spreadsheet, also behind its
 * full-width form (OWASP, CSV Injection).
 */
const begins = /^[=+\-@\t\r\n＝＋－＠]/;

/** The text of a cell that no spreadsheet takes for a formula: a quote goes before its sign. */
export function withoutFormula(text: string): string {
  return begins.test(text) ? `'${text}` : text;
}

/** The text as it was before `withoutFormula`. */
export function withFormula(text: string): string {
  return text.startsWith("'") && begins.test(text.slice(1)) ? text.slice(1) : text;
}
