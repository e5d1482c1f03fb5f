import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { TlsFiles } from "../core/config.ts";
import { DomainError } from "../core/errors.ts";

/** A certificate with its key, as PEM. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Reads a certificate. @throws {DomainError} `invalid` when it cannot be read, or the two do not belong together */
export async function readCertificate({ cert, key }: TlsFiles): Promise<Certificate> {
  try {
    const [certificate, privateKey] = await Promise.all([readFile(cert), readFile(key)]);
    createSecureContext({ cert: certificate, key: privateKey });
    return { cert: certificate, key: privateKey };
  } catch (error) {
    const why = error instanceof Error ? error.message : "it cannot be read";
    throw new DomainError("invalid", `the certificate in SMTP_TLS_CERT and SMTP_TLS_KEY cannot be used: ${why}`);
  }
}
