import { describe, expect, it } from 'vitest';
import { columnNames } from './csv-mapping.ts';
import { guessColumns } from './guess.ts';

const guess = (headers: string, rows: string[] = []) => {
  const { fields, ...more } = guessColumns(
    columnNames(headers.split(',')),
    rows.map((row) => row.split(',')),
  );
  const named = Object.entries(fields).filter(([, column]) => column !== null);
  return { fields: Object.fromEntries(named), ...more };
};

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
      'Person - Name,Person - Email - Work,Person - Organization,Person - Job title',
      {
        name: 'Person - Name',
        email: 'Person - Email - Work',
        company: 'Person - Organization',
        position: 'Person - Job title',
      },
    ],
    [
      'Ad,Soyad,Şirket,Unvan,E-posta',
      {
        first_name: 'Ad',
        last_name: 'Soyad',
        company: 'Şirket',
        position: 'Unvan',
        email: 'E-posta',
      },
    ],
    [
      'EMAIL,FNAME,LNAME,Organización,Current Job',
      {
        email: 'EMAIL',
        first_name: 'FNAME',
        last_name: 'LNAME',
        company: 'Organización',
        position: 'Current Job',
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
    expect(guess(headers).fields).toEqual(mapping);
  });

  it.each<[string, string[], string | undefined, string[] | undefined]>([
    [
      'Lead Owner Email,Lead Email Address',
      ['s@a.de,a@x.de', 's@a.de,b@x.de'],
      'Lead Email Address',
      undefined,
    ],
    [
      'Assigned To Email,Contact e-mail,Sender Mail',
      ['s@a.de,a@x.de,t@a.de'],
      'Contact e-mail',
      undefined,
    ],
    ['createdByEmail,Kontaktadresse', ['s@a.de,a@x.de'], 'Kontaktadresse', undefined],
    [
      'Besitzer E-Mail,E-Mail (gesch\u00e4ftlich)',
      ['s@a.de,a@x.de'],
      'E-Mail (gesch\u00e4ftlich)',
      undefined,
    ],
    ['Desk email,E-mail (work)', ['s@a.de,a@x.de', 's@a.de,b@x.de'], 'E-mail (work)', undefined],
    ['Email Label,Email Value', ['Work,a@x.de'], 'Email Value', undefined],
    [
      'Email Status,Company Name for Emails,Work Email Address',
      ['ok,Acme,a@x.de'],
      'Work Email Address',
      undefined,
    ],
    ['Email,Work Email', ['yes,a@x.de'], 'Work Email', undefined],
    [
      'E-mail 1 - Value,E-mail 2 - Value',
      ['a@x.de,b@x.de', ',c@x.de'],
      'E-mail 1 - Value',
      ['E-mail 2 - Value'],
    ],
    ['Secondary Email,Email', ['b@x.de,a@x.de'], 'Email', ['Secondary Email']],
    ['Email,EMAIL', ['a@x.de,', ',b@x.de'], 'Email', ['EMAIL']],
    ['Company Email,E-mail (direct)', ['i@a.de,a@x.de'], 'E-mail (direct)', ['Company Email']],
    ['Email,Kollege', ['a@x.de,k@x.de', ',l@x.de'], 'Email', undefined],
    ['Account Owner Email,Name', ['s@a.de,Ann'], undefined, undefined],
    ['Owner,Name', ['s@a.de,Ann'], undefined, undefined],
  ])('have the address of the person, by names and values: %s', (headers, rows, email, also) => {
    const found = guess(headers, rows);
    expect([found.fields.email, found.also.email, found.doubts]).toEqual([email, also, []]);
  });

  it('are in doubt when two hold different addresses, and no name tells which to take', () => {
    const rows = ['a@x.de,b@x.de', 'c@x.de,d@x.de'];
    const { doubts } = guess('Billing email,Shipping email', rows);
    expect(doubts).toEqual(['Billing email', 'Shipping email']);
    expect(guess('Billing email,Shipping email', ['a@x.de,a@x.de']).doubts).toEqual([]);
  });

  it.each([
    [
      'profileUrl,defaultProfileUrl',
      'https://www.linkedin.com/sales/lead/ACwAAAbCdEfGhIj,https://www.linkedin.com/in/ann',
      'defaultProfileUrl',
    ],
    ['LinkedIn Sales Navigator URL,LinkedIn Public URL', ',', 'LinkedIn Public URL'],
    ['LinkedIn Sales Navigator URL,LinkedIn profile page', ',', 'LinkedIn profile page'],
    ['First Name,URL', 'Ann,https://www.linkedin.com/in/ann', 'URL'],
    ['LinkedIn,Web', 'yes,https://www.linkedin.com/in/ann', 'Web'],
  ])('have the public profile: %s', (headers, row, column) => {
    expect(guess(headers, [row]).fields.linkedin_url).toBe(column);
  });
});
