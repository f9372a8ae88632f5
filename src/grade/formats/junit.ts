import { escapeXml } from "../../core/escape.js";
import type { GradeJson, PartJson } from "../report.js";
import type { GradeFormat } from "./format.js";

/** JUnit XML: a suite for each submission, a case for each part. */
export const junit = (): GradeFormat => ({
  head: () => '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="backproof grade">\n',
  one: suite,
  tail: () => "</testsuites>\n",
});

function suite({ submission, parts }: GradeJson): string {
  const open = parts.filter((p) => p.review === true).length;
  const failed = parts.filter((p) => p.review !== true && p.score !== p.max).length;
  const head = `<testsuite name="${escapeXml(submission)}" tests="${parts.length}" failures="${failed}" skipped="${open}">`;
  return [`  ${head}`, ...parts.map((p) => testcase(submission, p)), "  </testsuite>\n"].join("\n");
}

function testcase(submission: string, p: PartJson): string {
  const head = `    <testcase classname="${escapeXml(submission)}" name="${escapeXml(p.name)}"`;
  if (p.review === true) return `${head}><skipped message="${escapeXml(`review: ${p.verdict}`)}"/></testcase>`;
  if (p.score === p.max) return `${head}/>`;
  const message = escapeXml(`${p.verdict}${p.mistake === null ? "" : `: ${p.mistake}`} (${p.score ?? 0} of ${p.max})`);
  return `${head}><failure message="${message}">${escapeXml(p.feedback)}</failure></testcase>`;
}
