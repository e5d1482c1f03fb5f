import type { Page } from "playwright-core";
import { expect } from "vitest";

/** What has the focus. */
export interface Stop {
  readonly what: string;
  /** By what somebody who does not see it knows it. */
  readonly name: string;
  readonly ring: string;
  /** It is in the window: whole, but for what is larger and for long fields, of which the line is seen where one writes. */
  readonly seen: boolean;
  /** Nothing lies above it. */
  readonly uncovered: boolean;
  /** On the page, in pixels. */
  readonly box: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
}

/** What has the focus: whether it shows it, and whether anything hides it; `undefined` where nothing of the page has it. */
export async function readFocus(page: Page): Promise<Stop | undefined> {
  return await page.evaluate(describeFocus);
}

function describeFocus(): Stop | undefined {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement || element instanceof SVGElement) || element === document.body) return undefined;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  // A link that goes over several lines: what of it is on the first.
  const [box = element.getBoundingClientRect()] = element.getClientRects();
  const whole = element.getBoundingClientRect();
  const x = Math.min(innerWidth - 1, Math.max(0, box.left + Math.min(box.width / 2, 20)));
  const y = Math.min(innerHeight - 1, Math.max(0, box.top + Math.min(box.height / 2, 10)));
  const top = document.elementFromPoint(x, y);
  const labels = "labels" in element ? [...(element as HTMLInputElement).labels!] : [];
  const words = element.ariaLabel ?? labels.map(({ textContent }) => textContent).join(" ");
  const pictured = [...element.querySelectorAll("img")].map(({ alt }) => alt).join(" ");
  const inside = whole.bottom > 0 && whole.top < innerHeight && whole.right > 0 && whole.left < innerWidth;
  const isWhole = whole.top > -1 && whole.bottom < innerHeight + 1;
  const isLong = element instanceof HTMLTextAreaElement || whole.height > innerHeight;
  return {
    what: element.outerHTML.slice(0, 100),
    name: (words || element.textContent || pictured).replace(/\s+/g, " ").trim(),
    ring: `${outlineStyle} ${outlineWidth}`,
    seen: inside && (isWhole || isLong),
    uncovered: top !== null && (element.contains(top) || top.contains(element)),
    box: {
      left: whole.left + scrollX,
      right: whole.right + scrollX,
      top: whole.top + scrollY,
      bottom: whole.bottom + scrollY,
    },
  };
}

/** Somebody at a keyboard, who has nothing to point with. */
export interface Typist {
  /** Comes to an address, as by the line of the browser. */
  readonly open: (path: string) => Promise<void>;
  /** Goes past what stands on every page, by the first link of it. */
  readonly skip: () => Promise<void>;
  /** Goes on by Tab, or back by Shift+Tab, until what has this name has the focus; each stop on the way is looked at. */
  readonly goTo: (name: string | RegExp, key?: "Tab" | "Shift+Tab") => Promise<Stop>;
  /** Presses keys; where the page goes by it, waits for the next. */
  readonly press: (key: string) => Promise<void>;
  readonly leave: (key: "Enter" | "Space") => Promise<void>;
  readonly type: (words: string) => Promise<void>;
  /** Opens the list of files of the field that has the focus, and takes one. */
  readonly choose: (file: { name: string; mimeType: string; buffer: Buffer }) => Promise<void>;
  /** What is seen after all. */
  readonly expectWords: (words: string) => Promise<void>;
}

/** The longest way by Tab on one page, in stops. Where it is longer, something leads round. */
const longestWay = 250;

/** Sits down before a page of the site with this URL. */
export function sitDown(page: Page, url: string): Typist {
  const step = async (key: "Tab" | "Shift+Tab", before: Stop | undefined): Promise<Stop> => {
    await page.keyboard.press(key);
    const stop = await readFocus(page);
    if (!stop) throw new Error(`${key} led out of ${page.url()}, past ${before?.what}`);
    const { what, ring, seen, uncovered } = stop;
    const named = stop.name !== "";
    expect({ what, ring, seen, uncovered, named }).toMatchObject({
      ...{ ring: "solid 3px", seen: true, uncovered: true, named: true },
    });
    if (before) expectReadingOrder(...(key === "Tab" ? ([before, stop] as const) : ([stop, before] as const)));
    return stop;
  };
  const press: Typist["press"] = async (key) => await page.keyboard.press(key);
  return {
    open: async (path) => void (await page.goto(url + path)),
    goTo: async (name, key = "Tab") => {
      const found = (stop: Stop) => (typeof name === "string" ? stop.name === name : name.test(stop.name));
      let stop: Stop | undefined;
      for (let steps = 0; steps < longestWay; steps++) {
        stop = await step(key, stop);
        if (found(stop)) return stop;
      }
      throw new Error(`${key} does not lead to ${name} on ${page.url()}`);
    },
    skip: async () => {
      expect(await step("Tab", undefined)).toMatchObject({ what: expect.stringContaining('class="skip"') });
      await press("Enter");
      await page.waitForURL(/#main$/);
    },
    press,
    leave: async (key) => {
      await Promise.all([page.waitForEvent("load"), press(key)]);
    },
    type: async (words) => await page.keyboard.type(words),
    choose: async (file) => {
      const [chooser] = await Promise.all([page.waitForEvent("filechooser"), press("Space")]);
      await chooser.setFiles(file);
    },
    expectWords: async (words) => expect(await page.locator("main").textContent()).toContain(words),
  };
}

/** One comes after the other as they are read: below it, or beside it. */
function expectReadingOrder(first: Stop, second: Stop): void {
  const above = second.box.bottom <= first.box.top;
  const beside = second.box.left >= first.box.right || second.box.right <= first.box.left;
  if (above && !beside) throw new Error(`read before ${first.what}, but reached after it: ${second.what}`);
}
