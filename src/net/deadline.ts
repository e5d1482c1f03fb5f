import { DecoratorHandler, type Dispatcher } from "undici";

/** The other end took too long, all in all. */
export class DeadlinePassed extends Error {
  override readonly name = "DeadlinePassed";
}

/**
 * Ends every exchange after so many milliseconds, however busily the other end drips. The waits that undici knows are per piece.
 */
export function totalDeadline(milliseconds: number): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => dispatch(options, withDeadline(handler, milliseconds));
}

function withDeadline(handler: Dispatcher.DispatchHandler, milliseconds: number): Dispatcher.DispatchHandler {
  // Gives handlers of the older kind, such as those of Node's fetch, the methods of the newer kind.
  const inner: Dispatcher.DispatchHandler = handler.onRequestStart ? handler : new DecoratorHandler(handler);
  let controller: Dispatcher.DispatchController | undefined;
  let passed: DeadlinePassed | undefined;
  const timer = setTimeout(() => {
    passed = new DeadlinePassed(`no end after ${milliseconds} ms`);
    controller?.abort(passed);
  }, milliseconds);
  timer.unref();
  return {
    onRequestStart(started, context) {
      inner.onRequestStart?.(started, context);
      controller = started;
      if (passed) started.abort(passed);
    },
    onRequestUpgrade: (...given) => inner.onRequestUpgrade?.(...given),
    onResponseStart: (...given) => inner.onResponseStart?.(...given),
    onResponseData: (...given) => inner.onResponseData?.(...given),
    onResponseEnd(...given) {
      clearTimeout(timer);
      inner.onResponseEnd?.(...given);
    },
    onResponseError(...given) {
      clearTimeout(timer);
      inner.onResponseError?.(...given);
    },
  };
}
