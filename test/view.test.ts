import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { viewPage } from "../compiler/view/page.ts";
import { executable, hasBrowser, sayWithoutBrowser } from "./browser/chromium.ts";
import {
  checked,
  clickByte,
  openPage,
  openTab,
  row,
  selectedBytes,
  way,
  type Look,
  type Tab,
} from "./browser/view-page.ts";
import { dumpOf, recordsOf } from "./fuzz/frame.ts";
import { baton } from "./terminal.ts";
import { makeViewDumps, type ViewDumps } from "./view-dumps.ts";

sayWithoutBrowser("the tests of the page of `baton view`");

let made: ViewDumps;
beforeAll(async () => {
  made = await makeViewDumps();
});
afterAll(() => made.remove());

describe("baton view", () => {
  test("writes one page that may run its own script and nothing else", () => {
    const page = readFileSync(join(made.path, "hostile.html"), "utf8");
    const [, script = ""] = /<script id="program">([^]*)<\/script>/.exec(page) ?? [];
    const [, style = ""] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "";
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `script-src ${hash(script)}`,
      `style-src ${hash(style)}`,
      "worker-src blob:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page).not.toMatch(/(?:src|href)=|https?:/);
    expect(page.match(/<script/g)).toHaveLength(3);
    expect(page).toContain("<title>&lt;i&gt;&amp;amp;.dump</title>");
  });

  test.each([
    [["view"], "which dump?"],
    [["view", "a.dump", "b.dump", "a.dump", "-o", "x.html"], "more than two dumps"],
    [["view", "a.dump", "--serve", "-o", "x.html"], "`--serve` writes no file"],
    [["view", "a.dump", "-o", "x.html", "--port", "80"], "`--port` without `--serve`"],
    [["view", "ports.baton", "-o", "x.html"], "[B8001]"],
    [["view", "a.dump", "-o", "a.dump"], "would overwrite"],
  ])("%j is refused with status 2", async (words, message) => {
    const { status, messages } = await baton(made.path, words);
    expect(messages).toContain(message);
    expect(status).toBe(2);
  });

  test("shows a dump without its schema by ids, and exits 2", async () => {
    await made.dump("bare.dump", { line: 1, queues: [] });
    const { status, stderr, stdout } = made.program("view", "bare.dump");
    expect(stderr).toContain("[B9202]");
    expect(stdout).toContain('"missing":["demo.ports"]');
    expect(status).toBe(2);
  });

  test("shows a damaged dump, says what is wrong with it, and exits 1", async () => {
    const { status, stderr, stdout } = made.program("view", "broken.dump", "-o", "wrong.html");
    expect(stderr).toMatch(
      /^! 0x[\da-f]+ demo\.ports\.Port#0\.owner: [^\n]*\[B8103\]\n! 0x[\da-f]+ demo\.ports\.Port#0: checksum [^\n]*\[B8007\]\n! [^\n]*\[B8005\]\n$/,
    );
    expect(stdout).toBe("");
    expect(status).toBe(1);
    expect(readFileSync(join(made.path, "wrong.html"), "utf8")).toContain("<!doctype html>");
    const both = made.program("view", "a.dump", "broken.dump", "-o", "wrong.html");
    expect(both.stderr).toMatch(/^(?:broken\.dump: ! .*\n)+$/);
    expect(both.status).toBe(1);
    // What is missing may be why it is wrong.
    const bare = readFileSync(join(made.path, "bare.dump"));
    writeFileSync(join(made.path, "bare-short.dump"), bare.subarray(0, bare.length - 20));
    const neither = made.program("view", "bare-short.dump", "-o", "wrong.html");
    expect(neither.stderr).toMatch(/^! .*\[B8005\]\n[^]*\[B9202\]/);
    expect(neither.stderr).not.toContain("B8021");
    expect(neither.status).toBe(2);
  });

  test("tells a schema in the dump that cannot be used, and so does the page", () => {
    const records = recordsOf(readFileSync(join(made.path, "a.dump")));
    records[1]?.body.fill(0xff, 12, 20);
    for (const [name, kept] of [
      ["hurt", records],
      ["hurt-bare", records.filter(({ id }) => id === 0)],
    ] as const) {
      writeFileSync(join(made.path, `${name}.dump`), dumpOf(kept));
      const words = ["view", `${name}.dump`, "--schema", "ports.baton", "-o", `${name}.html`];
      const { status, stderr } = made.program(...words);
      expect([status, stderr.match(/^! 0x[\da-f]+ schema: .*\[B8018\]$/gm)?.length]).toEqual([1, 1]);
    }
  });

  test("tells the first of many problems, and how many there are", async () => {
    const many = Array.from({ length: 30 }, (_, line) => ({ line, owner: "getty", queues: [] }));
    await made.dump("many.dump", many, "--embed-schema");
    const bytes = readFileSync(join(made.path, "many.dump"));
    for (let at = bytes.indexOf("getty"); at >= 0; at = bytes.indexOf("getty", at + 1)) bytes[at] = 0x48;
    writeFileSync(join(made.path, "many.dump"), bytes);
    const { status, stderr } = made.program("view", "many.dump", "-o", "many.html");
    expect(stderr.match(/^! 0x/gm)).toHaveLength(20);
    expect(stderr).toMatch(/\n! and 10 more: the page and `baton verify` list them\n$/);
    expect(status).toBe(1);
  });

  test("--serve serves the page, only it, and only by its own name", async () => {
    const server = spawn(process.execPath, [made.file, "view", "a.dump", "--serve"], { cwd: made.path });
    try {
      const url = await new Promise<string>((resolve) =>
        server.stdout.once("data", (text) => resolve(String(text).trim())),
      );
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
      const ask = (path: string, host?: string) =>
        new Promise<{ status: number | undefined; text: string; policy: unknown }>((resolve, reject) => {
          const headers = host === undefined ? {} : { host };
          get(new URL(path, url), { headers }, (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("end", () => {
              const { statusCode: status, headers: given } = response;
              resolve({ status, text: String(Buffer.concat(chunks)), policy: given["content-security-policy"] });
            });
          }).on("error", reject);
        });
      const page = await ask("/");
      expect(page.text).toBe(readFileSync(join(made.path, "a.html"), "utf8"));
      expect(page).toMatchObject({ status: 200, policy: "frame-ancestors 'none'" });
      expect(await ask("/", "evil.example")).toMatchObject({ status: 421, text: "421\n" });
      expect(await ask("/a.dump")).toMatchObject({ status: 404 });
    } finally {
      server.kill();
    }
  });
});

test("a CI machine has a browser", () => {
  expect(hasBrowser || process.env["CI"] === undefined, `${executable} is missing`).toBe(true);
});

describe.skipIf(!hasBrowser)("the page", () => {
  let tab: Tab;
  let page: Page;
  beforeAll(async () => {
    tab = await openTab();
    ({ page } = tab);
  });
  afterAll(async () => await tab.browser.close());
  const open = async (address: string, look?: Look): Promise<void> => await openPage(page, made.path, address, look);

  test("selects bytes by members, and members by bytes", async () => {
    await open("a.html");
    await row(page, "owner").click();
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "owner"]);
    await expect
      .poll(() => selectedBytes(page))
      .toBe(`03000201${"05000000"}${Buffer.from("getty").toString("hex")}000000`);
    await row(page, "parity").click();
    const place = await page.locator("#way .at").textContent();
    const offset = Number(/^0x[\da-f]+/.exec(place ?? "")?.[0]);
    await clickByte(page, offset + 8 + 4);
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "lines"]);
    await expect.poll(() => page.locator("#tree .row.selected .name").textContent()).toContain("lines");
    await expect.poll(() => page.locator("#detail pre").textContent()).toMatch(/\.\.\.1 {2}rts\n.*\.\.1\. {2}dtr/);
    // A row of a table is unfolded for the byte in it.
    const table = page.locator("#tree .row", { hasText: "300 × Queue" });
    await table.click();
    const start = Number(/^0x[\da-f]+/.exec((await page.locator("#way .at").textContent()) ?? "")?.[0]);
    await clickByte(page, start + 16 + 12 + 4);
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "queues", "[1]", "tail"]);
  });

  test("shows markup as text, runs nothing, asks for nothing", async () => {
    await open("hostile.html");
    await checked(page);
    await expect.poll(() => row(page, "owner").locator(".value").textContent()).toContain("<img src=x onerror=");
    await row(page, "owner").click();
    await expect.poll(() => page.locator("#detail dd").first().textContent()).toContain("\\u{202e}");
    await page.fill("#query", "bold");
    await page.press("#query", "Enter");
    await expect.poll(() => page.locator("#results .row:visible .value").textContent()).toContain("</script>");
    await expect.poll(() => page.locator("img, b, i, iframe").count()).toBe(0);
    await expect.poll(() => page.title()).toBe("<i>&amp;.dump");
    await expect.poll(() => page.evaluate(() => "hacked" in globalThis)).toBe(false);
    // Even a script that came into the page would not run, and nothing could be sent.
    const blocked = await page.evaluate(async () => {
      const script = document.createElement("script");
      script.textContent = "window.hacked = 3";
      document.body.append(script);
      return await fetch("https://example.invalid/").then(
        () => "sent",
        () => "refused",
      );
    });
    expect(blocked).toBe("refused");
    await expect.poll(() => page.evaluate(() => "hacked" in globalThis)).toBe(false);
    // What was just tried is told by the browser.
    tab.errors.splice(0, tab.errors.length, ...tab.errors.filter((text) => !/Content Security Policy/.test(text)));
  });

  test("goes by the keyboard alone", async () => {
    await open("a.html");
    await page.focus("#tree");
    await page.keyboard.press("Home");
    await expect.poll(() => way(page)).toEqual(["header"]);
    await page.keyboard.press("End");
    await expect.poll(() => way(page)).toEqual(["end"]);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => way(page)).toEqual(["end", "record header"]);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => way(page)).toEqual(["end"]);
    await page.focus("#hex");
    await page.keyboard.press("Home");
    await expect.poll(() => way(page)).toEqual(["header", "magic"]);
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => page.locator("#way .at").textContent()).toBe("0x10 + 4");
    await page.keyboard.press("/");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("query");
    await page.keyboard.type("getty");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("#results .row:visible").count()).toBe(1);
    // Again, still in the search box, it goes to what was found.
    await page.keyboard.press("Enter");
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "owner"]);
    await page.focus("#tree");
    await page.focus("#hex");
    await page.keyboard.press("n");
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "owner"]);
    await page.focus("#query");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("tree");
  });

  test("fits a narrow screen", async () => {
    await open("ab.html", { width: 380 });
    await checked(page);
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(380);
    for (const id of ["tree", "hex", "map", "query", "theme", "detail"]) {
      const box = await page.locator(`#${id}`).boundingBox();
      expect(box, id).not.toBe(null);
      expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= 380 && (box?.height ?? 0) > 15, id).toBe(true);
    }
    // Eight bytes a row, and the text beside them not cut.
    await expect
      .poll(() => page.locator("#hex .row:visible").first().locator(".hex").textContent())
      .toMatch(/^(?:[\da-f]{2} ?){8}$/);
    const text = await page.locator("#hex .row:visible .text").first().boundingBox();
    expect((text?.x ?? 0) + (text?.width ?? 0)).toBeLessThanOrEqual(364);
    await row(page, "owner").click();
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "owner"]);
  });

  test("shows all of its last line on a narrow screen", async () => {
    await open("broken.html", { width: 380 });
    await checked(page);
    const footer = page.locator("footer");
    await expect.poll(() => footer.textContent()).toMatch(/missing +\d+ problems/);
    const cut = () =>
      footer.evaluate((one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight);
    await expect.poll(cut).toBe(false);
    const last = await page.locator("#status span").last().boundingBox();
    expect((last?.x ?? 380) + (last?.width ?? 0)).toBeLessThanOrEqual(380);
    expect((last?.y ?? 700) + (last?.height ?? 0)).toBeLessThanOrEqual(700);
  });

  test.each(["light", "dark"] as const)("has texts that can be read on every ground, %s", async (scheme) => {
    await open("a.html", { scheme });
    const faint = await page.evaluate(() => {
      const style = getComputedStyle(document.documentElement);
      const luminance = (name: string): number => {
        const digits = style.getPropertyValue(`--${name}`).trim().slice(1);
        const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
          const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
          return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const members = Array.from({ length: 8 }, (_, i) => `c${i}`);
      const texts = ["ink", "soft", "accent", "frame", "padding", "unknown", "changed", "error", "added", ...members];
      const grounds = ["paper", "panel", "selected", "changed-paper", "error-paper"];
      return texts.flatMap((text) =>
        grounds.flatMap((ground) => {
          const [dark = 0, bright = 0] = [luminance(text), luminance(ground)].sort((a, b) => a - b);
          // The least that the guidelines for accessible pages ask of text.
          const contrast = (bright + 0.05) / (dark + 0.05);
          return contrast >= 4.5 ? [] : [`${text} on ${ground}: ${contrast.toFixed(2)}`];
        }),
      );
    });
    expect(faint).toEqual([]);
  });

  test("is light or dark as the system is, or as the switch says", async () => {
    const paper = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await open("a.html");
    const bright = await paper(page);
    await open("a.html", { scheme: "dark" });
    const dark = await paper(page);
    expect(dark).not.toBe(bright);
    await page.click("#theme");
    await expect.poll(() => paper(page)).toBe(bright);
    await page.click("#theme");
    await expect.poll(() => paper(page)).toBe(dark);
    await page.click("#theme");
    await expect.poll(() => page.locator("#theme").getAttribute("aria-label")).toBe("Theme: auto");
  });

  test("has names for a screen reader", async () => {
    await open("ab.html");
    await checked(page);
    for (const [role, name] of [
      ["tree", "Members"],
      ["grid", "Bytes"],
      ["slider", "Map of the dump"],
      ["searchbox", "Search"],
      ["combobox", "Search by"],
      ["navigation", "Path"],
    ] as const) {
      await expect.poll(() => page.getByRole(role, { name, exact: true }).count(), { message: name }).toBe(1);
    }
    await row(page, "owner").click();
    const item = page.getByRole("treeitem", { selected: true });
    await expect.poll(() => item.getAttribute("aria-label")).toBe('owner, "getty", @3 changed');
    await expect.poll(() => item.getAttribute("aria-level")).toBe("2");
    expect(await page.locator("#tree").getAttribute("aria-activedescendant")).toBe(await item.getAttribute("id"));
    await expect
      .poll(() => page.locator("#said").textContent())
      .toMatch(/^demo\.ports\.Port#0\.owner, "getty", 16 bytes at 0x/);
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll("button, input, select")]
        .filter((one) => one instanceof HTMLElement && one.offsetParent !== null)
        .filter((one) => (one.textContent ?? "") === "" && !one.hasAttribute("aria-label"))
        .map((one) => one.outerHTML),
    );
    expect(nameless).toEqual([]);
  });

  test("tells what is wrong with the schema in a dump, which it cannot read", async () => {
    for (const name of ["hurt", "hurt-bare"]) {
      await open(`${name}.html`);
      await checked(page);
      await expect.poll(() => page.locator("#status").textContent()).toContain("1 problem");
      await expect.poll(() => way(page)).toEqual(["schema"]);
      await expect.poll(() => page.locator("#detail .error").textContent()).toContain("B8018");
    }
  });

  test("asks for a dump that is too large for it", async () => {
    const html = readFileSync(join(made.path, "a.html"), "utf8");
    // The page of the program, with its dump taken out.
    const about = JSON.parse(/id="about">([^]*?)<\/script>/.exec(html)?.[1] ?? "");
    const [, script = ""] = /<script id="program">([^]*)<\/script>/.exec(html) ?? [];
    const [, style = ""] = /<style>([^]*?)<\/style>/.exec(html) ?? [];
    writeFileSync(join(made.path, "asks.html"), viewPage([{ ...about.dumps[0], bytes: null }], { script, style }));
    await open("asks.html");
    await expect.poll(() => page.locator("#ask").textContent()).toContain("a.dump");
    await page.setInputFiles("#file", join(made.path, "b.dump"));
    await expect.poll(() => page.locator("#ask-said").textContent()).toContain("choose another one");
    await page.setInputFiles("#file", join(made.path, "a.dump"));
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0"]);
    await checked(page);
  });

  test("works as it is served", async () => {
    const server = spawn(process.execPath, [made.file, "view", "a.dump", "b.dump", "--serve"], {
      cwd: made.path,
    });
    const url = await new Promise<string>((resolve) =>
      server.stdout.once("data", (text) => resolve(String(text).trim())),
    );
    await open(url);
    await checked(page);
    await expect.poll(() => page.locator("[data-filter=changed]").textContent()).toBe("changed 6");
    server.kill();
    expect(tab.requests.filter((each) => each.startsWith("http:"))).toEqual([url]);
  });

  test("holds only the rows in view, however long a list is", async () => {
    await open("a.html", { hash: "#path=demo.ports.Port%230.queues%5B299%5D" });
    await expect.poll(() => page.locator("#tree .row").count()).toBeLessThan(60);
    await expect.poll(() => page.locator("#hex .row").count()).toBeLessThan(60);
    await expect.poll(() => page.locator("#tree .row.selected .name").textContent()).toContain("[299]");
  });

  test("did nothing unseen in all of this", () => {
    expect(tab.errors).toEqual([]);
    expect(
      tab.requests.filter(
        (url) =>
          !url.startsWith("file:") &&
          !url.startsWith("blob:") &&
          !url.startsWith("http://127.0.0.1:") &&
          !url.includes("example.invalid"),
      ),
    ).toEqual([]);
  });
});
