import { expect, test } from "vitest";
import { testConfig } from "../../test/with-app.ts";
import { checkMailDomain, type Dns } from "./doctor-mail.ts";

const config: Parameters<typeof checkMailDomain>[0] = {
  ...testConfig,
  smtpUrl: "smtp://127.0.0.1:25",
  lmtpListen: { host: "127.0.0.1", port: 8024 },
};
const none = Object.assign(new Error("none"), { code: "ENOTFOUND" });
const good: Record<string, unknown> = {
  "TXT moot.example": [["some-site-verification=1"], ["v=spf1 mx ", "-all"]],
  "TXT _dmarc.moot.example": [["v=DMARC1; p=reject"]],
  "MX moot.example": [{ exchange: "mx.moot.example", priority: 10 }],
  "A mx.moot.example": ["192.0.2.7"],
  "PTR 192.0.2.7": ["mx.moot.example"],
};

/** A DNS with these records, and no others. What is an error is thrown. */
function dnsOf(records: Record<string, unknown>): Dns {
  const ask = (type: string) => async (name: string) => {
    const found = records[`${type} ${name}`] ?? none;
    if (found instanceof Error) throw found;
    return found as never;
  };
  return { resolveTxt: ask("TXT"), resolveMx: ask("MX"), resolve4: ask("A"), reverse: ask("PTR") };
}

const look = async (changes: Record<string, unknown>, given = config) =>
  (await checkMailDomain(given, dnsOf({ ...good, ...changes })))
    .filter(({ ok }) => !ok)
    .map(({ what, words }) => `${what}: ${words}`);

test("a mail domain of which the DNS says all that is asked is well", async () => {
  expect(await checkMailDomain(config, dnsOf(good))).toMatchObject([
    { what: "SPF", ok: true, words: 'moot.example "v=spf1 mx -all"' },
    { what: "DMARC", ok: true },
    { what: "MX", ok: true, words: "mail to moot.example goes to mx.moot.example" },
    { what: "PTR", ok: true, words: "192.0.2.7 is mx.moot.example" },
  ]);
});

test.each([
  [{ "TXT moot.example": none }, /^SPF: nothing says .* moot\.example "v=spf1 mx -all"$/],
  [{ "TXT moot.example": [["v=spf1 mx -all"], ["v=spf1 a -all"]] }, /^SPF: moot\.example has 2 records/],
  [{ "TXT moot.example": [["v=spf1 mx +all"]] }, /^SPF: .* lets everybody send/],
  [{ "TXT moot.example": new Error("timeout") }, /^SPF: the DNS does not answer about moot\.example/],
  [{ "TXT _dmarc.moot.example": none }, /^DMARC: .* _dmarc\.moot\.example "v=DMARC1; p=none"/],
  [{ "MX moot.example": none, "A moot.example": ["192.0.2.7"] }, /^MX: nobody knows/],
  [
    { "MX moot.example": [{ exchange: "", priority: 0 }], "A moot.example": ["192.0.2.7"] },
    /^MX: moot\.example says that it takes no mail/,
  ],
  [{ "A mx.moot.example": none }, /^MX: .* goes to mx\.moot\.example, which has no address/],
  [{ "PTR 192.0.2.7": ["host7.provider.example"] }, /^PTR: if mail is sent from 192\.0\.2\.7/],
])("%j is told with what to do", async (changes, words) => {
  const found = await look(changes);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(words);
});

test("the policy of a domain above counts, and nothing is asked of what is not configured", async () => {
  const below = {
    ...config,
    mailDomain: "lists.moot.example",
    lmtpListen: undefined,
    smtpUrl: "smtps://relay.example",
  };
  const [spf, ...rest] = await look({}, below);
  expect(spf).toContain('lists.moot.example "v=spf1 a:relay.example -all"');
  expect(rest).toEqual([]);
  expect(await checkMailDomain(testConfig, dnsOf({}))).toEqual([]);
  expect(await checkMailDomain({ ...config, mailDomain: "localhost" }, dnsOf({}))).toEqual([]);
});
