#!/usr/bin/env node
import { load } from "./load.js";
import type { run as Run } from "./program.js";

// A reader that goes away (`backproof derive x.md | head`) is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
    if (error.code === undefined) throw error;
    // Half an output must not pass for a whole one.
    if (stream === process.stdout)
      process.stderr.write(`error output/unwritable: the output cannot be written (${error.code})\n`);
    process.exit(2);
  });

const { run } = load("program") as { run: typeof Run };
process.exitCode = await run(process.argv.slice(2), process);
