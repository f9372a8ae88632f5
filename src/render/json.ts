import type { DeriveReport } from "../session/report.js";

/** The contract's object on one line. */
export const renderJson = (report: DeriveReport): string => JSON.stringify(report.json);
