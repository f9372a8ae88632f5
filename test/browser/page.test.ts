import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type BrowserContext, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { chromiumPath, testNeeding } from "../support/needs.js";

/* The page that `derive --to html` prints, opened in Chromium from a file, without a network. */

const root = path.resolve(import.meta.dirname, "../..");
const SHEET = path.join(root, "problems/csc311-1-1-mlp-by-index.md");
const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

let folder = "";
let browser: BrowserContext | undefined;

beforeAll(async () => {
  if (chromiumPath === null) return;
  folder = mkdtempSync(path.join(tmpdir(), "backproof-page-"));
  browser = await chromium.launchPersistentContext(path.join(folder, "profile"), {
    executablePath: chromiumPath,
    headless: true,
    args: FLAGS,
    offline: true,
    viewport: { width: 1000, height: 800 },
  });
});

afterAll(async () => {
  await browser?.close();
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

describe("the HTML page of a derivation", () => {
  testNeeding("chromium", "opens from a file, asks for nothing, and shows its formulas", async () => {
    const main = path.join(root, "dist/cli/main.js");
    const { stdout, status } = spawnSync(process.execPath, [main, "derive", "--to", "html", SHEET], {
      encoding: "utf8",
    });
    expect(status).toBe(0);
    const file = path.join(folder, "page.html");
    writeFileSync(file, stdout);

    const page = await browser?.newPage();
    if (page === undefined) throw new Error("internal: no browser");
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);

    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"))).toEqual([]);
    expect(requests.filter((url) => url.startsWith("file:"))).toHaveLength(1);
    const formulas = page.locator("math, .katex");
    expect(await formulas.count()).toBeGreaterThan(10);
    const box = await formulas.first().boundingBox();
    expect(box?.width).toBeGreaterThan(0);
    expect(await page.locator(".katex-error").count()).toBe(0);
    // Nothing runs out of the page to the side: a formula that is too wide scrolls in its own box.
    expect(await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")).toBe(
      true,
    );
  });
});
