import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type TestFunction, test } from "vitest";

const works = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: "ignore" }).status === 0;

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where Debian puts Chromium, or `null`. */
export const chromiumPath: string | null = CHROMIUM.find((file) => existsSync(file)) ?? null;

/** A Python that has numpy: the first on the path need not be the one that Debian's package serves. `null`: none. */
export const pythonPath: string | null =
  ["python3", "/usr/bin/python3"].find((command) => works(command, "-c", "import numpy")) ?? null;

const found: { readonly [tool: string]: () => boolean } = {
  "python3-numpy": () => pythonPath !== null,
  pdflatex: () => works("pdflatex", "--version") && works("kpsewhich", "amsmath.sty", "tikz.sty"),
  pdftotext: () => works("pdftotext", "-v"),
  chromium: () => chromiumPath !== null,
};

/** A test of something that Node does not bring along; where it is not installed the test is skipped, and says why. */
export function testNeeding(
  tool: "python3-numpy" | "pdflatex" | "pdftotext" | "chromium",
  name: string,
  body: TestFunction,
  timeout = 60_000,
): void {
  if (found[tool]?.() === true) test(name, body, timeout);
  else test.skip(`${name} (skipped: needs ${tool})`, body);
}
