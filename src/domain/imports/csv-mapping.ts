import type { Problem } from '../../errors.ts';
import { nameOf, type ProfileField, profileFields } from '../people/prospect-input.ts';

/** Which column of a table holds which field of a person; null when none does. */
export type ColumnMapping = Record<ProfileField, string | null>;

/** A person as a row gives it: texts trimmed, blank ones null, nothing validated. */
export type RowPerson = Record<ProfileField, string | null> & {
  custom_fields: Record<string, string> | null;
};

// Header words without case, accents, spaces and signs; the sooner a word stands here, the better it fits.
const words: Record<ProfileField, string> = {
  email: `email emailaddress workemail businessemail professionalemail primaryemail contactemail personemail useremail companyemail email1 mail
    mailaddress emailadresse mailadresse geschaftlicheemail emailgeschaftlich epost epostadress epostadresse eposta correo correoelectronico
    email correoe courriel adressemail adresseemail indirizzoemail indirizzodiposta postaelettronica adresemail emailadres почта электроннаяпочта
    邮箱 电子邮件 電子郵件 メール メールアドレス 이메일`,
  linkedin_url: `linkedinurl linkedin linkedinprofile linkedinprofileurl linkedinprofil personlinkedinurl personlinkedin contactlinkedinurl linkedinlink
    profileurl defaultprofileurl linkedinprofilelink`,
  x_handle: `xhandle xusername xprofile xprofileurl xurl twitterhandle twitterusername twitter twitterurl twitterprofile twitterprofileurl
    twitterlink persontwitterurl screenname`,
  first_name: `firstname first givenname givennames forename vorname prenom nombre nombres nome primeironome voornaam fornamn fornavn etunimi imie
    jmeno keresztnev prenume adi isim имя 名 名前名 이름`,
  last_name: `lastname last surname familyname nachname familienname zuname nomdefamille nom apellido apellidos cognome sobrenome apelido achternaam
    efternamn etternavn efternavn sukunimi nazwisko prijmeni vezeteknev soyadi soyisim фамилия 姓 성`,
  name: `fullname name contactname contact leadname personname contactperson prospectname vollstandigername vorundnachname vornamenachname
    ansprechpartner kontakt nomcomplet nometprenom nombrecompleto nombreyapellido nomecompleto nomeecognome volledigenaam naam namn navn nimi
    imieinazwisko adsoyad фио 姓名 氏名 名前`,
  company: `company companyname currentcompany organization organisation organizationname organisationname account accountname employer business
    businessname firma firmenname firmaname unternehmen unternehmensname arbeitgeber entreprise nomdelentreprise societe empresa nombredelaempresa
    compania azienda societa ragionesociale nomeazienda bedrijf bedrijfsnaam foretag foretagsnamn virksomhed selskap yritys nazwafirmy firmy spolecnost
    ceg sirket компания организация 会社 会社名 公司 公司名称 회사`,
  position: `jobtitle position title role jobrole jobposition currentposition currenttitle currentjobtitle designation occupation funktion stelle
    berufsbezeichnung jobbezeichnung stellenbezeichnung rolle poste fonction intituledeposte cargo puesto qualifica ruolo mansione functie functietitel
    befattning stilling tittel stanowisko pozice beosztas unvan должность 役職 职位 職位 직책`,
  headline: 'headline linkedinheadline profileheadline personheadline tagline',
};

// For headers that are no word of the lists: what they must and must not say.
const hints: Partial<Record<ProfileField, { has: RegExp; not: RegExp }>> = {
  email: {
    has: /email/,
    not: /status|verif|valid|opt|date|sent|subject|domain|type|source|confiden|bounce|count|personal|private|secondary|[2-9]$/,
  },
  linkedin_url: {
    has: /linkedin/,
    not: /company|firma|organi[sz]ation|account|employer|id$|industry|headline|followers|connections|name|bio|status/,
  },
  x_handle: {
    has: /twitter/,
    not: /company|firma|organi[sz]ation|account|employer|followers|following|bio|status|count/,
  },
};

const wordLists = profileFields.map((field) => ({
  field,
  list: words[field].split(/\s+/).map(headerWord),
  hint: hints[field],
}));

function headerWord(header: string): string {
  const plain = header
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/ı/g, 'i')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l');
  return plain.replace(/[^\p{L}\p{N}]/gu, '').normalize('NFC');
}

/** Names for the columns, each once: headers trimmed, nameless ones by their number ("column_3"), repeated ones with "_2". */
export function columnNames(headers: readonly string[]): string[] {
  return distinct(headers.map((header, index) => header.trim() || `column_${index + 1}`));
}

/** Which column seems to hold which field, by its name; a column serves one field at most. */
export function guessMapping(columns: readonly string[]): ColumnMapping {
  const spelled = columns.map(headerWord);
  const taken = new Set<number>();
  const mapping = Object.fromEntries(profileFields.map((field) => [field, null])) as ColumnMapping;
  const take = (field: ProfileField, index: number) => {
    if (index < 0 || mapping[field] !== null) return;
    mapping[field] = columns[index]!;
    taken.add(index);
  };
  for (const { field, list } of wordLists) {
    const best = list
      .map((word) => spelled.indexOf(word))
      .find((index) => index >= 0 && !taken.has(index));
    take(field, best ?? -1);
  }
  for (const { field, hint } of wordLists) {
    if (hint)
      take(
        field,
        spelled.findIndex(
          (word, index) => !taken.has(index) && hint.has.test(word) && !hint.not.test(word),
        ),
      );
  }
  return splitName(mapping);
}

/** Beside a "Vorname", German tables call the family name just "Name". */
function splitName(mapping: ColumnMapping): ColumnMapping {
  const { first_name, last_name, name } = mapping;
  const german =
    first_name !== null &&
    headerWord(first_name) === 'vorname' &&
    name !== null &&
    headerWord(name) === 'name';
  return german && last_name === null ? { ...mapping, last_name: name, name: null } : mapping;
}

/** What is wrong with a mapping a caller gives: columns that the table does not have, and a column for two fields. */
export function mappingProblems(
  columns: readonly string[],
  mapping: Partial<ColumnMapping>,
): Problem[] {
  const used = new Map<string, string>();
  return Object.entries(mapping).flatMap(([field, column]) => {
    if (column === null) return [];
    const pointer = `/mapping/${field}`;
    const twin = used.get(column);
    used.set(column, field);
    if (!columns.includes(column))
      return [
        {
          pointer,
          code: 'unknown_column',
          message: `There is no column "${column}" in the table.`,
        },
      ];
    return twin
      ? [
          {
            pointer,
            code: 'column_twice',
            message: `The column "${column}" already serves ${twin}.`,
          },
        ]
      : [];
  });
}

/**
 * A reader of rows, made once per table. Columns without a field become custom fields, their key lower-cased, spaces as "_",
 * other signs dropped; blank cells are left out. `name` is first and last name when the table has none.
 */
export function rowReader(
  columns: readonly string[],
  mapping: Partial<ColumnMapping>,
): (row: readonly string[]) => RowPerson {
  const indexes = profileFields.map((field) => ({
    field,
    index: mapping[field] ? columns.indexOf(mapping[field]) : -1,
  }));
  const mapped = new Set(indexes.map(({ index }) => index));
  const keys = distinct(
    columns.map((column, index) => (mapped.has(index) ? '' : customKey(column, index))),
  );
  const custom = keys.flatMap((key, index) => (mapped.has(index) ? [] : [{ key, index }]));
  return (row) => {
    const person = { custom_fields: null } as RowPerson;
    for (const { field, index } of indexes) person[field] = row[index]?.trim() || null;
    person.name ??= nameOf(person);
    for (const { key, index } of custom) {
      const value = row[index]?.trim();
      if (!value) continue;
      person.custom_fields ??= {};
      person.custom_fields[key] = value;
    }
    return person;
  };
}

function customKey(column: string, index: number): string {
  const key = column
    .toLowerCase()
    .trim()
    .replace(/\s+/g, '_')
    .replace(/[^\p{L}\p{N}_]/gu, '');
  // Assigning to this name would set the object's prototype.
  return key === '__proto__' ? 'proto' : key || `column_${index + 1}`;
}

/** The names, later copies of one with "_2", "_3", …; blank names stay. A name of thousands of copies costs no more than thousands of names. */
function distinct(names: readonly string[]): string[] {
  const taken = new Set(names);
  const copies = new Map<string, number>();
  return names.map((name) => {
    const before = copies.get(name);
    copies.set(name, before ?? 1);
    if (name === '' || before === undefined) return name;
    let n = before + 1;
    while (taken.has(`${name}_${n}`)) n += 1;
    copies.set(name, n);
    taken.add(`${name}_${n}`);
    return `${name}_${n}`;
  });
}
