import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const builtin = new Set(builtinModules);
const asked: string[] = [];
/** Marks the questions of this test itself. */
const OWN = Symbol("own");
let bundle = "";

/** The library as one script for a browser; what it asks of Node is noted. */
beforeAll(async () => {
  const result = await build({
    entryPoints: [path.join(root, "src/index.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "backproof",
    platform: "browser",
    logLevel: "silent",
    plugins: [
      {
        name: "note-node-modules",
        setup(b) {
          b.onResolve({ filter: /.*/ }, async ({ path: name, importer, kind, resolveDir, pluginData }) => {
            if (pluginData === OWN || (!name.startsWith("node:") && !builtin.has(name))) return undefined;
            // A package may say of itself what it does without in a browser (the `browser` field of its package.json).
            const found = await b.resolve(name, { importer, kind, resolveDir, pluginData: OWN });
            if (found.errors.length === 0 && !found.external) return undefined;
            asked.push(`${name} in ${path.relative(root, importer)}`);
            return { path: name, external: true };
          });
        },
      },
    ],
  });
  bundle = result.outputFiles[0]?.text ?? "";
});

describe("the library", () => {
  test("imports nothing of Node", () => {
    expect(asked).toEqual([]);
    expect(bundle.length).toBeGreaterThan(10_000);
  });

  test("makes no code out of text", () => {
    const sources = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" });
    const found = sources
      .filter((file) => file.endsWith(".ts"))
      .filter((file) => /\beval\(|\bnew Function\b/.test(readFileSync(path.join(root, "src", file), "utf8")));
    expect(found).toEqual([]);
  });
});
