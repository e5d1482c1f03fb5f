import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

test("nothing set is a server on this machine with its own database", () => {
  expect(readConfig({})).toEqual({
    origin: "http://localhost:8000",
    host: "127.0.0.1",
    port: 8000,
    databaseUrl: undefined,
    dataDir: "./data",
    roles: ["web", "worker", "mail"],
    secretKey: undefined,
    mailDomain: "localhost",
    arcSeal: false,
    trustedProxy: [],
    insecurePeers: false,
    logLevel: "info",
    logFormat: undefined,
  });
});

test("what is set is read, and what is empty counts as not set", () => {
  const config = readConfig({
    ORIGIN: "https://Moot.Example/",
    HOST: "::",
    PORT: " 80 ",
    DATABASE_URL: "postgres://user:password@db/moot",
    DATA_DIR: "/var/lib/moot",
    ROLES: "web, worker",
    SECRET_KEY: "",
    MAIL_DOMAIN: "Lists.moot.example",
    SMTP_URL: "smtps://user:password@relay:465",
    LMTP_LISTEN: "127.0.0.1:8024",
    SMTP_LISTEN: "[::]:25",
    SOURCE_URL: "https://code.example/moot",
    TRUSTED_PROXY: "10.0.0.0/8, ::1",
    INSECURE_PEERS: "1",
    LOG_LEVEL: "debug",
    LOG_FORMAT: "json",
  });

  expect(config).toMatchObject({
    sourceUrl: "https://code.example/moot",
    origin: "https://moot.example",
    host: "::",
    port: 80,
    databaseUrl: "postgres://user:password@db/moot",
    dataDir: "/var/lib/moot",
    roles: ["web", "worker"],
    secretKey: undefined,
    mailDomain: "lists.moot.example",
    smtpUrl: "smtps://user:password@relay:465",
    lmtpListen: { host: "127.0.0.1", port: 8024 },
    smtpListen: { host: "::", port: 25 },
    smtpTls: undefined,
    trustedProxy: ["10.0.0.0/8", "::1"],
    insecurePeers: true,
    logLevel: "debug",
    logFormat: "json",
  });
});

test("without an origin the server is known by its port", () => {
  expect(readConfig({ PORT: "9000" }).origin).toBe("http://localhost:9000");
});

test.each([
  [{ PORT: "http" }, "PORT=http cannot be used: give a number up to 65535"],
  [{ PORT: "65536" }, "PORT=65536 cannot be used: give a number up to 65535"],
  [{ PORT: "0" }, "PORT=0 cannot be used: give a port, or ORIGIN too"],
  [{ SECRET_KEY: "a".repeat(31) }, "SECRET_KEY=… cannot be used: it has fewer than 32 characters"],
  [{ ORIGIN: "moot.example" }, "ORIGIN=moot.example cannot be used: give a base URL such as https://moot.example"],
  [{ ORIGIN: "ftp://moot.example" }, "ORIGIN=ftp://moot.example cannot be used"],
  [{ ORIGIN: "https://moot.example/path" }, "ORIGIN=https://moot.example/path cannot be used"],
  [{ ORIGIN: "https://moot.example/?q" }, "ORIGIN=https://moot.example/?q cannot be used"],
  [{ ORIGIN: "https://me@moot.example" }, "ORIGIN=https://me@moot.example cannot be used"],
  [
    { MAIL_DOMAIN: "list@moot.example" },
    "MAIL_DOMAIN=list@moot.example cannot be used: give a name such as lists.example",
  ],
  [{ MAIL_DOMAIN: "moot.example:25" }, "MAIL_DOMAIN=moot.example:25 cannot be used"],
  [{ ROLES: "web,cook" }, "ROLES=cook cannot be used: give web or worker or mail"],
  [{ INSECURE_PEERS: "yes" }, "INSECURE_PEERS=yes cannot be used: give 0 or 1"],
  [{ SMTP_URL: "relay.example:25" }, "SMTP_URL=… cannot be used: give a URL such as smtps://user:password@host:465"],
  [{ LMTP_LISTEN: "8024" }, "LMTP_LISTEN=8024 cannot be used: give an address and a port such as 127.0.0.1:8024"],
  [{ SMTP_LISTEN: "::1:25" }, "SMTP_LISTEN=::1:25 cannot be used"],
  [{ SMTP_TLS_CERT: "cert.pem" }, "give SMTP_TLS_KEY too"],
  [{ SMTP_TLS_KEY: "key.pem" }, "give SMTP_TLS_CERT too"],
  [{ SOURCE_URL: "javascript:alert(1)" }, "SOURCE_URL=javascript:alert(1) cannot be used: give a web address"],
  [{ TRUSTED_PROXY: "localhost" }, "TRUSTED_PROXY=localhost cannot be used: give addresses or ranges"],
  [{ TRUSTED_PROXY: "10.0.0.0/33" }, "TRUSTED_PROXY=10.0.0.0/33 cannot be used"],
  [{ TRUSTED_PROXY: "127.0.0.1,10.0.0.0/8/8" }, "TRUSTED_PROXY=10.0.0.0/8/8 cannot be used"],
  [{ LOG_LEVEL: "loud" }, "LOG_LEVEL=loud cannot be used: give debug or info or warning or error"],
  [{ LOG_FORMAT: "xml" }, "LOG_FORMAT=xml cannot be used: give text or json"],
])("%j is refused, naming the variable", (env, message) => {
  expect(() => readConfig(env)).toThrow(message);
});

test("the refusal of a database URL does not repeat its password", () => {
  const read = () => readConfig({ DATABASE_URL: "mysql://user:hunter2@db/moot" });

  expect(read).toThrow("DATABASE_URL=… cannot be used");
  expect(read).not.toThrow("hunter2");
});
