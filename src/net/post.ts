import { type Dispatcher, getGlobalDispatcher } from "undici";

/** How much of an answer is let go by, to use its connection again. */
const replyBytes = 4_096;

/** What another server answered to a delivery. */
export interface Reply {
  readonly status: number;
  /** Seconds, or an HTTP date (RFC 9110, section 10.2.3). */
  readonly retryAfter?: string;
  readonly location?: string;
}

/**
 * Sends a POST through the installed guard. Redirects are not followed, and of the answer's body nothing is kept: so it needs no stream,
 * which would cost more than all the rest of the request.
 *
 * @throws when there is no answer: `Refused`, `DeadlinePassed`, or what the socket said
 */
export function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { origin, pathname, search } = new URL(url);
    getGlobalDispatcher().dispatch(
      { origin, path: `${pathname}${search}`, method: "POST", headers: { ...headers }, body },
      replyTo(resolve, reject),
    );
  });
}

/** Hears an answer. Once its head is there it counts, whatever becomes of the body. */
function replyTo(resolve: (reply: Reply) => void, reject: (error: Error) => void): Dispatcher.DispatchHandler {
  let reply: Reply | undefined;
  let left = replyBytes;
  return {
    onRequestStart() {},
    onResponseStart(_controller, status, { "retry-after": retryAfter, location }) {
      if (status < 200) return;
      reply = {
        status,
        ...(typeof retryAfter === "string" && { retryAfter }),
        ...(typeof location === "string" && { location }),
      };
    },
    onResponseData(controller, chunk) {
      left -= chunk.length;
      if (left < 0) controller.abort(new Error("the body of the answer is of no use"));
    },
    onResponseEnd() {
      if (reply) resolve(reply);
    },
    onResponseError(_controller, error) {
      if (reply) resolve(reply);
      else reject(error);
    },
  };
}
