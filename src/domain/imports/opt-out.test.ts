import { describe, expect, it } from 'vitest';
import { optOutColumns, optOutOf } from './opt-out.ts';

const says = (column: string, value: string): boolean =>
  optOutOf([value], optOutColumns([column])) !== null;

describe('a table says that somebody must not be written to', () => {
  it.each([
    ['Unsubscribed from all email', 'TRUE'],
    ['Email Opt Out', '1'],
    ['Email Opt-Out', 'Ja'],
    ['Opted out of email: Newsletter', 'yes'],
    ['HasOptedOutOfEmail', 'true'],
    ['Do Not Email', 'x'],
    ['do_not_contact', '✓'],
    ['unsub_time', '2026-03-01 10:00:00'],
    ['OPTOUT_TIME', '2026-03-01'],
    ['EmailBouncedReason', '550 5.1.1 unknown user'],
    ['Bounced', 'hard'],
    ['Status', 'Unsubscribed'],
    ['Status', 'cleaned'],
    ['Email Status', 'Do Not Email'],
    ['Email Status', 'Bounced'],
    ['email_status', 'Invalid'],
    ['Lead Status', 'Do Not Contact'],
    ['Tags', 'customer, unsubscribed'],
    ['Subscribed', 'no'],
    ['Marketing consent', 'FALSE'],
    ['Newsletter abgemeldet', 'ja'],
    ['Werbesperre', 'x'],
    ['Désinscrit', 'oui'],
    ['Baja', 'Sí'],
    ['Disiscritto', 'sì'],
    ['Uitgeschreven', 'ja'],
    ['Wypisany', 'tak'],
    ['Отписан', 'да'],
    ['配信停止', 'はい'],
    ['Suppressed', 'perhaps'],
    ['Do not allow Emails', 'Do Not Allow'],
  ])('by %s = %s', (column, value) => {
    expect(says(column, value)).toBe(true);
  });

  it.each([
    ['Email Opt Out', ''],
    ['Email Opt Out', 'false'],
    ['Email Opt Out', '0'],
    ['Unsubscribed', 'Nein'],
    ['Unsubscribed', '-'],
    ['Unsubscribe link', 'https://a.example/u/1'],
    ['Unsubscribe URL', 'https://a.example/u/1'],
    ['SMS Opt Out', 'TRUE'],
    ['Do Not Call', '1'],
    ['HasOptedOutOfFax', 'true'],
    ['Status', 'Subscribed'],
    ['Status', 'New'],
    ['Email Status', 'Verified'],
    ['OPTIN_TIME', 'no'],
    ['Subscribed', 'yes'],
    ['Subscribed', ''],
    ['Opt-in', 'opted in'],
    ['Do not allow Emails', 'Allow'],
    ['Company', 'Bounced'],
    ['State', 'Texas'],
    ['Email', 'ann@example.net'],
  ])('not by %s = %s', (column, value) => {
    expect(says(column, value)).toBe(false);
  });

  it('with the column and the value as the reason', () => {
    const columns = optOutColumns(['Email', 'Opt Out', 'Status']);
    expect(columns.map(({ column, kind }) => [column, kind])).toEqual([
      ['Opt Out', 'refusal'],
      ['Status', 'status'],
    ]);
    expect(optOutOf(['a@x.de', '', 'Cleaned'], columns)).toBe('Status: Cleaned');
    expect(optOutOf(['a@x.de'], columns)).toBeNull();
  });
});
