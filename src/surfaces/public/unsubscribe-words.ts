/** The texts of the page to unsubscribe. `%` stands for the sender. */
export type Words = {
  title: string;
  question: string;
  button: string;
  doneTitle: string;
  done: string;
  sender: string;
};

/** The main languages of Europe, by their primary subtags (RFC 5646). */
export const languages: Readonly<Record<string, Words>> = {
  en: {
    title: 'Unsubscribe',
    question: 'Press the button and % will not write to you again.',
    button: 'Unsubscribe',
    doneTitle: 'Unsubscribed',
    done: 'You will not be written to again.',
    sender: 'the sender',
  },
  de: {
    title: 'Abmelden',
    question: 'Ein Klick auf den Knopf, und % schreibt Ihnen nicht mehr.',
    button: 'Abmelden',
    doneTitle: 'Abgemeldet',
    done: 'Sie werden nicht mehr angeschrieben.',
    sender: 'der Absender',
  },
  fr: {
    title: 'Se désabonner',
    question: 'Cliquez sur le bouton et % ne vous écrira plus.',
    button: 'Se désabonner',
    doneTitle: 'Désabonné',
    done: 'Vous ne recevrez plus de message.',
    sender: 'l’expéditeur',
  },
  es: {
    title: 'Darse de baja',
    question: 'Pulse el botón y % no volverá a escribirle.',
    button: 'Darse de baja',
    doneTitle: 'Baja confirmada',
    done: 'No volveremos a escribirle.',
    sender: 'el remitente',
  },
  it: {
    title: 'Annulla iscrizione',
    question: 'Premi il pulsante e % non ti scriverà più.',
    button: 'Annulla iscrizione',
    doneTitle: 'Iscrizione annullata',
    done: 'Non riceverai altri messaggi.',
    sender: 'il mittente',
  },
  pt: {
    title: 'Cancelar subscrição',
    question: 'Prima o botão e % não voltará a escrever-lhe.',
    button: 'Cancelar subscrição',
    doneTitle: 'Subscrição cancelada',
    done: 'Não voltará a receber mensagens.',
    sender: 'o remetente',
  },
  nl: {
    title: 'Afmelden',
    question: 'Druk op de knop en % schrijft u niet meer.',
    button: 'Afmelden',
    doneTitle: 'Afgemeld',
    done: 'U ontvangt geen berichten meer.',
    sender: 'de afzender',
  },
  pl: {
    title: 'Rezygnacja',
    question: 'Po naciśnięciu przycisku % nie będzie już do Państwa pisać.',
    button: 'Rezygnuję',
    doneTitle: 'Rezygnacja przyjęta',
    done: 'Nie wyślemy już żadnych wiadomości.',
    sender: 'nadawca',
  },
  sv: {
    title: 'Avregistrera',
    question: 'Tryck på knappen så skriver % inte till dig igen.',
    button: 'Avregistrera',
    doneTitle: 'Avregistrerad',
    done: 'Du får inga fler meddelanden.',
    sender: 'avsändaren',
  },
  da: {
    title: 'Afmeld',
    question: 'Tryk på knappen, så skriver % ikke til dig igen.',
    button: 'Afmeld',
    doneTitle: 'Afmeldt',
    done: 'Du får ikke flere beskeder.',
    sender: 'afsenderen',
  },
  nb: {
    title: 'Meld deg av',
    question: 'Trykk på knappen, så skriver % ikke til deg igjen.',
    button: 'Meld meg av',
    doneTitle: 'Avmeldt',
    done: 'Du får ikke flere meldinger.',
    sender: 'avsenderen',
  },
  fi: {
    title: 'Peruuta viestit',
    question: 'Paina painiketta, niin % ei enää kirjoita sinulle.',
    button: 'Peruuta viestit',
    doneTitle: 'Viestit peruutettu',
    done: 'Et saa enää viestejä.',
    sender: 'lähettäjä',
  },
  cs: {
    title: 'Odhlásit se',
    question: 'Po stisknutí tlačítka vám % už nebude psát.',
    button: 'Odhlásit se',
    doneTitle: 'Odhlášeno',
    done: 'Další zprávy už nedostanete.',
    sender: 'odesílatel',
  },
};
const sameAs: Readonly<Record<string, string>> = { no: 'nb', nn: 'nb' };

/** The language that a reader asks for (Accept-Language, RFC 9110 12.5.4); English for others. */
export function languageOf(header: string | undefined): string {
  const asked = (header ?? '')
    .slice(0, 1_000)
    .split(',')
    .map((range, place) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
      const q = /^\s*q=([\d.]+)/.exec(parameters.join(';'))?.[1];
      const primary = tag.split('-')[0]!;
      return { language: sameAs[primary] ?? primary, q: q === undefined ? 1 : Number(q), place };
    });
  const known = asked.filter(({ language, q }) => Object.hasOwn(languages, language) && q > 0);
  return known.sort((a, b) => b.q - a.q || a.place - b.place)[0]?.language ?? 'en';
}
