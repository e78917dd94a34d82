import { describe, expect, it } from 'vitest';
import { localZoneOf } from './local-zone.ts';

const zoneOf = (
  email: string | null,
  custom_fields: Record<string, unknown> | string | null = null,
) => {
  const known = localZoneOf({ email, custom_fields });
  return known && `${known.source} ${known.zone}`;
};

describe("a prospect's zone", () => {
  it.each([
    [
      'comes from a field that names one, however it is written',
      { 'Time Zone': ' europe/berlin ' },
      'field Europe/Berlin',
    ],
    [
      'comes from that field before everything else',
      { timezone: 'Asia/Tokyo', phone: '+49 30 1234567' },
      'field Asia/Tokyo',
    ],
    [
      'does not come from an offset or an unknown name',
      { timezone: '+02:00', time_zone: 'Mars/Olympus' },
      null,
    ],
    [
      'does not come from a value that is no text',
      { timezone: 3, phone: ['+49 30 1234567'] },
      null,
    ],
    [
      "comes from the phone number's country",
      { Phone: '+49 (30) 123-4567' },
      'phone Europe/Berlin',
    ],
    [
      'comes from a phone number with 00 for +',
      { mobile_phone: '0033 1 23 45 67 89' },
      'phone Europe/Paris',
    ],
    [
      'comes from a country code of three digits',
      { phone: '+353 1 2345678' },
      'phone Europe/Dublin',
    ],
    [
      'does not come from a country with several zones',
      { phone: '+1 212 555 0100', mobile: '+61 2 5550 1234' },
      null,
    ],
    [
      'comes from a field in another language',
      { zeitzone: '"europe / berlin"' },
      'field Europe/Berlin',
    ],
    [
      'comes from a phone in another language',
      { мобильный: '+49 30 1234567' },
      'phone Europe/Berlin',
    ],
    ['comes from the country by its code', { land: 'DE' }, 'field Europe/Berlin'],
    ['comes from the country in English', { country: 'United Kingdom' }, 'field Europe/London'],
    ['comes from the country in its own language', { Země: 'Česko' }, 'field Europe/Prague'],
    ['comes from the country in a third language', { pays: 'Allemagne' }, 'field Europe/Berlin'],
    [
      'does not come from a country with several zones by name',
      { land: 'USA', pais: 'España' },
      null,
    ],
    ['does not come from a national number', { phone: '030 1234567' }, null],
    ['does not come from a text that is no number', { phone: '+49 call me' }, null],
    [
      "comes from the company's site",
      { website: 'https://www.acme.co.uk/about?x=1' },
      'company Europe/London',
    ],
    [
      'does not come from a site under a global domain',
      { domain: 'acme.io', website: 'acme.com' },
      null,
    ],
  ])('%s', (_name, custom, zone) => {
    expect(zoneOf('jane@acme.com', custom)).toBe(zone);
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
    expect(zoneOf(email)).toBe(zone);
  });

  it('is read from fields that are stored as JSON text, too', () => {
    expect(zoneOf('jane@acme.de', JSON.stringify({ timezone: 'America/Lima' }))).toBe(
      'field America/Lima',
    );
  });
});
