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

/** Opens what a call prints, and makes sure that the page loads nothing else and keeps within its width. */
async function open(name: string, ...args: readonly string[]) {
  const main = path.join(root, "dist/cli/main.js");
  const { stdout, status } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
  const file = path.join(folder, name);
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
  const box = await formulas.first().boundingBox();
  expect(box?.width).toBeGreaterThan(0);
  expect(await page.locator(".katex-error").count()).toBe(0);
  // Nothing runs out of the page to the side: a formula that is too wide scrolls in its own box.
  expect(await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")).toBe(
    true,
  );
  return { page, status, formulas: await formulas.count() };
}

describe("the HTML page of a derivation", () => {
  testNeeding("chromium", "opens from a file, asks for nothing, and shows its formulas", async () => {
    const { status, formulas } = await open("page.html", "derive", "--to", "html", SHEET);
    expect(status).toBe(0);
    expect(formulas).toBeGreaterThan(10);
  });
});

const ANSWERS = String.raw`# <script>alert(1)</script>

$x \in \mathbb{R}^{D}$, $W \in \mathbb{R}^{K \times D}$, $t \in \mathbb{R}^{K}$.

$$z = W x$$
$$L = \frac{1}{2} \|z - t\|^2$$

$$\nabla_{z} L = z - t$$
$$\nabla_{W} L = x (\nabla_{z} L)^\top$$
$$\nabla_{x} L = W^\top \nabla_{z} L = W^\top (z + t) + t^\top z \, x + W^\top W x + W^\top W x + W^\top W x + W^\top W x + W^\top W x$$
`;

describe("the HTML page of a check", () => {
  testNeeding("chromium", "shows each verdict in words and each formula typeset", async () => {
    const file = path.join(folder, "answers.md");
    writeFileSync(file, ANSWERS);
    const { page, status, formulas } = await open("check.html", "check", "--to", "html", file);
    expect(status).toBe(1);
    expect(formulas).toBeGreaterThan(6);
    expect(await page.locator("article h3 strong").allTextContents()).toEqual(["proved", "shape mismatch", "wrong"]);
    expect(await page.locator("main, h1").count()).toBe(2);
    expect(await page.locator("article.wrong").count()).toBe(2);
    // What is read aloud names the verdict, and the sign beside it is not read twice.
    expect(await page.locator("article h3 [aria-hidden=true]").allTextContents()).toEqual(["✓", "✗", "✗"]);
    expect(await page.locator("article ol li").count()).toBe(2);
  });
});
