/** Servers of mail providers that many use, to begin a form with. */
export type Tls = 'none' | 'starttls' | 'tls';
type Server = { host: string; port: number; tls: Tls };
export type Preset = { name: string; hint: string | null; smtp: Server; imap: Server };

/** Gmail: https://support.google.com/mail/answer/7104828, Microsoft: https://aka.ms/pop-imap-smtp */
export const presets: readonly Preset[] = [
  {
    name: 'Any server',
    hint: null,
    smtp: { host: '', port: 465, tls: 'tls' },
    imap: { host: '', port: 993, tls: 'tls' },
  },
  {
    name: 'Gmail',
    hint:
      'Google wants an app password of 16 letters, not the one you sign in with: turn on ' +
      '2-Step Verification, then make one at myaccount.google.com/apppasswords.',
    smtp: { host: 'smtp.gmail.com', port: 465, tls: 'tls' },
    imap: { host: 'imap.gmail.com', port: 993, tls: 'tls' },
  },
  {
    name: 'Microsoft 365',
    hint: 'The administrator must allow authenticated SMTP for this mailbox.',
    smtp: { host: 'smtp.office365.com', port: 587, tls: 'starttls' },
    imap: { host: 'outlook.office365.com', port: 993, tls: 'tls' },
  },
];
