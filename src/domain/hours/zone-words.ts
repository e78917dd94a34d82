/**
 * Names of the fields by which the zone of a person is known, without case, accents, blanks and
 * signs: English, Chinese, Hindi, Spanish, French, Arabic, Portuguese, Russian, German, Japanese,
 * Turkish, Korean, Italian, Polish, Ukrainian, Dutch, Romanian, Czech, Hungarian, Swedish, Danish,
 * Norwegian, Finnish and Greek, as contact programs in these languages name them.
 */
export const zoneWords = {
  zone: `
    timezone tz zeitzone fuseauhoraire fuseau zonahoraria husohorario fusohorario fusoorario
    tijdzone strefaczasowa casovepasmo idozona fusorar tidszon tidszone tidssone aikavyohyke
    saatdilimi часовойпояс часовийпояс ζωνηωρας 时区 時區 タイムゾーン 시간대 समयक्षेत्र المنطقةالزمنية`,
  country: `
    country countrycode countryregion personcountry contactcountry land
    landeskennzeichen lander pays pais paese nazione landcode kraj panstwo zeme stat orszag tara
    maa ulke страна країна χωρα 国家 國家 国 국가 देश البلد الدولة`,
  phone: `
    phone phonenumber mobile mobilephone mobilenumber telephone workphone directphone cell cellphone
    corporatephone personalphone businessphone homephone
    telefon telefonnummer telefonnr tel mobil mobiltelefon mobilnummer handy handynummer rufnummer
    telephonemobile portable numerodetelephone mobilepro telefono numerodetelefono movil celular
    telefonomovil telefone telemovel cellulare numeroditelefono telefoonnummer telefoon mobiel gsm
    telefonkomorkowy komorka numertelefonu telefonnicislo mobilni mobiltelefonszam telefonszam
    telefonmobil numardetelefon telefonnumer mobilnr telefonnumero matkapuhelin puhelin
    puhelinnumero cep ceptelefonu телефон мобильный мобильныйтелефон мобільний τηλεφωνο κινητο
    电话 電話 手机 手機 電話番号 携帯 携帯電話 전화 전화번호 휴대폰 फोन मोबाइल الهاتف الجوال`,
  site: `
    domain companydomain website companywebsite homepage webseite firmenwebsite internetseite
    sitio sitioweb paginaweb siteweb siteinternet sitointernet sitoweb site webovestranky
    webstranka stronainternetowa stronawww weboldal webbplats hemsida hjemmeside nettside
    verkkosivu websitesi сайт вебсайт ιστοσελιδα 网站 網站 ウェブサイト 홈페이지 웹사이트`,
};

/** Languages in which countries are named in tables. */
export const nameLanguages =
  `en zh hi es fr ar pt ru de ja tr ko it pl uk nl ro cs hu sv da nb fi el`.split(' ');

/** Names that the CLDR does not have, folded, with the country's top-level domain. */
export const otherNames: readonly (readonly [name: string, code: string])[] = [
  ['greatbritain', 'uk'],
  ['england', 'uk'],
  ['scotland', 'uk'],
  ['grossbritannien', 'uk'],
  ['holland', 'nl'],
  ['deu', 'de'],
  ['ger', 'de'],
  ['d', 'de'],
  ['brd', 'de'],
  ['aut', 'at'],
  ['a', 'at'],
  ['che', 'ch'],
  ['suisse', 'ch'],
  ['fra', 'fr'],
  ['ita', 'it'],
  ['gbr', 'uk'],
  ['pol', 'pl'],
  ['nld', 'nl'],
  ['czechrepublic', 'cz'],
  ['turkey', 'tr'],
];
