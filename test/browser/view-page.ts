import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { launch } from "./chromium.ts";

/** A browser with one page for all tests of a file: a new one each time would take longer than they do. */
export interface Tab {
  readonly browser: Browser;
  readonly page: Page;
  /** What it asked for, and what went wrong in it. */
  readonly requests: readonly string[];
  readonly errors: string[];
}

export async function openTab(): Promise<Tab> {
  const requests: string[] = [];
  const errors: string[] = [];
  const browser = await launch();
  const page = await browser.newPage();
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => errors.push(message.text()));
  page.on("dialog", (dialog) => errors.push(dialog.message()));
  return { browser, page, requests, errors };
}

/** How a page is looked at. */
export interface Look {
  readonly width?: number;
  readonly scheme?: "light" | "dark";
  readonly hash?: string;
}

/** Opens a file of a folder, or an address. */
export async function openPage(page: Page, folder: string, address: string, look: Look = {}): Promise<void> {
  const { width = 1280, scheme = "light", hash = "" } = look;
  await page.setViewportSize({ width, height: 700 });
  await page.emulateMedia({ colorScheme: scheme });
  // Another place in the same page would not load it again.
  await page.goto("about:blank");
  await page.goto(`${address.includes(":") ? address : pathToFileURL(join(folder, address)).href}${hash}`);
}

/** Waits until a page has checked its dumps. */
export const checked = async (page: Page): Promise<void> =>
  void (await page.waitForFunction(() => document.documentElement.dataset["checked"] === "true"));
/** The path of what is selected. */
export const way = async (page: Page): Promise<readonly string[]> => await page.locator("#way li").allTextContents();
/** The row of the tree with a name. */
export const row = (page: Page, name: string) =>
  page.locator("#tree .row:visible").filter({ has: page.locator(".name", { hasText: new RegExp(`^\\W*${name}$`) }) });
/** The digits that are selected. */
export const selectedBytes = async (page: Page): Promise<string> =>
  (await page.locator("#hex .row:visible .hex .selected").allTextContents()).join("").replaceAll(/\s/g, "");
/** Clicks the digits of the byte at an offset that is in view. */
export const clickByte = async (page: Page, offset: number): Promise<void> => {
  const line = page.locator(`#hex-${Math.floor(offset / 16)} .hex`);
  const box = await line.boundingBox();
  if (box === null) throw new Error("that byte is not in view");
  const column = (offset % 16) * 3 + (offset % 16 >= 8 ? 1 : 0);
  // Sixteen pairs, fifteen blanks, one more in the middle, and two characters behind.
  await page.mouse.click(box.x + ((column + 0.5) * box.width) / 50, box.y + box.height / 2);
};
