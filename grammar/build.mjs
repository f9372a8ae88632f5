// Compiles math.ne to src/notation/grammar.js, which is not kept in the repository.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import nearley from "nearley";
import compile from "nearley/lib/compile.js";
import generate from "nearley/lib/generate.js";
import bootstrapped from "nearley/lib/nearley-language-bootstrapped.js";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const parser = new nearley.Parser(nearley.Grammar.fromCompiled(bootstrapped));
parser.feed(readFileSync(path("math.ne"), "utf8"));
const compiled = compile(parser.results[0], { version: "2" });
const out = process.argv[2] ?? path("../src/notation/grammar.js");
writeFileSync(out, generate(compiled, "grammar"));
