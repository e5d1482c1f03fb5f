import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TlsFiles } from "../src/core/config.ts";

/** A certificate that nobody vouches for, in files, for the time of a test; `undefined` where there is no `openssl` to make it. */
export async function withCertificate(run: (files: TlsFiles | undefined) => Promise<void>): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), "folkmoot-certificate-"));
  try {
    await run(make({ cert: join(place, "cert.pem"), key: join(place, "key.pem") }));
  } finally {
    rmSync(place, { recursive: true });
  }
}

function make(files: TlsFiles): TlsFiles | undefined {
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=moot.example"];
  try {
    execFileSync("openssl", ["req", "-x509", "-nodes", ...kind, "-keyout", files.key, "-out", files.cert], {
      stdio: "pipe",
    });
    return files;
  } catch {
    console.warn("openssl is not here: the test of STARTTLS does not run");
    return undefined;
  }
}
