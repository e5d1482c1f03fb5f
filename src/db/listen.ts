import { setTimeout as sleep } from "node:timers/promises";
import { openSession, type Session } from "./session.ts";

/** Hears what Postgres notifies, over a connection of its own that is made anew whenever it breaks. */
export interface Listener {
  /**
   * Calls `onNotification` with the payload of every NOTIFY on `channel`, and `onListening` each time it starts to hear, since
   * nobody knows what it missed before. Resolves when it first hears.
   */
  listen(channel: string, onNotification: Heard, onListening?: () => void): Promise<{ unlisten(): Promise<void> }>;
  close(): Promise<void>;
}

type Heard = (payload: string) => void;

interface Subscription {
  readonly channel: string;
  readonly onNotification: Heard;
  readonly onListening: () => void;
}

const firstPause = 50;
const longestPause = 5_000;

export function createListener(url: string): Listener {
  const subscriptions = new Set<Subscription>();
  let session: Session | undefined;
  let opening: Promise<void> | undefined;
  let closed = false;

  async function open(): Promise<void> {
    const opened: Session = openSession(url, {
      onNotification: (channel, payload) => {
        for (const heard of subscriptions) if (heard.channel === channel) heard.onNotification(payload);
      },
      onDeath: () => {
        if (session !== opened) return;
        session = undefined;
        opening ??= reopen();
      },
    });
    await opened.ask({ text: "select" });
    session = opened;
    for (const subscription of subscriptions) await hear(opened, subscription);
  }

  async function reopen(): Promise<void> {
    for (let pause = firstPause; !session && !closed; pause = Math.min(2 * pause, longestPause)) {
      await sleep(pause, undefined, { ref: false });
      if (!closed) await open().catch(() => {});
    }
    opening = undefined;
  }

  async function ready(): Promise<Session> {
    opening ??= session ? undefined : open();
    await opening?.finally(() => {
      opening = undefined;
    });
    return session ?? ready();
  }

  return {
    async listen(channel, onNotification, onListening = () => {}) {
      const subscription = { channel, onNotification, onListening };
      const opened = await ready();
      subscriptions.add(subscription);
      await hear(opened, subscription);
      return {
        async unlisten() {
          subscriptions.delete(subscription);
        },
      };
    },
    async close() {
      closed = true;
      await opening?.catch(() => {});
      await session?.close();
    },
  };
}

async function hear(session: Session, { channel, onListening }: Subscription): Promise<void> {
  await session.ask({ text: `listen "${channel.replaceAll('"', '""')}"` });
  onListening();
}
