import type { BrowserContextOptions } from "playwright-core";
import sharp from "sharp";
import { expect, test } from "vitest";
import { changeCommunity } from "../../src/community/change-community.ts";
import { changeRules } from "../../src/community/rules.ts";
import type { CommunityId } from "../../src/core/ids.ts";
import { memberRoles } from "../../src/db/schema/community.ts";
import { submitPost } from "../../src/post/submit-posts.ts";
import { signInAs } from "../browser-like.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../make.ts";
import { makePerson } from "../make-person.ts";
import { makeSubmission } from "../make-submission.ts";
import type { TestApp } from "../with-app.ts";
import { sitDown, type Typist } from "./by-keyboard.ts";
import { hasBrowser, manyPages, openBrowser, withSite } from "./open-browser.ts";

/** A community with an owner and a thread. */
async function settle(app: TestApp): Promise<CommunityId> {
  const cats = await makeCommunity(app, { name: "The Menders" });
  await changeRules(app, cats, { act: "add", words: "Talk about mending." }, "test");
  const ida = await makePerson(app, { handle: "ida", name: "Ida" });
  await makeMember(app, cats, { authorId: ida.authorId, role: "owner" });
  await makePost(app, cats, { title: "Darning wool that has felted" });
  return cats;
}

/** Two strangers, who wait for a moderator. */
async function strangersWrite(app: TestApp, communityId: CommunityId): Promise<void> {
  await changeCommunity(app, communityId, { holdPolicy: "strangers" }, "test");
  for (const name of ["Rosalind", "Best price tools"]) {
    const authorId = await makeAuthor(app, { name });
    await submitPost(app, makeSubmission({ communityId, authorId, html: `<p>${name} says hello</p>` }));
  }
}

test.runIf(hasBrowser())(
  "somebody who has a keyboard alone joins, writes and answers without scripts, and in a small window decides, changes a setting and leaves",
  async () => {
    const browser = await openBrowser();
    const image = await sharp({ create: { width: 8, height: 8, channels: 3, background: "teal" } })
      .png()
      .toBuffer();
    await withSite(async (app, url) => {
      const cats = await settle(app);
      const mo = await makePerson(app, { name: "Mo" });
      const [name = "", value = ""] = (await signInAs(app, mo.accountId)).split("=");
      const sit = async (look: BrowserContextOptions) => {
        const context = await browser.newContext({ reducedMotion: "reduce", ...look });
        await context.addCookies([{ name, value, url }]);
        return await context.newPage();
      };
      const plain = await sit({ javaScriptEnabled: false, viewport: { width: 1280, height: 800 } });
      await takePart(sitDown(plain, url), image);
      expect(await plain.getByRole("img", { name: "A sail with a tear" }).count()).toBe(1);

      await strangersWrite(app, cats);
      await app.db.insert(memberRoles).values({
        ...{ communityId: cats, authorId: mo.authorId, role: "moderator", grantedAt: app.now() },
      });
      const small = await sit({ viewport: { width: 400, height: 700 } });
      await moderateAndLeave(sitDown(small, url));
      expect(await small.locator("html").getAttribute("class")).toContain("theme-dark");
    });
  },
  manyPages,
);

async function takePart(typist: Typist, image: Buffer): Promise<void> {
  const { open, skip, goTo, press, leave, type, expectWords } = typist;
  await open("/c/cats");
  await skip();
  await goTo("Join");
  await leave("Enter");
  await skip();
  await goTo("Join");
  await leave("Enter");
  await expectWords("You have been a member");

  await skip();
  await goTo("Back to The Menders");
  await leave("Enter");
  await skip();
  await goTo("Write a thread here");
  await leave("Enter");
  await skip();
  await goTo("Title");
  await type("A torn sail");
  await goTo("What you want to say");
  await type("Tape or thread?");
  await press("Enter");
  await type("It is old.");
  await goTo("Language");
  await type("E");
  await goTo("Another image");
  await typist.choose({ name: "sail.png", mimeType: "image/png", buffer: image });
  await goTo("What it shows, for those who cannot see it");
  await type("A sail with a tear");
  await goTo("Publish");
  await goTo("What you want to say", "Shift+Tab");
  await goTo("Publish");
  await leave("Space");

  await goTo("Reply to Mo");
  await leave("Enter");
  await skip();
  await goTo("Your reply");
  await type("Thread, it was.");
  await goTo("Publish");
  await leave("Enter");
  await expectWords("Thread, it was.");
}

async function moderateAndLeave({ open, skip, goTo, press, leave, type, expectWords }: Typist): Promise<void> {
  await open("/c/cats");
  await goTo("Moderators’ desk");
  await leave("Enter");
  await skip();
  await goTo("Let it through");
  await leave("Enter");
  // What was done is where the page begins for them: the next that waits is one step away.
  await goTo(/^Reason and other steps/);
  await press("Enter");
  await goTo("By which rule");
  await press("ArrowDown");
  await goTo("Note to the person");
  await type("We talk about mending here.");
  await goTo("Return with a reason", "Shift+Tab");
  await leave("Enter");
  await expectWords("Nothing is waiting");

  await open("/c/cats");
  await goTo("Settings");
  await leave("Enter");
  await skip();
  await goTo("As my device");
  await press("ArrowDown");
  await press("ArrowDown");
  await goTo("Save");
  await leave("Enter");

  await open("/c/cats");
  await skip();
  await goTo("You are a member here.");
  await leave("Enter");
  await skip();
  await goTo("Leave this community");
  await leave("Enter");
  await expectWords("You left.");
}
