import type { Certificates } from './certificates.ts';

export type DovecotPorts = { imap: number; imaps: number; lmtp: number; sasl: number };

/** dovecot.conf: IMAP, LMTP with Sieve, and SASL for Postfix, all below `base`. */
export function dovecotConfig(
  base: string,
  ports: DovecotPorts,
  tls: Certificates,
  relayPort: number,
): string {
  const inet = (service: string, listener: string, port: number) =>
    `service ${service} {
  chroot =
  inet_listener ${listener} {
    address = 127.0.0.1
    port = ${port}
  }
}
`;
  const folder = (name: string, use: string) =>
    `  mailbox ${name} {\n    special_use = \\${use}\n    auto = subscribe\n  }\n`;
  return `protocols = imap lmtp
listen = 127.0.0.1
base_dir = ${base}/run
state_dir = ${base}/state
default_internal_user = nobody
default_login_user = nobody
default_internal_group = nogroup
log_path = ${base}/dovecot.log
ssl = yes
ssl_cert = <${tls.cert}
ssl_key = <${tls.key}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_cache_size = 0
auth_failure_delay = 0
mail_location = maildir:${base}/mail/%u
mail_uid = nobody
mail_gid = nogroup
mail_max_userip_connections = 200
first_valid_uid = 1
first_valid_gid = 1
recipient_delimiter = +
hostname = mx.postrider.test
postmaster_address = postmaster@sender.test
submission_host = 127.0.0.1:${relayPort}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${base}/users/%u
}
userdb {
  driver = passwd-file
  args = username_format=%u ${base}/users/%u
}
namespace inbox {
  inbox = yes
${folder('Sent', 'Sent')}${folder('Junk', 'Junk')}}
protocol lmtp {
  mail_plugins = $mail_plugins sieve
}
plugin {
  sieve = file:${base}/sieve/%u.sieve
  sieve_before = ${base}/sieve/before.sieve
  sieve_extensions = +editheader
  sieve_vacation_min_period = 0
  sieve_vacation_send_from_recipient = yes
}
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = ${ports.imap}
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = ${ports.imaps}
    ssl = yes
  }
}
service stats {
  chroot =
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
${inet('lmtp', 'lmtp', ports.lmtp)}${inet('auth', 'sasl', ports.sasl)}`;
}

/**
 * Files the copies that Postfix sends to `user+sent` in Sent, as Gmail and Microsoft do, and mail
 * marked as spam in Junk.
 */
export const beforeSieve = `require ["fileinto", "envelope", "subaddress"];
if envelope :detail "to" "sent" { fileinto "Sent"; stop; }
if header :contains "X-Spam-Flag" "YES" { fileinto "Junk"; stop; }
`;

/**
 * A vacation reply as a mail server sends it (RFC 5230). It deletes the list headers first, because
 * Sieve does not answer mail that has them.
 */
export const vacationSieve = (text: string) => `require ["vacation", "editheader"];
deleteheader "List-Unsubscribe";
deleteheader "List-Unsubscribe-Post";
vacation :days 0 :subject "Out of office" ${JSON.stringify(text)};
`;
