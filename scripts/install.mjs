import { readFileSync } from "node:fs";
import path from "node:path";
import { must, root } from "./process.mjs";

/** Runs `npm ci` where `node_modules` is missing or is not what the lock file says. */
export function install() {
  if (!installed()) must("npm", ["ci"]);
}

/**
 * npm leaves in `node_modules/.package-lock.json` what it installed. An optional package may be absent (it is for
 * another platform); one that is there must have the version of the lock file.
 */
function installed() {
  const wanted = packages("package-lock.json");
  const found = packages("node_modules/.package-lock.json");
  if (wanted === null || found === null) return false;
  return Object.entries(wanted).every(([name, { version, optional }]) => {
    if (name === "") return true;
    return name in found ? found[name].version === version : optional === true;
  });
}

function packages(file) {
  try {
    return JSON.parse(readFileSync(path.join(root, file), "utf8")).packages;
  } catch {
    return null;
  }
}
