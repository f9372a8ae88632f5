import { readReport } from "../session/read.js";
import { type Command, statusOf } from "./command.js";
import { readText } from "./read-text.js";

export const read: Command = {
  run: async (file, text) => {
    const json = readReport(file, text);
    return {
      json,
      text: (paint) => readText(json, paint),
      diagnostics: json.diagnostics,
      status: statusOf(json.diagnostics),
    };
  },
  unusable: (file, diagnostics) => ({ schema: "backproof/read/1", file, formulas: [], symbols: [], diagnostics }),
};
