import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { viewPage } from "../compiler/view/page.ts";
import { executable, hasBrowser, launch, sayWithoutBrowser } from "./browser/chromium.ts";
import { buildPackage, type Built } from "./built.ts";
import { baton, folderWith } from "./terminal.ts";

const schema = `/// Ports.
module demo.ports;

/// How a port checks.
enum Parity : u8 { off = 0; even = 1; }

/// What is set.
bits Lines : u16 { rts = 0; dtr = 1; }

/// A queue.
struct Queue { head @1 : u32; tail @2 : u32; kind @3 : u8; }

/// A port.
state Port @0x1 {
  line   @1 : u16 key;
  baud   @2 : u32 = 9600 unit "baud";
  owner  @3 : string[..200] = "";
  parity @4 : Parity = off;
  lines  @5 : Lines = 0;
  data   @6 : bytes[..64] = "";
  queues @7 : Queue[];
  names  @8 : string[..32][] = [];
}
`;

const queues = (count: number) => Array.from({ length: count }, (_, i) => ({ head: i, tail: 700_000 + i, kind: 1 }));
const before = [
  { line: 0, owner: "getty", parity: "even", lines: ["rts", "dtr"], data: "cafebabe", queues: queues(300) },
  { line: 1, queues: [], names: ["a", "b"] },
];
const after = [
  { line: 0, baud: 115_200, owner: "login", parity: "even", lines: ["rts"], data: "cafebabe", queues: queues(300) },
  { line: 1, queues: [], names: ["b", "c"] },
  { line: 2, queues: [] },
];
/** What a page must show and not do. */
const markup = '<img src=x onerror="window.hacked=1"></script><script>window.hacked=2</script><b>bold</b>\u202e';
const hostile = [{ line: 7, owner: markup, queues: [], names: ["</script>", "<!--", "${x}"] }];

sayWithoutBrowser("the tests of the page of `baton view`");

const folder = folderWith({ "ports.baton": schema });
let built: Built;
/** The program as it is built, which has the page's script beside it. */
const program = (...words: string[]) => {
  const options = { cwd: folder.path, encoding: "utf8", maxBuffer: 2 ** 28 } as const;
  return spawnSync(process.execPath, [built.program, ...words], options);
};

async function dump(name: string, value: unknown, ...more: string[]): Promise<void> {
  const words = ["encode", "--type", "Port", "-", "-o", name, "--schema", "ports.baton", ...more];
  const { status, messages } = await baton(folder.path, words, { input: JSON.stringify(value) });
  if (status !== 0) throw new Error(messages);
}

beforeAll(async () => {
  built = await buildPackage();
  await dump("a.dump", before, "--embed-schema");
  await dump("b.dump", after, "--embed-schema");
  await dump("<i>&amp;.dump", hostile, "--embed-schema");
  await dump("few.dump", [{ line: 0, queues: [], names: ["x"] }], "--embed-schema");
  await dump(
    "more.dump",
    [
      { line: 0, queues: [], names: ["x", "y"] },
      { line: 1, queues: [] },
    ],
    "--embed-schema",
  );
  const whole = readFileSync(join(folder.path, "a.dump"));
  const broken = Buffer.from(whole.subarray(0, whole.length - 40));
  // The form of the first record's member `owner`, and the header of the second record.
  const owner = broken.indexOf("getty") - 8;
  broken[owner + 2] = 9;
  writeFileSync(join(folder.path, "broken.dump"), broken);
  // Inside of the last record before the end.
  writeFileSync(join(folder.path, "short.dump"), whole.subarray(0, whole.length - 56 - 16));
  for (const [page, ...dumps] of [
    ["a.html", "a.dump"],
    ["ab.html", "a.dump", "b.dump"],
    ["grown.html", "few.dump", "more.dump"],
    ["hostile.html", "<i>&amp;.dump"],
  ]) {
    const { status, stderr } = program("view", ...dumps, "-o", page ?? "");
    if (status !== 0) throw new Error(stderr);
  }
  for (const name of ["broken", "short"]) program("view", `${name}.dump`, "-o", `${name}.html`);
});
afterAll(() => {
  built.remove();
  folder.remove();
});

describe("baton view", () => {
  test("writes one page that may run its own script and nothing else", () => {
    const page = readFileSync(join(folder.path, "hostile.html"), "utf8");
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
    const { status, messages } = await baton(folder.path, words);
    expect(messages).toContain(message);
    expect(status).toBe(2);
  });

  test("shows a dump without its schema by ids, and exits 2", async () => {
    await dump("bare.dump", { line: 1, queues: [] });
    const { status, stderr, stdout } = program("view", "bare.dump");
    expect(stderr).toContain("[B9202]");
    expect(stdout).toContain('"missing":["demo.ports"]');
    expect(status).toBe(2);
  });

  test("shows a damaged dump, says what is wrong with it, and exits 1", async () => {
    const { status, stderr, stdout } = program("view", "broken.dump", "-o", "wrong.html");
    expect(stderr).toMatch(
      /^! 0x[\da-f]+ demo\.ports\.Port#0: checksum [^]*\[B8007\]\n[^]*\[B8103\]\n[^]*\[B8005\]\n$/,
    );
    expect(stdout).toBe("");
    expect(status).toBe(1);
    expect(readFileSync(join(folder.path, "wrong.html"), "utf8")).toContain("<!doctype html>");
    const both = program("view", "a.dump", "broken.dump", "-o", "wrong.html");
    expect(both.stderr).toMatch(/^(?:broken\.dump: ! .*\n)+$/);
    expect(both.status).toBe(1);
    // What is missing may be why it is wrong.
    const bare = readFileSync(join(folder.path, "bare.dump"));
    writeFileSync(join(folder.path, "bare-short.dump"), bare.subarray(0, bare.length - 20));
    const neither = program("view", "bare-short.dump", "-o", "wrong.html");
    expect(neither.stderr).toMatch(/^! .*\[B8005\]\n[^]*\[B9202\]/);
    expect(neither.stderr).not.toContain("B8021");
    expect(neither.status).toBe(2);
  });

  test("tells the first of many problems, and how many there are", async () => {
    const many = Array.from({ length: 30 }, (_, line) => ({ line, owner: "getty", queues: [] }));
    await dump("many.dump", many, "--embed-schema");
    const bytes = readFileSync(join(folder.path, "many.dump"));
    for (let at = bytes.indexOf("getty"); at >= 0; at = bytes.indexOf("getty", at + 1)) bytes[at] = 0x48;
    writeFileSync(join(folder.path, "many.dump"), bytes);
    const { status, stderr } = program("view", "many.dump", "-o", "many.html");
    expect(stderr.match(/^! 0x/gm)).toHaveLength(20);
    expect(stderr).toMatch(/\n! and 10 more: the page and `baton verify` list them\n$/);
    expect(status).toBe(1);
  });

  test("--serve serves the page, only it, and only by its own name", async () => {
    const server = spawn(process.execPath, [built.program, "view", "a.dump", "--serve"], { cwd: folder.path });
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
      expect(page.text).toBe(readFileSync(join(folder.path, "a.html"), "utf8"));
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
  let browser: Browser;
  /** One for all tests: a new one each time would take longer than they do. */
  let page: Page;
  const requests: string[] = [];
  const errors: string[] = [];
  beforeAll(async () => {
    browser = await launch();
    page = await browser.newPage();
    page.on("request", (request) => requests.push(request.url()));
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => errors.push(message.text()));
    page.on("dialog", (dialog) => errors.push(dialog.message()));
  });
  afterAll(async () => await browser.close());

  const addressOf = (name: string): string => pathToFileURL(join(folder.path, name)).href;

  async function open(
    address: string,
    options: { width?: number; scheme?: "light" | "dark"; hash?: string } = {},
  ): Promise<void> {
    const { width = 1280, scheme = "light", hash = "" } = options;
    await page.setViewportSize({ width, height: 700 });
    await page.emulateMedia({ colorScheme: scheme });
    // Another place in the same page would not load it again.
    await page.goto("about:blank");
    await page.goto(`${address.includes(":") ? address : addressOf(address)}${hash}`);
  }

  const checked = async (page: Page): Promise<void> =>
    void (await page.waitForFunction(() => document.documentElement.dataset["checked"] === "true"));
  const way = async (page: Page): Promise<readonly string[]> => await page.locator("#way li").allTextContents();
  const row = (page: Page, name: string) =>
    page.locator("#tree .row:visible").filter({ has: page.locator(".name", { hasText: new RegExp(`^\\W*${name}$`) }) });
  const selectedBytes = async (page: Page): Promise<string> =>
    (await page.locator("#hex .row:visible .hex .selected").allTextContents()).join("").replaceAll(/\s/g, "");
  /** Clicks the digits of the byte at an offset that is in view. */
  const clickByte = async (page: Page, offset: number): Promise<void> => {
    const line = page.locator(`#hex-${Math.floor(offset / 16)} .hex`);
    const box = await line.boundingBox();
    if (box === null) throw new Error("that byte is not in view");
    const column = (offset % 16) * 3 + (offset % 16 >= 8 ? 1 : 0);
    // Sixteen pairs, fifteen blanks, one more in the middle, and two characters behind.
    await page.mouse.click(box.x + ((column + 0.5) * box.width) / 50, box.y + box.height / 2);
  };

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
    const bytes = readFileSync(join(folder.path, "a.dump"));
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
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0"]);
    await expect.poll(() => page.locator("#detail .error").first().textContent()).toContain("B8007");
    await open("short.html");
    await checked(page);
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#1"]);
    await expect.poll(() => page.locator("#detail .error").first().textContent()).toContain("B8005");
    const { stdout } = program("decode", "short.dump");
    const coverage = /(\d+) described, (\d+) padding, (\d+) unknown, (\d+) missing/.exec(stdout)?.slice(1) ?? [];
    expect(Number(coverage[3])).toBeGreaterThan(0);
    const shown = (await page.locator("#status").textContent())?.replaceAll(",", "") ?? "";
    expect(/(\d+) described +(\d+) padding +(\d+) unknown +(\d+) missing/.exec(shown)?.slice(1)).toEqual(coverage);
    // Who asks for a place gets it.
    await open("broken.html", { hash: "#path=demo.ports.Port%231" });
    await checked(page);
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#1"]);
  });

  test("calls nothing wrong for want of a schema but that it is wanting", async () => {
    await dump("bare.dump", { line: 1, queues: [] });
    program("view", "bare.dump", "-o", "bare.html");
    await open("bare.html");
    await checked(page);
    await page.click("[data-filter=errors]");
    await expect.poll(() => page.locator("#found-said").textContent()).toBe("1 errors");
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
    expect(lines.join("\n")).toMatch(/checksum[^]*B8007[^]*B8103/);
    await page.locator("#results .row:visible", { hasText: "B8103" }).click();
    await expect.poll(() => way(page)).toContain("demo.ports.Port#0");
    await expect.poll(() => page.locator("#detail .error").first().textContent()).toContain("B8");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator("#tree").isVisible()).toBe(true);
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
    errors.splice(0, errors.length, ...errors.filter((text) => !/Content Security Policy/.test(text)));
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
    await page.focus("#hex");
    await page.keyboard.press("n");
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0", "owner"]);
    await page.focus("#query");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("tree");
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

  test("asks for a dump that is too large for it", async () => {
    const html = readFileSync(join(folder.path, "a.html"), "utf8");
    // The page of the program, with its dump taken out.
    const about = JSON.parse(/id="about">([^]*?)<\/script>/.exec(html)?.[1] ?? "");
    const [, script = ""] = /<script id="program">([^]*)<\/script>/.exec(html) ?? [];
    const [, style = ""] = /<style>([^]*?)<\/style>/.exec(html) ?? [];
    writeFileSync(join(folder.path, "asks.html"), viewPage([{ ...about.dumps[0], bytes: null }], { script, style }));
    await open("asks.html");
    await expect.poll(() => page.locator("#ask").textContent()).toContain("a.dump");
    await page.setInputFiles("#file", join(folder.path, "b.dump"));
    await expect.poll(() => page.locator("#ask-said").textContent()).toContain("choose another one");
    await page.setInputFiles("#file", join(folder.path, "a.dump"));
    await expect.poll(() => way(page)).toEqual(["demo.ports.Port#0"]);
    await checked(page);
  });

  test("works as it is served", async () => {
    const server = spawn(process.execPath, [built.program, "view", "a.dump", "b.dump", "--serve"], {
      cwd: folder.path,
    });
    const url = await new Promise<string>((resolve) =>
      server.stdout.once("data", (text) => resolve(String(text).trim())),
    );
    await open(url);
    await checked(page);
    await expect.poll(() => page.locator("[data-filter=changed]").textContent()).toBe("changed 6");
    server.kill();
    expect(requests.filter((each) => each.startsWith("http:"))).toEqual([url]);
  });

  test("holds only the rows in view, however long a list is", async () => {
    await open("a.html", { hash: "#path=demo.ports.Port%230.queues%5B299%5D" });
    await expect.poll(() => page.locator("#tree .row").count()).toBeLessThan(60);
    await expect.poll(() => page.locator("#hex .row").count()).toBeLessThan(60);
    await expect.poll(() => page.locator("#tree .row.selected .name").textContent()).toContain("[299]");
  });

  test("did nothing unseen in all of this", () => {
    expect(errors).toEqual([]);
    expect(
      requests.filter(
        (url) =>
          !url.startsWith("file:") &&
          !url.startsWith("blob:") &&
          !url.startsWith("http://127.0.0.1:") &&
          !url.includes("example.invalid"),
      ),
    ).toEqual([]);
  });
});
