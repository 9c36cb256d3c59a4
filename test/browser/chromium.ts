import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where the browser of the tests is, or would be. */
export const executable = process.env["CHROMIUM"] ?? places.find((path) => existsSync(path)) ?? "/usr/bin/chromium";

/** Whether there is one. A machine of CI must have it; elsewhere tests that need it are left out, and say so. */
export const hasBrowser = existsSync(executable);

/** Says aloud which tests are left out where there is no browser. */
export function sayWithoutBrowser(tests: string): void {
  if (hasBrowser) return;
  process.stderr.write(`no browser at ${executable}: ${tests} are skipped (apt-get install chromium)\n`);
}

export async function launch(): Promise<Browser> {
  const quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"];
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-sync", ...quiet];
  return await chromium.launch({ executablePath: executable, args });
}
