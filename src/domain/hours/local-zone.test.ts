import { describe, expect, it } from 'vitest';
import { localZoneOf } from './local-zone.ts';

const of = (
  email: string | null,
  custom_fields: Record<string, unknown> | string | null = null,
) => {
  const known = localZoneOf({ email, custom_fields });
  return known && `${known.source} ${known.zone}`;
};

describe("a person's zone", () => {
  it.each([
    [
      'a field that names one, however it is written',
      { 'Time Zone': ' europe/berlin ' },
      'field Europe/Berlin',
    ],
    [
      'before everything else',
      { timezone: 'Asia/Tokyo', phone: '+49 30 1234567' },
      'field Asia/Tokyo',
    ],
    ['not an offset, nor what is none', { timezone: '+02:00', time_zone: 'Mars/Olympus' }, null],
    ['not a value that is no text', { timezone: 3, phone: ['+49 30 1234567'] }, null],
    ["the phone number's country", { Phone: '+49 (30) 123-4567' }, 'phone Europe/Berlin'],
    ['with 00 for +', { mobile_phone: '0033 1 23 45 67 89' }, 'phone Europe/Paris'],
    ['with a code of three digits', { phone: '+353 1 2345678' }, 'phone Europe/Dublin'],
    [
      'not a country of several times',
      { phone: '+1 212 555 0100', mobile: '+61 2 5550 1234' },
      null,
    ],
    ['not a national number', { phone: '030 1234567' }, null],
    ['not a number that is none', { phone: '+49 call me' }, null],
    [
      "the company's site",
      { website: 'https://www.acme.co.uk/about?x=1' },
      'company Europe/London',
    ],
    ['not a site of everywhere', { domain: 'acme.io', website: 'acme.com' }, null],
  ])('comes from %s', (_name, custom, zone) => {
    expect(of('jane@acme.com', custom)).toBe(zone);
  });

  it.each([
    ['jane@acme.de', 'cctld Europe/Berlin'],
    ['jane@acme.co.jp', 'cctld Asia/Tokyo'],
    ['jane@gmail.com', null],
    ['jane@acme.us', null],
    ['jane@acme.com.au', null],
    ['jane@acme.ai', null],
    [null, null],
  ])('of %s is %s', (email, zone) => {
    expect(of(email)).toBe(zone);
  });

  it('is read from fields as they are stored, too', () => {
    expect(of('jane@acme.de', JSON.stringify({ timezone: 'America/Lima' }))).toBe(
      'field America/Lima',
    );
  });
});
