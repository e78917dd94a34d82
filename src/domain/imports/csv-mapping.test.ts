import { describe, expect, it } from 'vitest';
import { columnNames, guessMapping, mappingProblems, rowReader } from './csv-mapping.ts';

const guess = (headers: string) =>
  Object.fromEntries(
    Object.entries(guessMapping(columnNames(headers.split(',')))).filter(
      ([, column]) => column !== null,
    ),
  );

describe('the columns of a table', () => {
  it.each([
    [
      'email,first_name,last_name,company,position',
      {
        email: 'email',
        first_name: 'first_name',
        last_name: 'last_name',
        company: 'company',
        position: 'position',
      },
    ],
    [
      'First Name,Last Name,Job Title,Company Name,E-Mail Address,' +
        'Person Linkedin Url,Company Linkedin Url',
      {
        first_name: 'First Name',
        last_name: 'Last Name',
        position: 'Job Title',
        company: 'Company Name',
        email: 'E-Mail Address',
        linkedin_url: 'Person Linkedin Url',
      },
    ],
    [
      'Vorname,Nachname,Firma,E-Mail,LinkedIn-Profil',
      {
        first_name: 'Vorname',
        last_name: 'Nachname',
        company: 'Firma',
        email: 'E-Mail',
        linkedin_url: 'LinkedIn-Profil',
      },
    ],
    [
      'Name,Vorname,E-Mail-Adresse',
      { first_name: 'Vorname', last_name: 'Name', email: 'E-Mail-Adresse' },
    ],
    [
      'Prénom,Nom,Société,Courriel,Poste',
      {
        first_name: 'Prénom',
        last_name: 'Nom',
        company: 'Société',
        email: 'Courriel',
        position: 'Poste',
      },
    ],
    [
      'Nombre,Apellidos,Empresa,Correo electrónico,Cargo',
      {
        first_name: 'Nombre',
        last_name: 'Apellidos',
        company: 'Empresa',
        email: 'Correo electrónico',
        position: 'Cargo',
      },
    ],
    ['Imię,Nazwisko,Firma', { first_name: 'Imię', last_name: 'Nazwisko', company: 'Firma' }],
    [
      '姓,名,会社名,メールアドレス',
      { last_name: '姓', first_name: '名', company: '会社名', email: 'メールアドレス' },
    ],
    ['Name,Twitter Handle,Twitter Followers', { name: 'Name', x_handle: 'Twitter Handle' }],
    ['X Username,Company Twitter', { x_handle: 'X Username' }],
    [
      'Full Name,LinkedIn Profile URL,Headline',
      { name: 'Full Name', linkedin_url: 'LinkedIn Profile URL', headline: 'Headline' },
    ],
    ['Email Status,Email (work),Title,Website', { email: 'Email (work)', position: 'Title' }],
    ['Company LinkedIn,Title,Job Title', { position: 'Job Title' }],
    ['LinkedIn Email', { email: 'LinkedIn Email' }],
    ['foo,bar', {}],
  ])('are recognised by their headers: %s', (headers, mapping) => {
    expect(guess(headers)).toEqual(mapping);
  });

  it('have distinct names', () => {
    expect(columnNames([' Email ', '', 'Notes', 'Notes', 'Notes_2', 'Notes', ''])).toEqual([
      'Email',
      'column_2',
      'Notes',
      'Notes_3',
      'Notes_2',
      'Notes_4',
      'column_7',
    ]);
  });
});

describe("a caller's mapping", () => {
  it('is refused for an unknown column and for a column with two fields', () => {
    const columns = ['Mail', 'Who'];
    expect(mappingProblems(columns, { email: 'Mail', name: 'Who', company: null })).toEqual([]);
    expect(
      mappingProblems(columns, { email: 'Post', first_name: 'Who', last_name: 'Who' }).map(
        ({ pointer, code }) => `${pointer} ${code}`,
      ),
    ).toEqual(['/mapping/email unknown_column', '/mapping/last_name column_twice']);
  });
});

describe('a row', () => {
  const columns = [
    'Mail',
    'Vorname',
    'Nachname',
    'Deal  Size ($)',
    'Größe',
    'größe',
    '__proto__',
    '!!',
    'Leer',
  ];
  const read = rowReader(columns, { email: 'Mail', first_name: 'Vorname', last_name: 'Nachname' });

  it('becomes a person, with custom fields from the other columns', () => {
    expect(read([' jane@example.com ', 'Jane', 'Doe', '5 k', 'L', 'XL', 'p', 'x', ' '])).toEqual({
      email: 'jane@example.com',
      linkedin_url: null,
      x_handle: null,
      first_name: 'Jane',
      last_name: 'Doe',
      name: 'Jane Doe',
      company: null,
      position: null,
      headline: null,
      custom_fields: { deal_size_: '5 k', größe: 'L', größe_2: 'XL', proto: 'p', column_8: 'x' },
    });
  });

  it('may be short or blank, and keeps its own full name', () => {
    expect(read(['', 'Jane'])).toMatchObject({ email: null, name: 'Jane', custom_fields: null });
    const named = rowReader(['Name', 'First'], { name: 'Name', first_name: 'First' });
    expect([named(['Dr. Doe', 'Jane']).name, named(['', 'Jane']).name, named([]).name]).toEqual([
      'Dr. Doe',
      'Jane',
      null,
    ]);
  });

  it('has a header with 5,000 equal names, which are made distinct within a second', () => {
    const start = performance.now();
    const names = columnNames(Array.from({ length: 5_000 }, () => 'a'));
    expect(new Set(names).size).toBe(5_000);
    expect(columnNames(['a', 'a_2', 'a', 'a', ' ', 'A'])).toEqual([
      'a',
      'a_2',
      'a_3',
      'a_4',
      'column_5',
      'A',
    ]);
    rowReader(names, {});
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it.each([
    ['too many columns', Array.from({ length: 5_001 }, () => 'a'), '5001 columns'],
    ['a name that is none', ['email', 'x'.repeat(1_001)], 'the name of column 2'],
  ])('that begins with %s is refused', (_case, header, said) => {
    expect(() => columnNames(header)).toThrow(said);
  });

  it('is read 100,000 times within 1.5 seconds', () => {
    const row = ['jane@example.com', 'Jane', 'Doe', '5', 'L', 'XL', 'p', 'x', ''];
    const start = performance.now();
    for (let index = 0; index < 100_000; index++) read(row);
    expect(performance.now() - start).toBeLessThan(1_500);
  });
});
