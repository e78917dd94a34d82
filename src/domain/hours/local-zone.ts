import { normaliseDomain } from '../identity.ts';
import { normaliseTimeZone } from '../text.ts';
import { foldWord, wordsOf } from '../words.ts';
import { nameLanguages, otherNames, zoneWords } from './zone-words.ts';

/**
 * How a person's zone is known: a field that says it, the phone number, the address's country, or
 * the country of the company's site.
 */
export const zoneSources = ['field', 'phone', 'cctld', 'company'] as const;
export type ZoneSource = (typeof zoneSources)[number];
export type LocalZone = { zone: string; source: ZoneSource };

// Countries with one time: top-level domain (! where it is sold as something else), calling code (-
// where others share it), zone. Facts of the IANA root zone, ITU-T E.164 and the tz database.
// Countries of several times are left out: nothing is guessed.
const countries = `
  ae 971 Asia/Dubai|al 355 Europe/Tirane|!am 374 Asia/Yerevan|ao 244 Africa/Luanda
  ar 54 America/Argentina/Buenos_Aires|at 43 Europe/Vienna|az 994 Asia/Baku|ba 387 Europe/Sarajevo
  bb - America/Barbados|bd 880 Asia/Dhaka|be 32 Europe/Brussels|bf 226 Africa/Ouagadougou
  bg 359 Europe/Sofia|bh 973 Asia/Bahrain|bi 257 Africa/Bujumbura|bj 229 Africa/Porto-Novo
  bn 673 Asia/Brunei|bo 591 America/La_Paz|bs - America/Nassau|bt 975 Asia/Thimphu
  bw 267 Africa/Gaborone|by 375 Europe/Minsk|!bz 501 America/Belize|ch 41 Europe/Zurich
  ci 225 Africa/Abidjan|cm 237 Africa/Douala|cn 86 Asia/Shanghai|!co 57 America/Bogota
  cr 506 America/Costa_Rica|cu 53 America/Havana|cv 238 Atlantic/Cape_Verde|cy 357 Asia/Nicosia
  cz 420 Europe/Prague|de 49 Europe/Berlin|!dj 253 Africa/Djibouti|dk 45 Europe/Copenhagen
  do - America/Santo_Domingo|dz 213 Africa/Algiers|ee 372 Europe/Tallinn|eg 20 Africa/Cairo
  er 291 Africa/Asmara|et 251 Africa/Addis_Ababa|fi 358 Europe/Helsinki|fj 679 Pacific/Fiji
  fo 298 Atlantic/Faroe|fr 33 Europe/Paris|!ga 241 Africa/Libreville|ge 995 Asia/Tbilisi
  gh 233 Africa/Accra|gi 350 Europe/Gibraltar|gm 220 Africa/Banjul|gn 224 Africa/Conakry
  gr 30 Europe/Athens|gt 502 America/Guatemala|gy 592 America/Guyana|hk 852 Asia/Hong_Kong
  hn 504 America/Tegucigalpa|hr 385 Europe/Zagreb|ht 509 America/Port-au-Prince
  hu 36 Europe/Budapest|ie 353 Europe/Dublin|il 972 Asia/Jerusalem|in 91 Asia/Kolkata
  iq 964 Asia/Baghdad|ir 98 Asia/Tehran|is 354 Atlantic/Reykjavik|it 39 Europe/Rome
  jm - America/Jamaica|jo 962 Asia/Amman|jp 81 Asia/Tokyo|ke 254 Africa/Nairobi|kg 996 Asia/Bishkek
  kh 855 Asia/Phnom_Penh|kr 82 Asia/Seoul|kw 965 Asia/Kuwait|!la 856 Asia/Vientiane
  lb 961 Asia/Beirut
  li 423 Europe/Vaduz|lk 94 Asia/Colombo|lr 231 Africa/Monrovia|ls 266 Africa/Maseru
  lt 370 Europe/Vilnius|lu 352 Europe/Luxembourg|lv 371 Europe/Riga|!ly 218 Africa/Tripoli
  !mc 377 Europe/Monaco|!md 373 Europe/Chisinau|!me 382 Europe/Podgorica|mg 261 Indian/Antananarivo
  mk 389 Europe/Skopje|mm 95 Asia/Yangon|mo 853 Asia/Macau|mr 222 Africa/Nouakchott
  mt 356 Europe/Malta|!mu 230 Indian/Mauritius|mv 960 Indian/Maldives|mw 265 Africa/Blantyre
  my 60 Asia/Kuala_Lumpur|mz 258 Africa/Maputo|na 264 Africa/Windhoek|ne 227 Africa/Niamey
  ng 234 Africa/Lagos|ni 505 America/Managua|nl 31 Europe/Amsterdam|no - Europe/Oslo
  np 977 Asia/Kathmandu|om 968 Asia/Muscat|pa 507 America/Panama|pe 51 America/Lima
  ph 63 Asia/Manila|pk 92 Asia/Karachi|pl 48 Europe/Warsaw|pr - America/Puerto_Rico
  py 595 America/Asuncion|qa 974 Asia/Qatar|ro 40 Europe/Bucharest|rs 381 Europe/Belgrade
  rw 250 Africa/Kigali|sa 966 Asia/Riyadh|sd 249 Africa/Khartoum|se 46 Europe/Stockholm
  sg 65 Asia/Singapore|si 386 Europe/Ljubljana|sk 421 Europe/Bratislava|sl 232 Africa/Freetown
  sm 378 Europe/San_Marino|sn 221 Africa/Dakar|sr 597 America/Paramaribo|sv 503 America/El_Salvador
  sy 963 Asia/Damascus|!tg 228 Africa/Lome|th 66 Asia/Bangkok|tj 992 Asia/Dushanbe
  tn 216 Africa/Tunis
  tr 90 Europe/Istanbul|tt - America/Port_of_Spain|tw 886 Asia/Taipei|tz 255 Africa/Dar_es_Salaam
  ua 380 Europe/Kyiv|ug 256 Africa/Kampala|uk 44 Europe/London|uy 598 America/Montevideo
  uz 998 Asia/Tashkent|ve 58 America/Caracas|vn 84 Asia/Ho_Chi_Minh|ye 967 Asia/Aden
  za 27 Africa/Johannesburg|zm 260 Africa/Lusaka|zw 263 Africa/Harare`;

const byTopLevel = new Map<string, string>();
const byCallingCode = new Map<string, string>();
const byCountry = new Map<string, string>();
for (const country of countries.trim().split(/\s*[|\n]\s*/)) {
  const [topLevel = '', callingCode = '', zone = ''] = country.split(' ');
  if (!topLevel.startsWith('!')) byTopLevel.set(topLevel, zone);
  byCountry.set(topLevel.replace('!', ''), zone);
  if (callingCode !== '-') byCallingCode.set(callingCode, zone);
}

const fields = Object.fromEntries(
  Object.entries(zoneWords).map(([field, words]) => [field, wordsOf(words)]),
) as Record<keyof typeof zoneWords, string[]>;

type Known = { email: string | null; custom_fields: Record<string, unknown> | string | null };

/**
 * Where a person lives, as far as it is said or certain: a field such as `timezone` or "Zeitzone"
 * that names an IANA zone, else the country that a field names, of the phone number, of the
 * address, or of the company's site, when that country has one time. Null when nothing is known.
 */
export function localZoneOf({ email, custom_fields }: Known): LocalZone | null {
  const given: Record<string, unknown> =
    typeof custom_fields === 'string' ? JSON.parse(custom_fields) : (custom_fields ?? {});
  const own = new Map(Object.entries(given).map(([key, value]) => [foldedKey(key), value]));
  const found = (names: readonly string[], zoneOf: (text: string) => string | null) =>
    names.reduce<string | null>((zone, name) => {
      const value = own.get(name);
      return zone ?? (typeof value === 'string' ? zoneOf(value.trim()) : null);
    }, null);
  const candidates: [ZoneSource, string | null][] = [
    ['field', found(fields.zone, zoneNamed)],
    ['field', found(fields.country, zoneOfCountry)],
    ['phone', found(fields.phone, zoneOfPhone)],
    ['cctld', email ? zoneOfDomain(email.slice(email.lastIndexOf('@') + 1)) : null],
    [
      'company',
      found(fields.site, (site) =>
        zoneOfDomain(site.replace(/^https?:\/\//i, '').replace(/[/:?#].*$/s, '')),
      ),
    ],
  ];
  for (const [source, zone] of candidates) if (zone) return { zone, source };
  return null;
}

const foldedKeys = new Map<string, string>();

/** The key as the words have it. Tables have few keys and many people. */
function foldedKey(key: string): string {
  const known = foldedKeys.get(key);
  if (known !== undefined) return known;
  if (foldedKeys.size > 5_000) foldedKeys.clear();
  const folded = foldWord(key);
  foldedKeys.set(key, folded);
  return folded;
}

/** Of a zone's name, also in quotes or with blanks. */
const zoneNamed = (text: string): string | null =>
  normaliseTimeZone(
    text
      .replace(/^[\s"'`]+|[\s"'`]+$/g, '')
      .replace(/\s*\/\s*/g, '/')
      .replace(/\s+/g, '_'),
  );

/** Countries by their codes and by their names in these languages (Unicode CLDR). */
let countryNames: Map<string, string> | null = null;

function zoneOfCountry(name: string): string | null {
  countryNames ??= namesOfCountries();
  return countryNames.get(foldWord(name)) ?? null;
}

function namesOfCountries(): Map<string, string> {
  const names = new Map<string, string>();
  for (const language of nameLanguages) {
    const shown = new Intl.DisplayNames(language, { type: 'region' });
    for (const [code, zone] of byCountry) {
      const region = code === 'uk' ? 'GB' : code.toUpperCase();
      names.set(foldWord(shown.of(region) ?? code), zone);
      names.set(region.toLowerCase(), zone).set(code, zone);
    }
  }
  for (const [name, code] of otherNames) names.set(name, byCountry.get(code)!);
  return names;
}

/** Of a number in international form; no calling code is the beginning of another. */
function zoneOfPhone(number: string): string | null {
  const digits = /^(?:\+|00)([\d\s()./-]{7,25})$/.exec(number)?.[1]?.replace(/\D/g, '') ?? '';
  for (const length of [2, 3]) {
    const zone = byCallingCode.get(digits.slice(0, length));
    if (zone) return zone;
  }
  return null;
}

function zoneOfDomain(name: string): string | null {
  const domain = normaliseDomain(name);
  return domain === null
    ? null
    : (byTopLevel.get(domain.slice(domain.lastIndexOf('.') + 1)) ?? null);
}
