import { isEmpty, isRow, type Row } from './values.ts';

/** How values are shown: ids in full or short, the clock, and the names of things by id. */
export type Shown = { wide: boolean; timeZone: string; names: ReadonlyMap<string, string> };

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const isId = (value: unknown): boolean => typeof value === 'string' && uuidForm.test(value);

/** The last eight digits of an id: its beginning is the time, which ids made together share. */
export const shortId = (id: string): string => id.slice(-8);

/** A date and a time of day by the given clock; UTC is marked. */
export function instant(iso: string, timeZone: string): string {
  const at = Temporal.Instant.from(iso).toZonedDateTimeISO(timeZone);
  const text = at.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ');
  return timeZone === 'UTC' ? `${text}Z` : text;
}

/** A value on one line: an object as "total 3, sent 1" without zeros. */
export function plain(value: unknown, shown: Shown): string {
  if (isEmpty(value)) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(Math.round(value * 1e4) / 1e4);
  if (typeof value === 'string') return textOf(value, shown);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value.map((item) => textOf(item, shown)).join(', ');
  if (!isRow(value)) return JSON.stringify(value);
  const filled = Object.entries(value).filter(([, member]) => !isEmpty(member) && member !== 0);
  return filled.map(([name, member]) => `${name} ${plain(member, shown)}`).join(', ');
}

function textOf(text: string, { wide, timeZone, names }: Shown): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text)) return instant(text, timeZone);
  if (isId(text)) return names.get(text) ?? (wide ? text : shortId(text));
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** A share as "6.3 %". */
export const percent = (share: number): string => `${Math.round(share * 1e3) / 10} %`;

/** The name of a person or a sender, else the address, profile or handle. */
export function nameOf(row: Row): string {
  const { name, display_name, first_name, last_name } = row;
  const parts = [first_name, last_name].filter(Boolean).join(' ');
  return String((typeof name === 'string' && name) || display_name || parts || identityOf(row));
}

export function identityOf(row: Row): string {
  const { email, email_address, linkedin_url, x_handle, profile_url, provider_account_id } = row;
  const found =
    email ?? email_address ?? linkedin_url ?? x_handle ?? profile_url ?? provider_account_id;
  return typeof found === 'string' ? found : '';
}

/** A number with its noun: "1 person", "2 people". */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;

/** The address or profile of the person of a conversation. */
export const participantOf = (row: Row): string =>
  String(row.participant_email ?? row.participant_linkedin_url ?? row.participant_x_handle ?? '');
