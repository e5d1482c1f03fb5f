/** Why a request was refused. Each door maps these, once, to its own dialect. */
export type DomainErrorCode = "not-found" | "not-allowed" | "invalid" | "conflict";

/** What was wrong, for a door that says it in its reader's language. */
export interface Fault {
  /** Such as `handle-taken`. */
  readonly name: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** A refusal that the caller caused. The message is for a person: lower case, no codes. */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly code: DomainErrorCode;
  /** The same as the message; unset where no door needs it. */
  readonly fault: Fault | undefined;

  constructor(code: DomainErrorCode, message: string, { fault, ...options }: ErrorOptions & { fault?: Fault } = {}) {
    super(message, options);
    this.code = code;
    this.fault = fault;
  }
}
