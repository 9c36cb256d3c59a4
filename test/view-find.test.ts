import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, sayWithoutBrowser } from "./browser/chromium.ts";
import { checked, openPage, openTab, row, way, type Look, type Tab } from "./browser/view-page.ts";
import { makeViewDumps, type ViewDumps } from "./view-dumps.ts";

sayWithoutBrowser("the tests of finding things in the page of `baton view`");

let made: ViewDumps;
beforeAll(async () => {
  made = await makeViewDumps();
});
afterAll(() => made.remove());

describe.skipIf(!hasBrowser)("the page finds", () => {
  let tab: Tab;
  let page: Page;
  beforeAll(async () => {
    tab = await openTab();
    ({ page } = tab);
  });
  afterAll(async () => await tab.browser.close());
  const open = async (address: string, look?: Look): Promise<void> => await openPage(page, made.path, address, look);

  test("goes through what it finds by n and N as soon as it is asked for", async () => {
    await open("ab.html");
    // Keys that are pressed before there is a page to look at are nobody's.
    await page.locator("#tree .row:visible").first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("line");
    for (const [key, name] of [
      ["Enter", null],
      ["n", "line"],
      ["n", "lines"],
      ["N", "line"],
      ["Enter", "lines"],
    ] as const) {
      await page.keyboard.press(key);
      if (name !== null) await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", name]);
      else await expect.poll(() => page.locator("#results .row:visible").count()).toBeGreaterThan(1);
    }
    expect(await page.inputValue("#query")).toBe("line");
    await page.keyboard.press("/");
    await page.keyboard.type("n");
    expect(await page.inputValue("#query")).toBe("n");
  });

  test("no member that is absent, and says that it is", async () => {
    for (const path of ["demo.ports.Port#0.note", "Port[line=1].note.text", "Port#0.note.@1"]) {
      await open("a.html", { hash: `#path=${encodeURIComponent(path)}` });
      await expect.poll(() => page.locator("#found-said").textContent()).toContain(`what ${path} names is absent`);
    }
    for (const path of ["demo.ports.Port#0.nose", "Port[line=9].note", "Port#0.note.size", "Port#0.queues[300].head"]) {
      await open("a.html", { hash: `#path=${encodeURIComponent(path)}` });
      await expect.poll(() => page.locator("#found-said").textContent()).toBe(`nothing in this dump is named ${path}`);
    }
  });

  test("what is wrong with the other of two dumps, and says so of both", async () => {
    await open("a-short.html");
    await checked(page);
    await expect.poll(() => page.locator("#status").textContent()).toMatch(/no problem in a +\d+ problems in b/);
    // What could not be read there is marked here.
    await expect.poll(() => row(page, "demo.ports.Port#1").getAttribute("class")).toContain("changed");
    await page.keyboard.press("b");
    await expect.poll(() => page.locator("#status").textContent()).toMatch(/\d+ problems in b {3}\d+ diff/);
  });

  test("no mistake in what is whole of a header that is cut", async () => {
    await open("head.html");
    await checked(page);
    await expect.poll(() => way(page)).toEqual(["header"]);
    await expect.poll(() => page.locator("#detail .error").textContent()).toContain("needs 64 bytes, 14 left");
    expect(await row(page, "header").getAttribute("class")).toContain("error");
    expect(await row(page, "magic").getAttribute("class")).not.toContain("error");
    expect(await row(page, "2 bytes").getAttribute("class")).toContain("error");
    await open("first.html");
    await checked(page);
    await expect.poll(() => way(page)).toEqual(["manifest"]);
    await page.keyboard.press("ArrowRight");
    expect(await row(page, "manifest").getAttribute("class")).toContain("error");
  });

  test("searches by path, value, offset and bytes", async () => {
    await open("a.html");
    const find = async (mode: string, text: string): Promise<void> => {
      await page.selectOption("#mode", mode);
      await page.fill("#query", text);
      await page.press("#query", "Enter");
    };
    await find("path", "demo.ports.Port#0.queues[200].tail");
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "queues", "[200]", "tail"]);
    await find("value", "700234");
    await expect.poll(() => page.locator("#found-said").textContent()).toBe("1 found");
    await expect.poll(() => page.locator("#results .row:visible").textContent()).toContain("Port#0.queues[234].tail");
    await page.locator("#results .row:visible").click();
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "queues", "[234]", "tail"]);
    await find("value", "dtr");
    await expect.poll(() => page.locator("#results .row:visible").count()).toBe(1);
    await find("path", "Port[line=0].queues[head=234].tail");
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "queues", "[234]", "tail"]);
    await find("path", "Port[line=0].lines.dtr");
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "lines"]);
    await find("any", "own");
    await expect.poll(() => page.locator("#found-said").textContent()).toBe("1 found");
    await find("path", "baud");
    await expect.poll(() => page.locator("#found-said").textContent()).toBe("0 found");
    await find("bytes", "ca fe ba be");
    await expect.poll(() => page.locator("#found-said").textContent()).toBe("1 found");
    await page.click("#next");
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "data"]);
    await find("bytes", '"getty"');
    await expect.poll(() => page.locator("#results .row:visible").textContent()).toContain("Port#0.owner");
    await find("offset", "0x40");
    await expect.poll(() => page.locator("#tree").isVisible()).toBe(true);
    await expect.poll(() => way(page)).toEqual(["manifest", "record header", "state id"]);
  });

  test("finds what a text may mean: names, values, an offset, bytes", async () => {
    await open("a.html");
    const find = async (text: string, mode: string = "any"): Promise<void> => {
      await page.selectOption("#mode", mode);
      await page.fill("#query", text);
      await page.press("#query", "Enter");
    };
    const said = () => page.locator("#found-said").textContent();
    const bytes = readFileSync(join(made.path, "a.dump"));
    const data = bytes.indexOf(Buffer.from("cafebabe", "hex"));
    await find(`0x${data.toString(16)}`);
    await expect.poll(said).toBe("1 found");
    await expect.poll(() => page.locator("#results .row:visible").textContent()).toContain("Port#0.data");
    await page.click("#next");
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "data"]);
    await expect.poll(() => page.url()).toContain(`at=0x${data.toString(16)}`);
    // A number is the value that it is as well.
    await find("0xab000");
    await expect.poll(said).toBe(`0 found; the dump ends at 0x${bytes.length.toString(16)}`);
    await find("0xaaf4a");
    await expect.poll(said).toBe("1 found");
    await find("fe ba");
    await expect.poll(said).toBe("1 found");
    await find("feba");
    await expect.poll(said).toBe("1 found");
    await find('"ett"');
    await expect.poll(() => page.locator("#results .row:visible").textContent()).toContain("Port#0.owner");
    await find("700234");
    await expect.poll(said).toBe("1 found");
    // What is written wrong is said to be.
    await find("zz", "bytes");
    await expect.poll(said).toBe('no bytes: write pairs of digits, `ca fe`, or `"text"`');
    await expect.poll(() => page.locator("#tree").isVisible()).toBe(true);
    await expect.poll(() => page.locator("#next").isVisible()).toBe(false);
    await find("zz", "offset");
    await expect.poll(said).toBe("no offset: write `0x1c0` or `448`");
    await find("0xfffffff", "offset");
    await expect.poll(said).toContain("no such offset: the dump ends at 0x");
    await find("Port[", "path");
    await expect.poll(said).toContain("0 found; no path either: expected");
  });

  test("opens on the first error, and counts what is missing as the decoder does", async () => {
    await open("broken.html");
    await checked(page);
    // Not the checksum of the record, which fails because of it.
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "owner"]);
    await expect.poll(() => page.locator("#detail .error").first().textContent()).toContain("B8103");
    await open("short.html");
    await checked(page);
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#1"]);
    await expect.poll(() => page.locator("#detail .error").first().textContent()).toContain("B8005");
    const { stdout } = made.program("decode", "short.dump");
    const coverage = /(\d+) described, (\d+) padding, (\d+) unknown, (\d+) missing/.exec(stdout)?.slice(1) ?? [];
    expect(Number(coverage[3])).toBeGreaterThan(0);
    const shown = (await page.locator("#status").textContent())?.replaceAll(",", "") ?? "";
    expect(/(\d+) described +(\d+) padding +(\d+) unknown +(\d+) missing/.exec(shown)?.slice(1)).toEqual(coverage);
    // The member that its record's body begins with is whole.
    await open("short.html", { hash: "#path=demo.ports.Port%231.line" });
    await checked(page);
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#1", "line"]);
    await expect.poll(() => row(page, "demo.ports.Port#1").locator(".note").textContent()).toContain("error");
    expect(await row(page, "line").locator(".note").textContent()).not.toContain("error");
    expect(await page.locator("#detail .error").count()).toBe(0);
    // Who asks for a place gets it.
    await open("broken.html", { hash: "#path=demo.ports.Port%231" });
    await checked(page);
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#1"]);
  });

  test("calls nothing wrong for want of a schema but that it is wanting", async () => {
    await made.dump("bare.dump", { line: 1, queues: [] });
    made.program("view", "bare.dump", "-o", "bare.html");
    await open("bare.html");
    await checked(page);
    await page.click("[data-filter=errors]");
    await expect.poll(() => page.locator("#found-said").textContent()).toBe("1 error");
    await expect.poll(() => page.locator("#results .row:visible").textContent()).toContain("B8021");
  });

  test("says what its address names and is not there, and shows nothing in its place", async () => {
    const said = () => page.locator("#found-said").textContent();
    for (const [hash, message] of [
      ["#path=nonsense", "nothing in this dump is named nonsense"],
      ["#at=0xfffffff", "no byte at 0xfffffff: the dump ends at 0x"],
      ["#nonsense", "the address says nonsense, which is nothing here"],
      ["#at=here", "the address says at=here, which is nothing here"],
      ["#dump=b", "this page has no dump b"],
    ] as const) {
      await open("a.html", { hash });
      await checked(page);
      await expect.poll(said).toContain(message);
      expect(await way(page)).toEqual([]);
      expect(page.url().endsWith(hash)).toBe(true);
    }
    // Another place in the same page is there, and the message is not.
    await page.evaluate(() => (location.hash = "#path=Port[line=1].names"));
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#1", "names"]);
    await expect.poll(() => page.locator("#found").isVisible()).toBe(false);
    await open("a.html", { hash: "#at=0x0&path=nonsense" });
    await expect.poll(said).toBe("nothing in this dump is named nonsense");
    await expect.poll(() => way(page)).toEqual(["header", "magic"]);
  });

  test("marks what holds a thing that only the other dump has", async () => {
    await open("grown.html");
    await checked(page);
    await expect.poll(() => row(page, "demo.ports.Port#0").locator(".note").textContent()).toContain("changed");
    await expect.poll(() => row(page, "names").locator(".note").textContent()).toContain("changed");
    await expect.poll(() => row(page, "line").locator(".note").textContent()).not.toContain("changed");
    await row(page, "names").click();
    await expect.poll(() => page.locator("#detail .added").textContent()).toMatch(/^only b.*names\[1\] +"y"$/);
    await expect.poll(() => page.locator("#status").textContent()).toContain("1 record only in b");
    await page.keyboard.press("b");
    await expect.poll(() => page.locator("#status").textContent()).not.toContain("only in");
  });

  test("lists errors and unknown bytes, and says what is wrong", async () => {
    await open("broken.html");
    await checked(page);
    await expect.poll(() => page.locator("#status").textContent()).toMatch(/\d+ unknown .* \d problems/);
    await page.click("[data-filter=errors]");
    const lines = await page.locator("#results .row:visible .value").allTextContents();
    expect(lines.join("\n")).toMatch(/B8103[^]*checksum[^]*B8007/);
    await page.locator("#results .row:visible", { hasText: "B8103" }).click();
    await expect.poll(() => way(page)).toContain("demo.ports.Port#0");
    await expect.poll(() => page.locator("#detail .error").first().textContent()).toContain("B8");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("#tree").isVisible()).toBe(true);
    // What follows a form that does not exist is as the decoder has it.
    await open("broken.html", { hash: "#path=demo.ports.Port%230.parity" });
    await checked(page);
    await expect.poll(() => row(page, "parity").locator(".value").textContent()).toContain("even");
    await expect.poll(() => row(page, "owner").locator(".note").textContent()).toContain("damaged");
  });

  test("says that it compares until it has, and then how much differs", async () => {
    await page.addInitScript(() => {
      const post = Worker.prototype.postMessage;
      const late: { work?: () => void } = {};
      Object.assign(globalThis, { late });
      Worker.prototype.postMessage = function (this: Worker, request: { readonly kind?: string }) {
        if (request.kind === "compare" && location.hash === "#late") late.work = () => post.call(this, request);
        else post.call(this, request);
      };
    });
    const status = () => page.locator("#status").textContent();
    const button = () => page.locator("[data-filter=changed]").textContent();
    await open("ab.html", { hash: "#late" });
    await expect.poll(status).toMatch(/no problem(?: in a)? +(?:checking b … +)?comparing …$/);
    expect(await button()).toBe("comparing …");
    expect(await page.locator("#status").getAttribute("role")).toBe("status");
    expect(await page.evaluate(() => document.documentElement.dataset["checked"])).toBe("false");
    await page.evaluate(() => (globalThis as { late?: { work?: () => void } }).late?.work?.());
    await checked(page);
    expect(await status()).toMatch(/6 differences/);
    expect(await button()).toBe("changed 6");
  });

  test("shows what two dumps differ in, from either side", async () => {
    await open("ab.html");
    await checked(page);
    await page.click("[data-filter=changed]");
    await expect.poll(() => page.locator("#found-said").textContent()).toBe("6 changed");
    const line = page.locator("#results .row:visible", { hasText: "Port#0.owner" });
    await expect.poll(() => line.textContent()).toContain('"getty" → "login"');
    await line.click();
    await expect.poll(() => page.locator("#detail .removed dd").textContent()).toBe('"getty"');
    await expect.poll(() => page.locator("#detail .added dd").textContent()).toBe('"login"');
    await expect.poll(() => page.locator("#hex .changed").count()).toBeGreaterThan(0);
    // A record that only b has is shown there.
    await page.locator("#results .row:visible", { hasText: "Port[line=2]" }).click();
    await expect.poll(() => page.locator("#sides [aria-pressed=true]").textContent()).toBe("b: b.dump");
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#2"]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("a");
    await expect.poll(() => page.locator("#sides [aria-pressed=true]").textContent()).toBe("a: a.dump");
  });

  test("keeps the selection in its address", async () => {
    await open("ab.html", { hash: "#dump=b&path=demo.ports.Port%230.queues%5B7%5D.kind" });
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "queues", "[7]", "kind"]);
    await page.locator("#way button", { hasText: "[7]" }).click();
    await expect.poll(() => page.url()).toMatch(/path=demo\.ports\.Port%230\.queues%5B7%5D(?:&|$)/);
    const address = page.url();
    expect(address).toContain("dump=b");
    await page.evaluate(() => (location.hash = "#at=0x0"));
    await expect.poll(() => way(page)).toEqual(["header", "magic"]);
    await open(address);
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "queues", "[7]"]);
    await expect.poll(() => page.locator("#sides [aria-pressed=true]").textContent()).toBe("b: b.dump");
  });

  test("did nothing wrong unseen", () => {
    expect(tab.errors).toEqual([]);
  });
});
