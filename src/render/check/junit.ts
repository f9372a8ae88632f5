import { escapeXml } from "../../core/escape.js";
import type { CheckJson } from "../../session/check.js";
import type { DiagnosticJson } from "../../session/report.js";
import { type JudgedClaim, judgedOf, nameOf, verdictWords } from "../verdicts.js";

/*
 * JUnit XML as continuous integration reads it: a suite for each file, a case for each claim. What is wrong is a
 * failure; what could be neither right nor wrong is skipped, with its reason; a file that cannot be used is an error.
 */

/** All files as one document. */
export function checkJunit(files: readonly CheckJson[]): string {
  const suites = files.map(suite);
  const total = (count: keyof Counts): number => suites.reduce((sum, s) => sum + s.counts[count], 0);
  const counts = {
    tests: total("tests"),
    failures: total("failures"),
    errors: total("errors"),
    skipped: total("skipped"),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="backproof check"${attributes({ ...counts })}>`,
    ...suites.map((s) => s.xml),
    "</testsuites>",
    "",
  ].join("\n");
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

function suite(report: CheckJson): { readonly xml: string; readonly counts: Counts } {
  const { file, diagnostics } = report;
  const claims = judgedOf(report.claims);
  const unusable = claims.length === 0 ? diagnostics.filter((d) => d.severity === "error") : [];
  const standing = (wanted: string): number => claims.filter((c) => verdictWords[c.verdict].standing === wanted).length;
  const counts = {
    tests: claims.length + unusable.length,
    failures: standing("wrong"),
    errors: unusable.length,
    skipped: standing("open"),
  };
  const cases = [...claims.map((c) => testCase(file, c)), ...unusable.map((d) => errorCase(file, d))];
  return {
    counts,
    xml: [`  <testsuite${attributes({ name: file, ...counts })}>`, ...cases, "  </testsuite>"].join("\n"),
  };
}

function testCase(file: string, c: JudgedClaim): string {
  const { standing, word } = verdictWords[c.verdict];
  const head = attributes({ name: `${c.at.line}:${c.at.column} ${nameOf(c)}`, classname: file, file, line: c.at.line });
  if (standing === "right") return `    <testcase${head}/>`;
  const why = c.mistake?.message ?? c.reason ?? word;
  if (standing === "open")
    return `    <testcase${head}><skipped${attributes({ message: `${word}: ${why}` })}/></testcase>`;
  const body = [c.latex, ...(c.expected ? [`write: ${c.expected}`] : [])].join("\n");
  const type = c.mistake?.code ?? c.verdict;
  return `    <testcase${head}><failure${attributes({ type, message: `${word}: ${why}` })}>${escapeXml(body)}</failure></testcase>`;
}

function errorCase(file: string, { code, message, at }: DiagnosticJson): string {
  const head = attributes({ name: `${at.line}:${at.column} ${code}`, classname: file, file, line: at.line });
  return `    <testcase${head}><error${attributes({ type: code, message })}/></testcase>`;
}

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replace(/[\n\t]/g, " ")}"`)
    .join("");
