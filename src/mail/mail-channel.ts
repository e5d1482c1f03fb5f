import type { Channel } from "../outbound/channel.ts";
import { owePostsByMail } from "../outbound/owe-list-mail.ts";

/** Mail as a way out: what was published is owed to each member who wants it at once. */
export const mailChannel: Channel = {
  name: "mail",
  async deliver(app, events) {
    await owePostsByMail(
      app,
      events.flatMap((event) => (event.kind === "post-published" ? event.postId : [])),
    );
  },
};
