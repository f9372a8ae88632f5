import { mistakes } from "../../check/mistakes/table.js";
import type { Place } from "../../core/span.js";
import type { CheckJson } from "../../session/check.js";
import { type JudgedClaim, judgedOf, nameOf, verdictWords } from "../verdicts.js";

/*
 * SARIF 2.1.0 (OASIS): what is not right becomes a result; what is right leaves none. Verdicts that a person must look
 * at are of kind `review`, of which the standard wants level `none`. Diagnostics are notifications of the run.
 */

/** All files as one log of one run. */
export function checkSarif(files: readonly CheckJson[]): string {
  const open = files.flatMap((f) =>
    judgedOf(f.claims)
      .filter(isTold)
      .map((c) => [f.file, c] as const),
  );
  const rules = [...new Map(open.map(([, c]) => [ruleOf(c), meaningOf(c)])).entries()].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const ids = rules.map(([id]) => id);
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Backproof",
            rules: rules.map(([id, means]) => ({ id, shortDescription: { text: means } })),
          },
        },
        columnKind: "unicodeCodePoints",
        artifacts: files.map((f) => ({ location: { uri: uriOf(f.file) } })),
        results: open.map(([file, c]) => result(file, c, ids)),
        invocations: [
          {
            executionSuccessful: files.every((f) => f.diagnostics.every((d) => !/^(input|internal)\//.test(d.code))),
            toolExecutionNotifications: files.flatMap((f) => f.diagnostics.map((d) => notification(f.file, d))),
          },
        ],
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const isTold = (c: JudgedClaim): boolean => verdictWords[c.verdict].standing !== "right";
const meaningOf = (c: JudgedClaim): string =>
  (c.mistake && mistakes.get(c.mistake.code)?.tell("")) || verdictWords[c.verdict].means;
const ruleOf = (c: JudgedClaim): string => c.mistake?.code ?? c.verdict;

function result(file: string, c: JudgedClaim, ids: readonly string[]): object {
  const { standing, word } = verdictWords[c.verdict];
  const why = c.mistake?.message ?? c.reason ?? "";
  const repair = c.expected ? ` Write: ${c.expected}` : "";
  return {
    ruleId: ruleOf(c),
    ruleIndex: ids.indexOf(ruleOf(c)),
    ...(standing === "wrong" ? { kind: "fail", level: "error" } : { kind: "review", level: "none" }),
    message: { text: `${nameOf(c)}: ${word}${why === "" ? "" : `: ${why}`}.${repair}` },
    locations: [location(file, c.where ?? c.at)],
    relatedLocations: [location(file, c.at)],
  };
}

function notification(file: string, d: CheckJson["diagnostics"][number]): object {
  return {
    descriptor: { id: d.code },
    level: d.severity,
    message: { text: d.hint === "" ? d.message : `${d.message} (${d.hint})` },
    locations: [location(file, d.at)],
  };
}

const location = (file: string, { line, column, endLine, endColumn }: Place): object => ({
  physicalLocation: {
    artifactLocation: { uri: uriOf(file) },
    region: { startLine: line, startColumn: column, endLine, endColumn },
  },
});

/** A path as a URI reference: absolute ones as `file:`, and no colon in the first part of a relative one. */
function uriOf(file: string): string {
  const parts = file.replaceAll("\\", "/").split("/").map(encodePart);
  if (/^[A-Za-z]%3A$/.test(parts[0] ?? "")) return `file:///${parts.join("/").replace("%3A", ":")}`;
  return parts[0] === "" && parts.length > 1 ? `file://${parts.join("/")}` : parts.join("/");
}

// A lone half of a surrogate pair has no encoding.
const encodePart = (part: string): string => encodeURIComponent(part.replace(/\p{Cs}/gu, "\uFFFD"));
