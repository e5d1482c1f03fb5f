import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./server-process.ts";

/** A Postfix that hands what is for one domain on by LMTP, and what is for `example.org` to mailboxes. */
export interface Postfix {
  /** Where it takes mail by SMTP. */
  readonly port: number;
  close(): void;
}

/** Whether a Postfix can be started: it is here, and we are root, without whom it runs not at all. */
export const hasPostfix = existsSync("/usr/sbin/postfix") && process.getuid?.() === 0;

/** Starts one as README tells operators to set theirs up, with a queue and a configuration of its own. */
export async function startPostfix(domain: string, lmtpPort: number, mailboxPort = 9): Promise<Postfix> {
  const port = await freePort();
  // Its own users must be able to come there.
  const place = mkdtempSync(join(tmpdir(), "folkmoot-postfix-"));
  const [etc, queue, data] = ["etc", "queue", "data"].map((name) => join(place, name)) as [string, string, string];
  for (const path of [queue, data, etc]) mkdirSync(path);
  execFileSync("chmod", ["755", place]);
  execFileSync("chown", ["postfix", data]);
  for (const name of ["postfix-files", "dynamicmaps.cf"])
    if (existsSync(`/etc/postfix/${name}`)) cpSync(`/etc/postfix/${name}`, join(etc, name));
  writeFileSync(
    join(etc, "main.cf"),
    `compatibility_level = 3.6
queue_directory = ${queue}
data_directory = ${data}
maillog_file = ${join(place, "log")}
maillog_file_prefixes = /var, ${place}
myhostname = mx.${domain}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
relay_domains = ${domain}
relay_recipient_maps =
transport_maps = inline:{${domain}=lmtp:[127.0.0.1]:${lmtpPort}, example.org=smtp:[127.0.0.1]:${mailboxPort}}
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{example.org=OK}, reject_unverified_recipient
address_verify_poll_delay = 1s
address_verify_poll_count = 100
unverified_recipient_reject_code = 550
address_verify_map =
recipient_delimiter = +
alias_maps =
`,
  );
  const services = readFileSync("/etc/postfix/master.cf", "utf8")
    .replace(/^smtp( +)inet/m, `127.0.0.1:${port}$1inet`)
    .replace(/^(\S+ +\S+ +\S+ +\S+ +)y/gm, "$1n");
  writeFileSync(join(etc, "master.cf"), services);
  const run = (command: string) => execFileSync("postfix", ["-c", etc, command], { stdio: "pipe" });
  run("start");
  return {
    port,
    close() {
      run("stop");
      rmSync(place, { recursive: true, force: true });
    },
  };
}
