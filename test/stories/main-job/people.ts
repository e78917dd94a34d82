export type Lead = { email: string; first: string; last: string; company: string; city: string };

const firsts = [
  'Jörg',
  'Änne',
  'Zoë',
  'François',
  'Søren',
  'Günther',
  'Anna',
  'Bernd',
  'Hilde',
  'Karl',
  'Ida',
  'Uwe',
];
const lasts = ['Müller', 'Weiß', 'Ångström', "O'Neil", 'Maier'];
const companies = [
  'Groß & Söhne; GmbH',
  'Gasthof "Zum Löwen"',
  'Kühn, Weiß und Partner',
  'Café Übersee',
  'Maier AG',
  '50% Rabatt OHG',
  'Nord;Süd',
];
const cities = ['Köln', 'Bad Düben', '', 'Zürich'];

/** Sixty people, with the special characters that real lists have. */
export const leads: readonly Lead[] = Array.from({ length: 60 }, (_, i) => ({
  email: `lead${String(i + 1).padStart(2, '0')}@${i % 3 === 0 ? 'company' : 'people'}.test`,
  first: firsts[i % firsts.length]!,
  last: lasts[i % lasts.length]!,
  company: companies[i % companies.length]!,
  city: cities[i % cities.length]!,
}));

/** Leads that react; all others get three mails and stay silent. */
export const people = {
  /** Has no mailbox, so that mails bounce. */
  gone: leads[2]!,
  /** Answers the first mail in its thread. */
  replier: leads[4]!,
  /** Answers the follow-up in its thread. */
  late: leads[11]!,
  /** Answers by a new mail outside the thread. */
  writer: leads[17]!,
  /** Unsubscribes by the link in the mail. */
  leaver: leads[23]!,
  /** Has a vacation responder. */
  away: leads[30]!,
  /** Answers after the last mail. */
  afterwards: leads[40]!,
};

/** Rows of the list that repeat a lead in another spelling. */
export const duplicateCount = 5;

const quoted = (cell: string) => (/["; \n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const row = ({ email, first, last, company, city }: Lead) =>
  [first, last, email, company, city].map(quoted).join(';');

/**
 * The list as a German Excel saves it: semicolons, Windows-1252 and CRLF. Some people are in it
 * twice.
 */
export function writeList(): Buffer {
  const rows = leads.map(row);
  const again = leads.slice(0, duplicateCount * 7).filter((_, i) => i % 7 === 3);
  const spelled = again.map((lead, i) =>
    row({ ...lead, email: i % 2 ? lead.email.toUpperCase() : ` ${lead.email} `, first: 'Doppelt' }),
  );
  rows.splice(20, 0, ...spelled.slice(0, 2));
  return Buffer.from(
    `${['Vorname;Nachname;E-Mail;Firma;Ort', ...rows, ...spelled.slice(2)].join('\r\n')}\r\n`,
    'latin1',
  );
}
