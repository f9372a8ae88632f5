import type { CheckJson } from "../../session/check.js";
import { checkHtml } from "./html.js";
import { checkJunit } from "./junit.js";
import { checkMarkdown } from "./markdown.js";
import { checkSarif } from "./sarif.js";

/** All files of one call as one document. */
export type CheckRenderer = (files: readonly CheckJson[]) => string | Promise<string>;

/** What `check --to` prints. */
export const checkFormats = {
  markdown: checkMarkdown,
  html: checkHtml,
  sarif: checkSarif,
  junit: checkJunit,
} as const satisfies Readonly<Record<string, CheckRenderer>>;

export type CheckFormat = keyof typeof checkFormats;
