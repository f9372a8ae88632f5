import { costWorksheet, NOTHING } from "../session/cost.js";
import { type Command, statusOf } from "./command.js";
import { costText } from "./cost-text.js";

export const cost: Command = {
  run: async (file, text) => {
    const json = costWorksheet(file, text);
    return {
      json,
      text: (paint) => costText(json, paint),
      diagnostics: json.diagnostics,
      status: json.summary.wrong > 0 ? 1 : json.summary.undecided > 0 ? 2 : statusOf(json.diagnostics),
    };
  },
  unusable: (file, diagnostics) => ({
    schema: "backproof/cost/1",
    file,
    ...NOTHING,
    claims: [],
    summary: { claims: 0, right: 0, wrong: 0, undecided: 0 },
    diagnostics,
  }),
};
