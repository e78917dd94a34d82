import type { Certificates } from './certificates.ts';
import type { DovecotPorts } from './dovecot.ts';

export type PostfixPorts = { relay: number; submission: number; submissions: number };

/**
 * Domains with mailboxes here. Mail to an address without a mailbox is accepted and then bounces by
 * a DSN.
 */
export const domains = ['sender.test', 'filing.test', 'people.test', 'company.test'];

export function mainConfig(base: string, dovecot: DovecotPorts, tls: Certificates): string {
  return `compatibility_level = 3.6
queue_directory = ${base}/queue
data_directory = ${base}/data
maillog_file = ${base}/postfix.log
maillog_file_prefixes = ${base}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.postrider.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
disable_dns_lookups = yes
virtual_mailbox_domains = ${domains.join(', ')}
virtual_mailbox_maps =
virtual_transport = lmtp:inet:127.0.0.1:${dovecot.lmtp}
lmtp_tls_security_level = none
default_transport = error:5.1.2 Domain not found
relay_transport = error:5.1.2 Domain not found
recipient_delimiter = +
sender_bcc_maps = regexp:${base}/etc/sent-copies
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${dovecot.sasl}
smtpd_tls_cert_file = ${tls.cert}
smtpd_tls_key_file = ${tls.key}
smtpd_tls_security_level = may
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
queue_run_delay = 2s
minimal_backoff_time = 2s
`;
}

/** The server copies mail from filing.test to the Sent folder of its sender. */
export const sentCopies = '/^([^+@]+)@filing\\.test$/ $1+sent@filing.test\n';

export function masterConfig(ports: PostfixPorts): string {
  const login = [
    'smtpd_sasl_auth_enable=yes',
    'smtpd_recipient_restrictions=permit_sasl_authenticated,reject',
  ];
  const options = (list: string[]) => list.map((option) => `  -o ${option}\n`).join('');
  const internal: [name: string, type: string, wakeup: string, limit: string, command: string][] = [
    ['pickup', 'unix', '60', '1', 'pickup'],
    ['cleanup', 'unix', '-', '0', 'cleanup'],
    ['qmgr', 'unix', '2', '1', 'qmgr'],
    ['tlsmgr', 'unix', '1000?', '1', 'tlsmgr'],
    ['rewrite', 'unix', '-', '-', 'trivial-rewrite'],
    ['bounce', 'unix', '-', '0', 'bounce'],
    ['defer', 'unix', '-', '0', 'bounce'],
    ['trace', 'unix', '-', '0', 'bounce'],
    ['verify', 'unix', '-', '1', 'verify'],
    ['flush', 'unix', '1000?', '0', 'flush'],
    ['proxymap', 'unix', '-', '-', 'proxymap'],
    ['showq', 'unix', '-', '-', 'showq'],
    ['error', 'unix', '-', '-', 'error'],
    ['retry', 'unix', '-', '-', 'error'],
    ['discard', 'unix', '-', '-', 'discard'],
    ['lmtp', 'unix', '-', '-', 'lmtp'],
    ['anvil', 'unix', '-', '1', 'anvil'],
    ['scache', 'unix', '-', '1', 'scache'],
    ['postlog', 'unix-dgram', '-', '1', 'postlogd'],
  ];
  const open = new Set(['pickup', 'qmgr', 'cleanup', 'showq', 'flush', 'postlog']);
  const lines = internal.map(([name, type, wakeup, limit, command]) =>
    [name, type, open.has(name) ? 'n' : '-', '-', 'n', wakeup, limit, command].join(' '),
  );
  return `127.0.0.1:${ports.relay} inet n - n - - smtpd
127.0.0.1:${ports.submission} inet n - n - - smtpd
${options(login)}127.0.0.1:${ports.submissions} inet n - n - - smtpd
${options([...login, 'smtpd_tls_wrappermode=yes'])}${lines.join('\n')}
`;
}
