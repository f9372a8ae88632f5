import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Script } from "node:vm";
import { workerFlags } from "./worker-flags.js";

/*
 * The built program is a few parts in CommonJS (scripts/bundle.mjs), each with a code cache beside it: what V8 compiled
 * of it when the program was built. Node would need longer to compile the parts than to run them. A cache of another V8
 * is refused by V8 itself, and the part is then compiled as usual.
 */

type Exports = Record<string, unknown>;

const FOLDER = new URL("parts/", import.meta.url);
const CACHE = process.execArgv.join(" ") === workerFlags.join(" ") ? "worker.cache" : "cache";
const loaded = new Map<string, { exports: Exports }>();
const scripts = new Map<string, Script>();
const requireOutside = createRequire(import.meta.url);

/** The exports of a part, run when it is first asked for. */
export function load(name: string): Exports {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const run: (...scope: readonly unknown[]) => void = compiled(name).runInThisContext();
  // A part asks where it is to find what the package holds beside the program: as if it were main.js.
  run(module.exports, requireFrom, module, import.meta.url);
  return module.exports;
}

function requireFrom(name: string): unknown {
  return name.startsWith("./") ? load(name.slice(2).replace(/\.js$/, "")) : requireOutside(name);
}

function compiled(name: string): Script {
  const file = new URL(`${name}.cjs`, FOLDER);
  const source = readFileSync(file, "utf8");
  const cachedData = readOrNull(new URL(`${name}.${CACHE}`, FOLDER));
  const script = new Script(source, { filename: file.href, ...(cachedData === null ? {} : { cachedData }) });
  scripts.set(name, script);
  return script;
}

function readOrNull(file: URL): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

/**
 * What V8 has compiled by now of every part that was loaded: the caches for the next start under the same flags, by the
 * names of their files.
 * @public for scripts/bundle.mjs
 */
export const compiledCode = (): ReadonlyMap<string, Buffer> =>
  new Map([...scripts].map(([name, script]) => [`${name}.${CACHE}`, script.createCachedData()]));
