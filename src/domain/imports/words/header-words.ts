import type { ProfileField } from '../../people/prospect-input.ts';
import { oneOf } from '../../phrases.ts';

/**
 * Header words of each field, without case, accents, spaces and signs, the best ones first:
 * English, German, French, Spanish, Italian, Dutch, Portuguese, Nordic and other languages.
 */
export const headerWords: Record<ProfileField, string> = {
  email: `
    email emailaddress workemail businessemail professionalemail primaryemail contactemail
    personemail useremail email1 mail mailaddress emailadresse mailadresse
    geschaftlicheemail emailgeschaftlich epost epostadress epostadresse eposta correo
    correoelectronico email correoe courriel adressemail adresseemail indirizzoemail
    indirizzodiposta postaelettronica adresemail emailadres почта электроннаяпочта 邮箱 电子邮件 電子郵件 メール
    メールアドレス 이메일`,
  linkedin_url: `
    linkedinurl linkedinpublicurl publiclinkedinurl linkedinpublicprofileurl publicprofileurl
    defaultprofileurl linkedin linkedinprofile linkedinprofileurl linkedinprofil personlinkedinurl
    personlinkedin contactlinkedinurl linkedinlink linkedinprofilelink publicidentifierurl
    profileurl`,
  x_handle: `
    xhandle xusername xprofile xprofileurl xurl twitterhandle twitterusername twitter twitterurl
    twitterprofile twitterprofileurl twitterlink persontwitterurl screenname`,
  first_name: `
    firstname fname first givenname givennames forename vorname prenom nombre nombres nome
    primeironome
    voornaam fornamn fornavn etunimi imie jmeno keresztnev prenume adi ad isim имя 名 名前名 이름`,
  last_name: `
    lastname lname last surname familyname nachname familienname zuname nomdefamille nom apellido
    apellidos cognome sobrenome apelido achternaam efternamn etternavn efternavn sukunimi nazwisko
    prijmeni vezeteknev soyadi soyad soyisim фамилия 姓 성`,
  name: `
    fullname name contactname contact leadname personname contactperson prospectname
    vollstandigername vorundnachname vornamenachname ansprechpartner kontakt nomcomplet nometprenom
    nombrecompleto nombreyapellido nomecompleto nomeecognome volledigenaam naam namn navn nimi
    imieinazwisko adsoyad фио 姓名 氏名 名前`,
  company: `
    company companyname currentcompany organization organisation organizationname organisationname
    account accountname employer business businessname firma firmenname firmaname unternehmen
    unternehmensname arbeitgeber entreprise nomdelentreprise societe empresa nombredelaempresa
    organizacion organizacao organizacja organizzazione
    organizace organizacija
    compania azienda societa ragionesociale nomeazienda bedrijf bedrijfsnaam foretag foretagsnamn
    virksomhed selskap yritys nazwafirmy firmy spolecnost ceg sirket компания организация 会社 会社名 公司
    公司名称 회사`,
  position: `
    jobtitle position title role jobrole jobposition currentposition currenttitle currentjobtitle
    currentjob currentrole posizione posicion posicao
    designation occupation funktion stelle berufsbezeichnung jobbezeichnung stellenbezeichnung rolle
    poste fonction intituledeposte cargo puesto qualifica ruolo mansione functie functietitel
    befattning stilling tittel stanowisko pozice beosztas unvan должность 役職 职位 職位 직책`,
  headline: 'headline linkedinheadline profileheadline personheadline tagline',
};

/** For headers that are none of the words: the signs that a header must have and must not have. */
export const headerHints: Partial<Record<ProfileField, { has: RegExp; not: RegExp }>> = {
  linkedin_url: {
    has: /linkedin/,
    not: oneOf([
      /company|firma|organi[sz]ation|account|employer|id$|industry|headline|followers/,
      /connections|name|bio|status|owner|email/,
    ]),
  },
  x_handle: {
    has: /twitter/,
    not: oneOf([
      /company|firma|organi[sz]ation|account|employer|followers|following|bio|status/,
      /count/,
    ]),
  },
};
