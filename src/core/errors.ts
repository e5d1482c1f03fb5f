/** Why a request was refused. Each door maps these, once, to its own dialect. */
export type DomainErrorCode = "not-found" | "not-allowed" | "invalid" | "conflict";

/** A refusal that the caller caused. The message is for a person: lower case, no codes. */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly code: DomainErrorCode;

  constructor(code: DomainErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
