import { limits } from "../core/limits.ts";
import { networkOf } from "../net/network.ts";

/** Who talks to us by SMTP, by their network: how much of us each takes up. */
export interface Callers {
  /** Notes that a conversation begins. @returns false when that network has too many already */
  enter(conversation: string, ip: string): boolean;
  leave(conversation: string): void;
  /** Notes that a mail begins, or that there is no such recipient. @returns false when there were too many within an hour */
  note(what: "mail" | "unknown", ip: string): boolean;
}

const hour = 60 * 60 * 1000;
const most = { mail: limits.mailsPerNetwork, unknown: limits.unknownPerNetwork };

/** Counts in this process alone: what matters is that nobody takes up all of it. */
export function createCallers(now: () => Date): Callers {
  const open = new Map<string, string>();
  const counts = new Map<string, number>();
  let since = now().getTime();
  return {
    enter(conversation, ip) {
      const network = networkOf(ip);
      const others = [...open.values()].filter((one) => one === network).length;
      if (others >= limits.mailClientsPerNetwork) return false;
      open.set(conversation, network);
      return true;
    },
    leave: (conversation) => void open.delete(conversation),
    note(what, ip) {
      const at = now().getTime();
      if (at - since >= hour) {
        counts.clear();
        since = at;
      }
      const key = `${what} ${networkOf(ip)}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count <= most[what];
    },
  };
}
